"""The call, pure: events in, turns out; no I/O, no clock, no randomness."""

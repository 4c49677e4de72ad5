"""Counsellors, shifts, and who is on duty at a moment."""

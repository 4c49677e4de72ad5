"""Promises, on local disk first, and the snapshot callers are served from."""

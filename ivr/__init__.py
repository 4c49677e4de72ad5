"""A voice helpline in the caller's own language."""

__version__ = "0.1.0"

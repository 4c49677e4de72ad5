"""What is said of a sound that cannot be used."""


class SoundError(Exception):
    """A sound that cannot be used; the message says why, to the person who sent it."""

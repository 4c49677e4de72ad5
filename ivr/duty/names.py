"""When two written names are the same name."""

from unicodedata import normalize


def same_name(name: str) -> str:
    """What is equal for two spellings that differ only in case, spaces or how letters are composed."""
    return " ".join(normalize("NFC", name).split()).casefold()

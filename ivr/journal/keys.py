"""The helpline's keys, newest first: everything new is made with the first, what the others made is read."""

import secrets
from pathlib import Path

from ivr.journal.disk import write_safely
from ivr.settings import Settings

FILE = "secret-key"
_BETWEEN = "|"
_NEW_BYTES = 32


def keys_of(settings: Settings, *, looking: bool = False) -> tuple[bytes, ...]:
    """The keys of this installation: of SECRET_KEY, else those in DATA_DIR, one made there if need be.

    For mere `looking` one that is made is not kept.
    """
    path = settings.data_dir / FILE
    if looking and not settings.secret_key and not path.exists():
        return (_made().encode(),)
    return read_keys(settings.secret_key, path)


def read_keys(text: str, path: Path) -> tuple[bytes, ...]:
    """The keys in `text`, separated by |; without any those in the file, made with one if need be."""
    if text:
        return _keys(text)
    try:
        return _keys(path.read_text("utf-8"))
    except FileNotFoundError:
        write_safely(path, _made().encode())
        return _keys(path.read_text("utf-8"))


def add_key(path: Path) -> int:
    """Put a new key before those in the file; how many there are now."""
    known = path.read_text("utf-8") if path.exists() else ""
    write_safely(path, _BETWEEN.join(filter(None, (_made(), known))).encode())
    return len(_parts(path.read_text("utf-8")))


def _keys(text: str) -> tuple[bytes, ...]:
    """Each key, then the text as it is: before there could be several, a | was part of the one."""
    return tuple(dict.fromkeys(each.encode() for each in (*_parts(text), text)))


def _parts(text: str) -> list[str]:
    return [part for each in text.split(_BETWEEN) if (part := each.strip())]


def _made() -> str:
    return secrets.token_hex(_NEW_BYTES)

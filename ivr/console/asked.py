"""What an address or a form says, held to what a database takes: no huge numbers, no letters without sign."""

from collections.abc import Iterator

from flask import Request

HIGHEST = 2**31 - 1  # of an INTEGER column


def whole(text: str) -> int:
    """The number; a ValueError, as `type=` of the fields expects it, if no row can have it."""
    number = int(text)
    if abs(number) > HIGHEST:
        raise ValueError(f"{text[:20]}… is beyond {HIGHEST}")
    return number


def is_storable(asked: Request) -> bool:
    """Whether a database takes it all: PostgreSQL's text holds no NUL. Reads the form."""
    return not any("\0" in each for each in _texts(asked))


def is_beyond(asked: Request) -> bool:
    """Whether the address names a row by a number that none can have."""
    numbers = (each for each in (asked.view_args or {}).values() if isinstance(each, int))
    return any(abs(each) > HIGHEST for each in numbers)


def _texts(asked: Request) -> Iterator[str]:
    yield asked.path
    for fields in (asked.args, asked.form):
        for name, value in fields.items(multi=True):
            yield from (name, value)

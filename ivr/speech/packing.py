"""Words cut for a service that takes 100 characters at a time: whole sentences where they fit."""

import re
from collections.abc import Iterable, Iterator

MOST = 100
SENTENCE = re.compile(r"(?<=[.!?؟۔])\s+|(?<=[。！？।॥።])\s*(?=\S)")
CLAUSE = re.compile(r"(?<=[,;:،؛、，፣፤])\s+|(?<=[、，])")
WORD = re.compile(r"\s+")


def pack(text: str, most: int = MOST) -> list[str]:
    """The text in order as parts of at most `most` characters, cut at sentences, else clauses, else words."""
    whole = " ".join(text.split())
    return list(_join(_cut(whole, (SENTENCE, CLAUSE, WORD), most), most))


def _cut(text: str, patterns: tuple[re.Pattern[str], ...], most: int) -> Iterator[str]:
    if len(text) <= most:
        yield text
    elif not patterns:
        yield from (text[at : at + most] for at in range(0, len(text), most))
    else:
        pieces = (piece for piece in patterns[0].split(text) if piece)
        shorter = (part for piece in pieces for part in _cut(piece, patterns[1:], most))
        yield from _join(shorter, most)


def _join(pieces: Iterable[str], most: int) -> Iterator[str]:
    held = ""
    for piece in pieces:
        if held and len(held) + 1 + len(piece) > most:
            yield held
            held = ""
        held = f"{held} {piece}" if held else piece
    if held:
        yield held

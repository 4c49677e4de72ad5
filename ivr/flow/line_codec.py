"""A counsellor's line as text for a URL and back: short codes, only unreserved characters, never a PIN.

The spot, then, joined by dots: k(ey of the person) n(umber of the turn) h (the helpline's number was rung)
d(uty) w(anted) q(silences, wrongs) i(tem's kind and id) l(anguage of the item) x (recording). Defaults are
left out.
"""

import re

from ivr.flow.codec import UnknownState
from ivr.flow.line_state import Duty, Item, ItemKind, Line, Spot

LONGEST = 300
_WORD = re.compile(r"[A-Za-z0-9]{1,64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_NUMBER = re.compile(r"\d{1,9}")
_PAIR = re.compile(r"(\d{1,2})-(\d{1,2})")
_ITEM = re.compile(r"([cm])(\d{1,9})")


def encode_line(line: Line) -> str:
    """The state, without the language, which stands in the URL by itself."""
    fields = [
        line.spot.value,
        f"k{line.person}",
        f"n{line.turn}",
        "h" if line.helpline else "",
        f"d{line.duty.value}",
        f"w{line.wanted.value}" if line.wanted is not Duty.OFF else "",
        f"q{line.silences}-{line.wrongs}" if line.silences or line.wrongs else "",
        *_item(line.item),
    ]
    return ".".join(filter(None, fields))


def decode_line(language: str, text: str) -> Line:
    """The line, or UnknownState."""
    if len(text) > LONGEST:
        raise UnknownState("too long")
    first, *rest = text.split(".")
    fields = {field[:1]: field[1:] for field in rest}
    silences, wrongs = _pair(fields.get("q", "0-0"))
    try:
        return Line(
            language=language,
            person=_matching(_WORD, fields.get("k", "")),
            helpline="h" in fields,
            spot=Spot(first),
            turn=int(_matching(_NUMBER, fields.get("n", ""))),
            duty=Duty(fields.get("d", "")),
            wanted=Duty(fields.get("w", Duty.OFF.value)),
            silences=silences,
            wrongs=wrongs,
            item=_read_item(fields),
        )
    except ValueError as error:
        raise UnknownState(text) from error


def _item(item: Item | None) -> list[str]:
    if item is None:
        return []
    recording = f"x{item.recording}" if item.recording else ""
    return [f"i{item.kind.value}{item.id}", f"l{item.language}", recording]


def _read_item(fields: dict[str, str]) -> Item | None:
    if "i" not in fields:
        return None
    found = _ITEM.fullmatch(fields["i"])
    if not found:
        raise UnknownState(fields["i"])
    language = _matching(_LANGUAGE, fields.get("l", ""))
    recording = _matching(_WORD, fields["x"]) if "x" in fields else ""
    return Item(int(found[2]), ItemKind(found[1]), language, recording)


def _pair(text: str) -> tuple[int, int]:
    found = _PAIR.fullmatch(text)
    if not found:
        raise UnknownState(text)
    return int(found[1]), int(found[2])


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise UnknownState(text)
    return text

"""A call's state as text for a URL and back: short codes, no words, only unreserved characters.

Fields are joined by dots, each begins with its letter: place, then t(rail) q(silences, wrongs)
n(tries, spent) r(ung) z (rung in a queue; empty: not known) o(topic) d (overdose heard) a(ttempt)
m(essages) x (recording) k (call-backs asked) u (number withheld) y (announcements heard) s(tar was the last
key), and w (in the queue) or v (has left it) with entry, base, waited, tick, beat and told. Defaults are left
out.
"""

import re
from collections.abc import Mapping

from ivr.flow.call import Call, Kind, Place, Wait
from ivr.flow.helpline import Helpline, code_of

_PLACE = re.compile(r"([a-z])([0-9a-f]{6})?(?:-(\d{1,4}))?")
_PAIR = re.compile(r"(\d{1,2})-(\d{1,4})")
_WORD = re.compile(r"[A-Za-z0-9]{1,64}")
_NUMBERS = re.compile(r"\d{1,4}(-\d{1,5}){5}")
_RUNG = re.compile(r"\.r([A-Za-z0-9~]+)")
_QUEUED = re.compile(r"\.w\d")
LONGEST = 1500


class UnknownState(Exception):  # noqa: N818 (a state that this helpline does not know)
    """The text is no state of a call, or names a place that is gone."""


def encode(call: Call) -> str:
    """The state, without the language, which stands in the URL by itself."""
    fields = [
        _place(call.place),
        "t" + "~".join(map(_place, call.trail)) if call.trail else "",
        f"q{call.silences}-{call.wrongs}" if call.silences or call.wrongs else "",
        f"n{call.tries}-{call.spent}" if call.tries or call.spent else "",
        "r" + "~".join(call.rung) if call.rung else "",
        "z" + "~".join(call.rung_in_queue or ()) if call.rung_in_queue != () else "",
        f"o{code_of(call.topic)}" if call.topic else "",
        "d" if call.overdose else "",
        f"a{call.attempt}" if call.attempt else "",
        f"m{call.messages}" if call.messages else "",
        f"x{call.recording}" if call.recording else "",
        f"k{call.callbacks}" if call.callbacks else "",
        "u" if call.withheld else "",
        "y" if call.announced else "",
        "s" if call.starred else "",
        _wait(call.wait) if call.wait else "",
    ]
    return ".".join(filter(None, fields))


def decode(helpline: Helpline, language: str, text: str) -> Call:
    """The call, or UnknownState; a language no longer offered becomes the default one."""
    if len(text) > LONGEST:
        raise UnknownState("too long")
    first, *rest = text.split(".")
    fields = {field[:1]: field[1:] for field in rest}
    silences, wrongs = _pair(fields.get("q", "0-0"))
    tries, spent = _pair(fields.get("n", "0-0"))
    return Call(
        language=language if language in helpline.languages else helpline.default_language,
        place=_read_place(helpline, first),
        trail=tuple(_read_place(helpline, each) for each in _list(fields.get("t"))),
        silences=silences,
        wrongs=wrongs,
        tries=tries,
        spent=spent,
        rung=tuple(_word(each) for each in _list(fields.get("r"))),
        rung_in_queue=None
        if fields.get("z") == ""
        else tuple(_word(each) for each in _list(fields.get("z"))),
        topic=_name(helpline, fields.get("o", "")),
        overdose="d" in fields,
        attempt=_count(fields.get("a", "0")),
        messages=_count(fields.get("m", "0")),
        recording=_word(fields["x"]) if fields.get("x") else "",
        callbacks=_count(fields.get("k", "0")),
        withheld="u" in fields,
        announced="y" in fields,
        starred="s" in fields,
        wait=_read_wait(fields),
    )


def in_queue(text: str) -> bool:
    """Whether an encoded call is in the queue, however much else in it is not known here."""
    return bool(_QUEUED.search(text))


def rung_one_by_one(text: str) -> tuple[str, ...]:
    """Everybody rung by itself, as an encoded call tells, however much else in it is not known here."""
    found = _RUNG.search(text)
    return tuple(found[1].split("~")) if found else ()


def _wait(wait: Wait) -> str:
    numbers = (wait.entry, wait.base, wait.waited, wait.tick, wait.beat, wait.told)
    return ("w" if wait.queued else "v") + "-".join(map(str, numbers))


def _read_wait(fields: Mapping[str, str]) -> Wait | None:
    text = fields.get("w") or fields.get("v")
    if text is None:
        return None
    if not _NUMBERS.fullmatch(text):
        raise UnknownState(text)
    entry, base, waited, tick, beat, told = map(int, text.split("-"))
    return Wait(entry, base, waited, tick, beat, told, queued="w" in fields)


def _place(place: Place) -> str:
    code = code_of(place.name) if place.name else ""
    return f"{place.kind.value}{code}" + (f"-{place.part}" if place.part else "")


def _read_place(helpline: Helpline, text: str) -> Place:
    found = _PLACE.fullmatch(text)
    if not found:
        raise UnknownState(text)
    try:
        kind = Kind(found[1])
    except ValueError as error:
        raise UnknownState(text) from error
    place = Place(kind, _name(helpline, found[2] or ""), int(found[3] or 0))
    if not _exists(helpline, place):
        raise UnknownState(text)
    return place


def _exists(helpline: Helpline, place: Place) -> bool:
    if place.kind is Kind.MENU:
        return place.name in helpline.menus
    if place.kind in {Kind.SEGMENT, Kind.END}:
        segment = helpline.segments.get(place.name)
        return segment is not None and place.part < len(segment.prompts)
    return not place.name


def _name(helpline: Helpline, code: str) -> str:
    name = helpline.name_of(code) if code else ""
    if name is None:
        raise UnknownState(code)
    return name


def _list(text: str | None) -> list[str]:
    return text.split("~") if text else []


def _pair(text: str) -> tuple[int, int]:
    found = _PAIR.fullmatch(text)
    if not found:
        raise UnknownState(text)
    return int(found[1]), int(found[2])


def _count(text: str) -> int:
    return int(_word(text)) if text.isdecimal() else 0


def _word(text: str) -> str:
    if not _WORD.fullmatch(text):
        raise UnknownState(text)
    return text

"""A recording call as text for a URL and back: short codes, only unreserved characters, never a PIN.

The spot, then, joined by dots: n(umber of the turn) h (the helpline's number was rung) a(ccount) s(taff
number, till they have signed in) l(anguage recorded) g (page of languages) o(ne after another: which) t(erm)
i(tem) x (recording) k (looks for it) v (take) y (hash of a sound) f(indings) q(silences, wrongs) e(xplained).
Defaults are left out.
"""

import re
from collections.abc import Mapping

from ivr.flow.codec import UnknownState
from ivr.flow.studio_line_state import Among, Item, Spot, StudioCall, Term
from ivr.flow.words_to_recorders import FINDINGS

LONGEST = 400
_NUMBER = re.compile(r"\d{1,9}")
_TAKE = re.compile(r"-?\d{1,19}")
_KEYS = re.compile(r"[0-9#ABCD]{1,32}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_RECORDING = re.compile(r"RE[0-9a-f]{32}")
_SOUND = re.compile(r"[0-9a-f]{64}")
_FINDINGS = re.compile(r"[0-9]{1,10}")
_PAIR = re.compile(r"(\d{1,2})-(\d{1,2})")
_ITEM = re.compile(r"(\d{1,9})~([0-9a-f]{0,10})~(\d{1,4})~(s?l?)~(-?\d{1,19})")


def encode_studio(call: StudioCall) -> str:
    """The state, without the language spoken, which stands in the URL by itself."""
    fields = {
        "n": str(call.turn),
        "a": _unless_zero(call.account),
        "s": call.number,
        "l": call.records,
        "g": _unless_zero(call.page),
        "o": call.among.value if call.among is not Among.MISSING else "",
        "t": call.term.value if call.term else "",
        "i": _item(call.item) if call.item else "",
        "x": call.recording,
        "k": _unless_zero(call.tick),
        "v": _unless_zero(call.take),
        "y": call.sound,
        "f": "".join(str(FINDINGS.index(each)) for each in call.findings),
        "q": f"{call.silences}-{call.wrongs}" if call.silences or call.wrongs else "",
    }
    flags = (("h", call.helpline), ("e", call.helped))
    written = (f"{letter}{text}" for letter, text in fields.items() if text)
    return ".".join([call.spot.value, *written, *(letter for letter, is_so in flags if is_so)])


def decode_studio(language: str, text: str) -> StudioCall:
    """The call, or UnknownState."""
    if len(text) > LONGEST:
        raise UnknownState("too long")
    first, *rest = text.split(".")
    fields = {field[:1]: field[1:] for field in rest}
    try:
        return _read(language, first, fields)
    except ValueError as error:
        raise UnknownState(text) from error


def _read(language: str, spot: str, fields: Mapping[str, str]) -> StudioCall:
    silences, wrongs = _pair(fields.get("q", "0-0"))
    return StudioCall(
        language=language,
        helpline="h" in fields,
        account=int(_or(_NUMBER, fields, "a", "0")),
        number=_or(_KEYS, fields, "s"),
        spot=Spot(spot),
        turn=int(_or(_NUMBER, fields, "n", "0")),
        records=_or(_LANGUAGE, fields, "l"),
        page=int(_or(_NUMBER, fields, "g", "0")),
        among=Among(fields.get("o", Among.MISSING.value)),
        term=Term(fields["t"]) if "t" in fields else None,
        item=_read_item(fields["i"]) if "i" in fields else None,
        recording=_or(_RECORDING, fields, "x"),
        tick=int(_or(_NUMBER, fields, "k", "0")),
        take=int(_or(_TAKE, fields, "v", "0")),
        sound=_or(_SOUND, fields, "y"),
        findings=tuple(FINDINGS[int(each)] for each in _or(_FINDINGS, fields, "f")),
        silences=silences,
        wrongs=wrongs,
        helped="e" in fields,
    )


def _unless_zero(number: int) -> str:
    return str(number) if number else ""


def _item(item: Item) -> str:
    flags = f"{'s' if item.spoken else ''}{'l' if item.live else ''}"
    return f"{item.number}~{item.code}~{item.longest}~{flags}~{item.draft}"


def _read_item(text: str) -> Item:
    found = _ITEM.fullmatch(text)
    if not found:
        raise UnknownState(text)
    spoken, live = "s" in found[4], "l" in found[4]
    return Item(int(found[1]), found[2], int(found[3]), spoken, live, int(found[5]))


def _pair(text: str) -> tuple[int, int]:
    found = _PAIR.fullmatch(text)
    if not found:
        raise UnknownState(text)
    return int(found[1]), int(found[2])


def _or(pattern: re.Pattern[str], fields: Mapping[str, str], letter: str, default: str = "") -> str:
    text = fields.get(letter, default)
    if text != default and not pattern.fullmatch(text):
        raise UnknownState(text)
    return text

"""Calls as a counsellor would tell them: a text file of sentences, one a line; the first is the title.

Before the call:   It is 2026-01-05 14:00.                    (the helpline's own time)
                   On duty: Thandi (af, en); Sipho (zu, en).
                   On duty from 2026-01-06 08:00: Thandi (af).
                   No counsellor is stored.                   (a demonstration counsellor answers)
                   Thandi is on another call.
What is done:      The caller presses 2.                      (when all was heard, or "at once")
                   The caller stays silent.
                   The caller speaks for 12 seconds and presses #.    (or "and hangs up")
                   The caller says nothing.                   (after the tone)
                   The caller hangs up.
                   Thandi answers.  Thandi declines.
                   They talk for 90 seconds.
                   The network repeats its last request.
                   The helpline breaks.  The helpline is well again.
What happens:      The caller hears welcome, main.overdose (af).
                   The caller hears their own message.
                   Thandi's phone rings.  Thandi's phone stops ringing.
                   They are connected.
                   The call ends.
At the end:        Never heard: message.kept.
                   Left: one message in af.                   (or "Left: nothing.")

Things happen in the order of the script; whatever else is heard in between is not told.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.app.people import OnDuty

ZONE = ZoneInfo("Africa/Johannesburg")
CALLER = "The caller"
OWN_MESSAGE = "their own message"
PHONES = "+2782111000{}"
A_SHIFT = timedelta(hours=10)


@dataclass(frozen=True)
class Step:
    """One sentence: who, does or meets what, and with what."""

    who: str
    what: str
    detail: str
    line: int
    text: str


@dataclass
class Script:
    """One call as it is told."""

    title: str
    at: datetime = datetime(2026, 1, 5, 12, tzinfo=UTC)
    people: list[OnDuty] = field(default_factory=list)
    demonstration: bool = False
    busy: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    left: str = ""


SENTENCES = {
    "hears": r"(?P<who>The caller|\w+) hears (?P<detail>.+)",
    "presses": r"(?P<who>The caller|\w+) presses (?P<detail>[0-9*#](?: at once)?)",
    "is silent": r"(?P<who>The caller|\w+) stays silent",
    "speaks": r"(?P<who>The caller) speaks for (?P<detail>\d+ seconds? and (?:presses #|hangs up))",
    "says nothing": r"(?P<who>The caller) says nothing",
    "hangs up": r"(?P<who>The caller|\w+) hangs up",
    "rings": r"(?P<who>\w+)'s phone rings",
    "stops ringing": r"(?P<who>\w+)'s phone stops ringing",
    "answers": r"(?P<who>\w+) answers",
    "declines": r"(?P<who>\w+) declines",
    "talk": r"They talk for (?P<detail>\d+) seconds",
    "connected": r"They are connected",
    "repeats": r"The network repeats its last request",
    "breaks": r"The helpline breaks",
    "mends": r"The helpline is well again",
    "ends": r"The call ends",
}


def read(path: Path) -> Script:
    """The script in a file; a ValueError names the line that is no sentence of ours."""
    title, *lines = path.read_text("utf-8").splitlines()
    script = Script(title.removesuffix("."))
    for number, line in enumerate(lines, 2):
        text = line.strip().removesuffix(".")
        if text and not (_given(script, text) or _end(script, text)):
            script.steps.extend(_steps(f"{path.name}:{number}", number, text))
    return script


def _given(script: Script, text: str) -> bool:
    if found := re.fullmatch(r"It is ([\d-]+ \d\d:\d\d)", text):
        script.at = _moment(found[1])
    elif found := re.fullmatch(r"On duty(?: from ([\d-]+ \d\d:\d\d))?: (.+)", text):
        start = _moment(found[1]) if found[1] else script.at - timedelta(hours=1)
        for each in found[2].split("; "):
            script.people.append(_person(each, start, len(script.people) + 1))
    elif found := re.fullmatch(r"(\w+) is on another call", text):
        script.busy.append(found[1])
    elif text == "No counsellor is stored":
        script.demonstration = True
    else:
        return text == "Nobody is on duty"
    return True


def _person(text: str, start: datetime, number: int) -> OnDuty:
    found = re.fullmatch(r"(\w+) \(([a-z, ]+)\)", text)
    if not found:
        raise ValueError(f"{text!r} is nobody; write: Thandi (af, en)")
    phone = PHONES.format(number)
    return OnDuty(found[1], phone, tuple(found[2].split(", ")), number, start, start + A_SHIFT)


def _end(script: Script, text: str) -> bool:
    name, _, said = text.partition(": ")
    if name == "Never heard":
        script.never += said.split(", ")
    elif name == "Left":
        script.left = said
    else:
        return False
    return True


def _steps(where: str, line: int, text: str) -> list[Step]:
    for what, pattern in SENTENCES.items():
        if found := re.fullmatch(pattern, text):
            named = found.groupdict()
            who, detail = named.get("who") or CALLER, named.get("detail") or ""
            return [Step(who, what, each, line, text) for each in _details(what, detail)]
    raise ValueError(f"{where}: {text!r} is not a sentence of these scripts; see tests/calls/script.py")


def _details(what: str, detail: str) -> list[str]:
    if what != "hears" or detail == OWN_MESSAGE:
        return [detail]
    found = re.fullmatch(r"([\w., -]+?)(?: \((\w+)\))?", detail)
    if not found:
        raise ValueError(f"{detail!r} are no prompts; write: welcome, main.overdose (af)")
    return [f"{each} ({found[2]})" if found[2] else each for each in found[1].split(", ")]


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE).astimezone(UTC)

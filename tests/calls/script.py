"""Calls as a counsellor would tell them: a text file of sentences, one a line; the first is the title.

Before the call:   It is 2026-01-05 14:00.                    (the helpline's own time)
                   On duty: Thandi (af, en); Sipho (zu, en).
                   On duty from 2026-01-06 08:00: Thandi (af).
                   Second tier: Naledi (zu).                  (on duty too, and rung after all others)
                   No counsellor is stored.                   (a demonstration counsellor answers)
                   The fallback number is Fundi's.
                   Thandi is on another call.                 Thandi's phone is switched off.
                   Thandi's number does not exist.
                   Phones ring one at a time.                 Phones ring all at once.
                   Callers are asked whether it helped.       Call-backs are not offered.
                   The helpline rings back missed calls.      Staff are told by SMS.
                   The caller hides the number.               The caller is blocked.
                   A number may ask 2 times an hour.
                   Announced in en, af until 2026-01-05 15:00.    (or "from ..."; it is announcement.1)
What is done:      The caller presses 2.                      (when all was heard, or "at once")
                   The caller keys in 0821112222#.
                   The caller stays silent.
                   The caller speaks for 12 seconds and presses #.    (or "and hangs up")
                   The caller says nothing.                   (after the tone)
                   The caller hangs up.
                   Thandi answers.  Thandi declines.
                   They talk for 90 seconds.  20 seconds pass.
                   The second caller rings.  The caller rings again.
                   The network repeats its last request.
                   The network repeats every request.
                   The network loses every callback.          (of the phones that were rung)
                   The helpline breaks.  The helpline is well again.
                   REST is down.  REST hangs.  REST is up again.  The account may make one more call.
                   The database is away.  The database is back.
                   Staff withdraw announcement.1.             Staff test Thandi's phone.
                   Staff have Thandi called.                  (to hear what callers hear)
What happens:      The caller hears welcome, main.overdose (af).
                   The caller hears their own message.
                   Thandi's phone rings.  Thandi's phone stops ringing.
                   They are connected.  The caller and Thandi are connected.
                   The call ends.  The second caller's call ends.
                   Thandi is told by SMS: on duty again.      (words of it)
At the end:        Never heard: message.kept.                 Heard once: welcome.
                   Rang: Thandi, Sipho, Thandi.               (every phone, in this order)
                   Left: one message in af.                   (or "nothing"; "one callback in en, kept")
                   Tests: confirmed.                          (what became of each of staff's tests)

`0` puts the caller into a queue, where phones ring at the same time; there a menu's prompts come one by one.
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
CALLERS = {CALLER: "+12025550142", "The second caller": "+12025550143", "The third caller": "+12025550144"}
OWN_MESSAGE = "their own message"
PHONES = "+2782111000{}"
STAFF = "+27821119999"
A_SHIFT = timedelta(hours=10)
WHEN = r"[\d-]+ \d\d:\d\d"
WHO = r"(?P<who>The (?:second |third )?caller|\w+)"


@dataclass(frozen=True)
class Step:
    """One sentence: who, does or meets what, and with what."""

    who: str
    what: str
    detail: str
    line: int
    text: str


@dataclass(frozen=True)
class News:
    """What is announced in some languages, from one moment to another; without them, all the time."""

    languages: tuple[str, ...]
    starts: datetime | None
    ends: datetime | None


@dataclass
class Script:
    """One call as it is told; `settings` are lines of helpline.toml by table and key."""

    title: str
    at: datetime = datetime(2026, 1, 5, 12, tzinfo=UTC)
    people: list[OnDuty] = field(default_factory=list)
    fallback: str = ""
    demonstration: bool = False
    busy: list[str] = field(default_factory=list)
    off: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    settings: dict[tuple[str, str], str] = field(default_factory=dict)
    news: list[News] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    once: list[str] = field(default_factory=list)
    rang: str = ""
    left: str = ""
    tests: str = ""

    def phone(self, name: str) -> str:
        """The number of somebody whose phone can ring."""
        if name == self.fallback:
            return PHONES.format(0)
        return next(each.phone for each in self.people if each.name == name)


SENTENCES = {
    "hears": rf"{WHO} hears (?P<detail>.+)",
    "presses": rf"{WHO} presses (?P<detail>[0-9*#](?: at once)?)",
    "keys in": rf"{WHO} keys in (?P<detail>[0-9*#]+)",
    "is silent": rf"{WHO} stays silent",
    "speaks": rf"{WHO} speaks for (?P<detail>\d+ seconds? and (?:presses #|hangs up))",
    "says nothing": rf"{WHO} says nothing",
    "hangs up": rf"{WHO} hangs up",
    "rings": rf"{WHO}'s phone rings",
    "stops ringing": rf"{WHO}'s phone stops ringing",
    "calls": rf"{WHO} rings(?: again)?",
    "answers": rf"{WHO} answers",
    "declines": rf"{WHO} declines",
    "talk": r"They talk for (?P<detail>\d+) seconds",
    "pass": r"(?P<detail>\d+ (?:seconds|minutes)) pass",
    "connected": r"They are connected",
    "connected with": rf"{WHO} and (?P<detail>\w+) are connected",
    "told": rf"{WHO} (?:is|are) told by SMS(?:: (?P<detail>.+))?",
    "withdraw": r"Staff withdraw announcement\.(?P<detail>\d+)",
    "test": r"Staff test (?P<who>\w+)'s phone",
    "greet": r"Staff have (?P<who>\w+) called",
    "repeats": r"The network repeats its last request",
    "doubles": r"The network repeats every request",
    "loses": r"The network loses every callback",
    "breaks": r"The helpline (?P<detail>breaks|is well again)",
    "rest": r"(?P<detail>REST is down|REST hangs|REST is up again)",
    "limited": r"The account may make (?P<detail>no|one) more calls?",
    "storage": r"The database is (?P<detail>away|back)",
    "ends": r"(?:The call|(?P<who>The (?:second |third )?caller)'s call) ends",
}
SETTINGS = {
    "Phones ring one at a time": (("ring", "at_once"), "1"),
    "Phones ring all at once": (("ring", "at_once"), '"all"'),
    "Callers are asked whether it helped": (("ring", "question"), "true"),
    "Call-backs are not offered": (("callback", "offered"), "false"),
    "The helpline rings back missed calls": (("missed_call", "numbers"), '["+12025550100"]'),
    "Staff are told by SMS": (("notify", "sms"), f'["{STAFF}"]'),
}
GIVEN = {
    "busy": r"(\w+) is on another call",
    "off": r"(\w+)'s phone is switched off",
    "unknown": r"(\w+)'s number does not exist",
    "hidden": r"(The (?:second |third )?caller) hides the number",
    "blocked": r"(The (?:second |third )?caller) is blocked",
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
    elif found := re.fullmatch(r"(On duty|Second tier)(?: from ([\d-]+ \d\d:\d\d))?: (.+)", text):
        _on_duty(script, found[3], found[2], tier=1 if found[1] == "On duty" else 2)
    elif found := re.fullmatch(r"The fallback number is (\w+)'s", text):
        script.fallback = found[1]
        script.settings["", "fallback_number"] = f'"{PHONES.format(0)}"'
    elif found := re.fullmatch(r"A number may ask (\d+) times an hour", text):
        script.settings["nuisance", "per_hour"] = found[1]
    elif found := re.fullmatch(rf"Announced in ([a-z, ]+?)(?: from ({WHEN}))?(?: until ({WHEN}))?", text):
        moments = (each and _moment(each) for each in found.group(2, 3))
        script.news.append(News(tuple(found[1].split(", ")), *moments))
    elif text in SETTINGS:
        key, value = SETTINGS[text]
        script.settings[key] = value
    elif text == "No counsellor is stored":
        script.demonstration = True
    else:
        return text == "Nobody is on duty" or _of_one(script, text)
    return True


def _of_one(script: Script, text: str) -> bool:
    for name, pattern in GIVEN.items():
        if found := re.fullmatch(pattern, text):
            getattr(script, name).append(found[1])
            return True
    return False


def _on_duty(script: Script, people: str, moment: str | None, tier: int) -> None:
    start = _moment(moment) if moment else script.at - timedelta(hours=1)
    for text in people.split("; "):
        found = re.fullmatch(r"(\w+) \(([a-z, ]+)\)", text)
        if not found:
            raise ValueError(f"{text!r} is nobody; write: Thandi (af, en)")
        number, languages = len(script.people) + 1, tuple(found[2].split(", "))
        phone = PHONES.format(number)
        script.people.append(OnDuty(found[1], phone, languages, number, start, start + A_SHIFT, tier))


def _end(script: Script, text: str) -> bool:
    name, _, said = text.partition(": ")
    if name == "Never heard":
        script.never += said.split(", ")
    elif name == "Heard once":
        script.once += said.split(", ")
    elif name == "Rang":
        script.rang = said
    elif name == "Left":
        script.left = said
    elif name == "Tests":
        script.tests = said
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

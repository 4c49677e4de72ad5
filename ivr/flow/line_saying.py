"""What a counsellor hears at each spot of their line, and how long we listen there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.flow.line_state import Duty, Item, ItemKind, Line, ShiftsAre, Spot
from ivr.flow.opening import day_prompt
from ivr.flow.turns import Gather, Go, HangUp, Play, PlayBack

PIN_SECONDS = 6
LONGEST_PIN = 8
KEY_SECONDS = 6
SHORT = 1
MOST_SHIFTS = 2
STATES = {Duty.ON: "line.state.on", Duty.OFF: "line.state.off", Duty.PAUSED: "line.state.paused"}
CHANGES = {
    Duty.ON: ("line.off", "line.pause"),
    Duty.OFF: ("line.on",),
    Duty.PAUSED: ("line.on", "line.off"),
}


@dataclass(frozen=True, slots=True)
class CallBack:
    """Ring the caller of a promise, who is connected only with a key of their own."""

    item: Item


@dataclass(frozen=True, slots=True)
class Said:
    """What is heard, then one hand-back."""

    plays: tuple[Play | PlayBack, ...]
    then: Gather | Go | HangUp | CallBack


def say_line(line: Line, before: Iterable[str] = ()) -> Said:
    """What is said at the spot; `before` are prompts that come first."""
    names, then = SAYING[line.spot](line)
    heard = () if line.spot is not Spot.MESSAGE or line.item is None else (PlayBack(line.item.recording),)
    return Said((*_plays(line, before), *heard, *_plays(line, names)), then)


def shift_prompts(event: ShiftsAre) -> tuple[str, ...]:
    """The shifts in prompts, a started hour as the earlier one where they begin, the later where they end."""
    found = (_shift(event.at, start, end) for start, end in event.shifts)
    told = [each for each in found if each][:MOST_SHIFTS]
    return tuple(name for each in told for name in each) or ("line.shift.none",)


def _shift(at: datetime, start: datetime, end: datetime) -> tuple[str, ...]:
    first = start.replace(minute=0, second=0, microsecond=0)
    last = (end + timedelta(hours=1, microseconds=-1)).replace(minute=0, second=0, microsecond=0)
    now = at.astimezone(start.tzinfo)
    day, until = day_prompt(now, first), day_prompt(now, last)
    if not until:
        return ()
    if start <= at:  # its day may be said as one of next week
        return ("line.shift.now", until, f"hour.{last.hour}")
    if not day:
        return ()
    return ("line.shift.from", day, f"hour.{first.hour}", "line.shift.until", until, f"hour.{last.hour}")


def _plays(line: Line, names: Iterable[str]) -> tuple[Play, ...]:
    return tuple(Play(name, line.language) for name in names)


def _pin(line: Line) -> tuple[tuple[str, ...], Gather]:
    way_out = ("line.helpline",) if line.helpline else ()
    return ("line.pin", *way_out), Gather(PIN_SECONDS, LONGEST_PIN, "#")


def _menu(line: Line) -> tuple[tuple[str, ...], Gather]:
    return (STATES[line.duty], *CHANGES[line.duty], "line.next", "line.waiting"), Gather(KEY_SECONDS)


def _last(line: Line) -> tuple[tuple[str, ...], Gather]:
    change = "line.off" if line.wanted is Duty.OFF else "line.pause"
    return ("line.last", change), Gather(KEY_SECONDS)


def _item(line: Line) -> tuple[tuple[str, ...], Gather]:
    if line.item is None:
        return (), Gather(SHORT)
    language = f"screen.language.{line.item.language}"
    kind = "callback" if line.item.kind is ItemKind.CALLBACK else "message"
    return (f"line.waiting.{kind}", language, f"line.take.{kind}", "line.take.next"), Gather(KEY_SECONDS)


SAYING: dict[Spot, Callable[[Line], tuple[tuple[str, ...], Gather | Go | HangUp | CallBack]]] = {
    Spot.PIN: _pin,
    Spot.MENU: _menu,
    Spot.SHIFTS: lambda _: ((), Gather(SHORT)),
    Spot.LAST: _last,
    Spot.ITEM: _item,
    Spot.MESSAGE: lambda _: (("line.message.done", "line.message.again"), Gather(KEY_SECONDS)),
    Spot.CALLING: lambda line: (("screen.calling",), CallBack(line.item) if line.item else Go()),
    Spot.HELPLINE: lambda _: ((), Go()),
    Spot.BYE: lambda _: (("line.bye",), HangUp()),
}

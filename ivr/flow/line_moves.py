"""How a counsellor's line comes to another spot; the steps of its machine share this."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ivr.flow import events as ev
from ivr.flow.line_saying import Said, say_line
from ivr.flow.line_state import Deed, Duty, Failed, Line, Spot, at_spot

MOST_WRONG_KEYS = 3
MOST_SILENCES = 2


@dataclass(frozen=True, slots=True)
class ToHelpline:
    """The counsellor goes on as any caller."""


Next = tuple[Line, Said | Deed | ToHelpline]
Step = Callable[[Line, Any], Next]


def say(line: Line, *before: str) -> Next:
    """The spot says itself, after the prompts `before`."""
    return line, say_line(line, before)


def say_again(line: Line, event: ev.Event) -> Next:
    """The same once more."""
    del event
    return say(line)


def to_menu(line: Line, *before: str) -> Next:
    """The menu, after the prompts `before`; what was at hand is let go."""
    return say(at_spot(replace(line, item=None, wanted=Duty.OFF), Spot.MENU), *before)


def on_to_menu(line: Line, event: ev.Event) -> Next:
    """The menu, whatever has happened."""
    del event
    return to_menu(line)


def leave(line: Line, *before: str) -> Next:
    """The helpline for who has rung its number, else a goodbye; at once where nothing is to be said."""
    if not line.helpline:
        return say(at_spot(line, Spot.BYE), *before)
    if before:
        return say(at_spot(line, Spot.HELPLINE), *before)
    return at_spot(line, Spot.HELPLINE), ToHelpline()


def bye(line: Line) -> Next:
    """A goodbye."""
    return say(at_spot(line, Spot.BYE))


def wrong_key(line: Line, step: Callable[[Line], Next] = bye) -> Next:
    """Say so and ask again; after the last time, `step`."""
    counted = replace(line, wrongs=line.wrongs + 1, silences=0)
    return say(counted, "wrong.key") if counted.wrongs < MOST_WRONG_KEYS else step(counted)


def silence(line: Line, step: Callable[[Line], Next] = bye) -> Next:
    """Ask again; after the last time, `step`."""
    counted = replace(line, silences=line.silences + 1)
    return say(counted) if counted.silences < MOST_SILENCES else step(counted)


def silent(line: Line, event: ev.TimedOut) -> Next:
    """Ask again; after the last time, a goodbye."""
    del event
    return silence(line)


def failed(line: Line, event: Failed) -> Next:
    """What was asked is not so: say that, and the menu."""
    del event
    return to_menu(line, "line.lost")

"""The machine of counsellors' own line.

Rule: everything that decides what a counsellor hears next stands in this file, and `advance_line` is the
only way. It is a table of (spot, type of event) -> function; a pair that is not in it is impossible, and
changes nothing. A function returns the line with what is said there, or with a deed: then nothing is said
until what came of it is the next event, so that nothing is confirmed which is not so. Pure: the moment is on
the event, and a PIN is in a deed alone.
"""

from collections.abc import Callable
from dataclasses import replace

from ivr.flow import events as ev
from ivr.flow import line_state as on
from ivr.flow.line_moves import (
    MOST_SILENCES,
    Next,
    Step,
    ToHelpline,
    failed,
    leave,
    on_to_menu,
    say,
    say_again,
    silent,
    to_menu,
    wrong_key,
)
from ivr.flow.line_saying import shift_prompts
from ivr.flow.line_state import Duty, Line, PinOutcome, Spot, at_spot
from ivr.flow.line_waiting import WAITING
from ivr.flow.words import AGAIN, BACK, COUNSELLOR, EMERGENCY

MOST_WRONG_PINS = 3
CALLERS_KEYS = (COUNSELLOR, EMERGENCY)


def advance_line(line: Line, event: ev.Event) -> Next:
    """The line after the event, and what is said, asked to be done, or that they go on as a caller.

    ImpossibleEvent changes nothing.
    """
    step = TRANSITIONS.get((line.spot, type(event)))
    if step is None:
        raise ev.ImpossibleEvent(f"{type(event).__name__} at {line.spot.name} of the counsellors' line")
    return step(replace(line, turn=line.turn + 1), event)


def _is_leaving(line: Line, keys: str) -> bool:
    return keys == BACK or (line.helpline and keys in CALLERS_KEYS)


# The PIN --------------------------------------------------------------------------------------------------


def _answered(line: Line, event: ev.Event) -> Next:
    del event
    return say(line, "line.welcome")


def _pin_keyed(line: Line, event: ev.Pressed) -> Next:
    # A star that is not followed by a hash comes with whatever was keyed in before it.
    if BACK in event.keys or _is_leaving(line, event.keys):
        return leave(line)
    return line, on.CheckPin(event.keys)


def _pin_tried(line: Line, event: on.PinTried) -> Next:
    if event.outcome is PinOutcome.RIGHT:
        return to_menu(replace(line, duty=event.duty))
    if event.outcome is PinOutcome.LOCKED:
        return leave(line, "line.pin.locked")
    counted = replace(line, wrongs=line.wrongs + 1, silences=0)
    if counted.wrongs < MOST_WRONG_PINS:
        return say(counted, "line.pin.wrong")
    return leave(counted, "line.pin.wrong")


def _pin_silent(line: Line, event: ev.TimedOut) -> Next:
    """Somebody else may hold the phone, or its owner needs the helpline and cannot speak."""
    del event
    counted = replace(line, silences=line.silences + 1)
    return say(counted) if not line.helpline and counted.silences < MOST_SILENCES else leave(counted)


def _pin_failed(line: Line, event: on.Failed) -> Next:
    del event
    return leave(line, "line.lost")


# The menu -------------------------------------------------------------------------------------------------


def _menu_key(line: Line, event: ev.Pressed) -> Next:
    key = event.keys[:1]
    if _is_leaving(line, key):
        return leave(line)
    if key == AGAIN:
        return to_menu(line)
    step = MENU_KEYS.get(key)
    return step(line) if step else wrong_key(line)


def _change(line: Line, duty: Duty) -> Next:
    if duty is Duty.PAUSED and line.duty is Duty.OFF:
        return to_menu(line)
    return replace(line, wanted=duty), on.ChangeDuty(duty)


def _duty_is(line: Line, event: on.DutyIs) -> Next:
    return to_menu(replace(line, duty=event.duty))


def _last_on_duty(line: Line, event: on.LastOnDuty) -> Next:
    del event
    return say(at_spot(line, Spot.LAST))


def _last_key(line: Line, event: ev.Pressed) -> Next:
    same = "2" if line.wanted is Duty.OFF else "3"
    return (line, on.ChangeDuty(line.wanted, even_last=True)) if event.keys[:1] == same else to_menu(line)


def _shifts_are(line: Line, event: on.ShiftsAre) -> Next:
    return say(at_spot(line, Spot.SHIFTS), *shift_prompts(event))


def _to_helpline(line: Line, event: ev.Event) -> Next:
    del event
    return line, ToHelpline()


MENU_KEYS: dict[str, Callable[[Line], Next]] = {
    "1": lambda line: _change(line, Duty.ON),
    "2": lambda line: _change(line, Duty.OFF),
    "3": lambda line: _change(line, Duty.PAUSED),
    "4": lambda line: (line, on.AskShifts()),
    "5": lambda line: (line, on.FindWaiting()),
}
IN_MENU: dict[type[ev.Event], Step] = {
    ev.Pressed: _menu_key,
    on.DutyIs: _duty_is,
    on.LastOnDuty: _last_on_duty,
    on.ShiftsAre: _shifts_are,
    on.Failed: failed,
    ev.Lost: on_to_menu,
}
TRANSITIONS: dict[tuple[Spot, type[ev.Event]], Step] = {
    (Spot.PIN, ev.Answered): _answered,
    (Spot.PIN, ev.Pressed): _pin_keyed,
    (Spot.PIN, ev.TimedOut): _pin_silent,
    (Spot.PIN, ev.Lost): say_again,
    (Spot.PIN, on.PinTried): _pin_tried,
    (Spot.PIN, on.Failed): _pin_failed,
    **{(spot, event): step for spot in (Spot.MENU, Spot.SHIFTS) for event, step in IN_MENU.items()},
    (Spot.MENU, ev.TimedOut): silent,
    (Spot.SHIFTS, ev.TimedOut): on_to_menu,
    (Spot.LAST, ev.Pressed): _last_key,
    (Spot.LAST, ev.TimedOut): on_to_menu,
    (Spot.LAST, ev.Lost): say_again,
    (Spot.LAST, on.DutyIs): _duty_is,
    (Spot.LAST, on.Failed): failed,
    **{(Spot.HELPLINE, event): _to_helpline for event in (ev.Pressed, ev.TimedOut, ev.Continued, ev.Lost)},
    **WAITING,
    (Spot.BYE, ev.Lost): say_again,
}

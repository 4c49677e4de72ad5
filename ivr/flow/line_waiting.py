"""The part of the counsellors' line about what waits: call-backs and messages."""

from dataclasses import replace

from ivr.flow import events as ev
from ivr.flow import line_state as on
from ivr.flow.line_moves import (
    Next,
    Step,
    failed,
    on_to_menu,
    say,
    say_again,
    silence,
    silent,
    to_menu,
    wrong_key,
)
from ivr.flow.line_state import ItemKind, Line, Spot, at_spot
from ivr.flow.words import AGAIN, BACK, FIXED

DEALT_WITH = FIXED["line.message.done"].key
"""Not the key that asks for a message: pressed twice, it would have settled what nobody has heard."""


def _found(line: Line, event: on.Found) -> Next:
    if event.item is None:
        return to_menu(line, "line.waiting.none")
    return say(at_spot(replace(line, item=event.item), Spot.ITEM))


def _item_key(line: Line, event: ev.Pressed) -> Next:
    key = event.keys[:1]
    if key == BACK or line.item is None:
        return to_menu(line)
    if key == "1":
        return line, on.Take(line.item)
    if key == "2":
        return line, on.FindWaiting(line.item.id)
    return say(line) if key == AGAIN else wrong_key(line)


def _took(line: Line, event: on.Took) -> Next:
    if line.item is None:
        return to_menu(line)
    if line.item.kind is ItemKind.CALLBACK:
        return say(at_spot(line, Spot.CALLING))
    heard = replace(line.item, recording=event.recording)
    return say(at_spot(replace(line, item=heard), Spot.MESSAGE))


def _not_here(line: Line, event: on.NotHere) -> Next:
    del event
    return to_menu(line, "line.message.away")


def _taken_by_other(line: Line, event: on.TakenByOther) -> Next:
    del event
    return (line, on.FindWaiting(line.item.id)) if line.item else to_menu(line)


def _message_key(line: Line, event: ev.Pressed) -> Next:
    key = event.keys[:1]
    if line.item is None:
        return to_menu(line)
    if key in {DEALT_WITH, BACK}:
        return line, on.Settle(line.item, kept=key == DEALT_WITH)
    return say(line) if key in {"1", "2", AGAIN} else wrong_key(line, _give_back)


def _message_silent(line: Line, event: ev.TimedOut) -> Next:
    del event
    return silence(line, _give_back)


def _give_back(line: Line) -> Next:
    """What was neither dealt with nor refused waits for whoever is next."""
    return (line, on.Settle(line.item, kept=False)) if line.item else to_menu(line)


def _call_ended(line: Line, event: ev.DialEnded) -> Next:
    """What has become of the promise is noted by whoever placed the call."""
    reached = event.outcome is ev.DialOutcome.REACHED
    return to_menu(line, *(() if reached else ("screen.notreached",)))


WAITING: dict[tuple[Spot, type[ev.Event]], Step] = {
    (Spot.MENU, on.Found): _found,
    (Spot.SHIFTS, on.Found): _found,
    (Spot.ITEM, ev.Pressed): _item_key,
    (Spot.ITEM, ev.TimedOut): silent,
    (Spot.ITEM, ev.Lost): say_again,
    (Spot.ITEM, on.Found): _found,
    (Spot.ITEM, on.Took): _took,
    (Spot.ITEM, on.TakenByOther): _taken_by_other,
    (Spot.ITEM, on.NotHere): _not_here,
    (Spot.ITEM, on.Failed): failed,
    (Spot.MESSAGE, ev.Pressed): _message_key,
    (Spot.MESSAGE, ev.TimedOut): _message_silent,
    (Spot.MESSAGE, ev.Lost): say_again,
    (Spot.MESSAGE, on.Settled): on_to_menu,
    (Spot.MESSAGE, on.Failed): failed,
    (Spot.CALLING, ev.DialEnded): _call_ended,
    **{(Spot.CALLING, event): on_to_menu for event in (ev.Pressed, ev.TimedOut, ev.Lost)},
}

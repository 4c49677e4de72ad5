"""A call-back: whether it is safe, when, and to which number; safe on our side before it is promised.

A number that was keyed in is kept at once and only then read back, because no state may carry it.
"""

from dataclasses import replace
from datetime import datetime

from ivr.flow import events as ev
from ivr.flow.call import Call, Kind, at_place
from ivr.flow.helpline import Helpline, Welcome
from ivr.flow.message import message_of
from ivr.flow.moves import Next, arrive
from ivr.flow.reaching import turned_away, waited_out
from ivr.flow.saying import prompts
from ivr.flow.turns import CallBackAsked
from ivr.flow.words import BACK

WINDOWS = ("now", "morning", "afternoon", "evening")
MOST_WRONG = 3


def ask_for_it(helpline: Helpline, call: Call, at: datetime) -> Next:
    """Begin with the question whether it is safe to call."""
    if helpline.door.blocked():
        return turned_away(helpline, call, at, Welcome.BLOCKED)
    return arrive(helpline, at_place(call, Kind.SAFE), at)


def safe_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    """Yes: when? No: then not, but a message."""
    if key == "1":
        return arrive(helpline, at_place(call, Kind.WHEN), at)
    if key == "2":
        return arrive(helpline, at_place(call, Kind.CLOSED), at, "callback.unsafe")
    return None


def when_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    """Which part of the day; the number comes next."""
    if key not in "1234":
        return None
    kind = Kind.KEYING if call.withheld else Kind.NUMBER
    return arrive(helpline, at_place(call, kind, part=int(key) - 1), at)


def number_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    """The number the caller rings from, or another."""
    if key == "2":
        return arrive(helpline, at_place(call, Kind.KEYING, part=call.place.part), at)
    if key != "1":
        return None
    asked = replace(call, callbacks=call.callbacks + 1)
    after, turn = promised(helpline, asked, at)
    return after, replace(turn, happened=(_asked(asked, None),))


def keyed(helpline: Helpline, call: Call, event: ev.Pressed) -> Next:
    """A number: what stands after the last star, which clears."""
    keys = event.keys.rpartition(BACK)[2]
    number = helpline.numbers.read(keys) if keys else None
    if number is None:
        return _not_a_number(helpline, call, event.at, *(["callback.wrong"] if keys else []))
    asked = replace(at_place(call, Kind.CHECK, part=call.place.part), callbacks=call.callbacks + 1)
    read = prompts(call, ["callback.read", *(f"digit.{each}" for each in keys if each.isdigit())])
    after, turn = arrive(helpline, asked, event.at)
    return after, replace(turn, plays=(*read, *turn.plays), happened=(_asked(asked, number),))


def nothing_keyed(helpline: Helpline, call: Call, event: ev.Event) -> Next:
    """Ask again; then leave it."""
    return _not_a_number(helpline, call, event.at, "no.key")


def check_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    """Right, or keyed in again."""
    if key == "1":
        return promised(helpline, call, at)
    return number_again(helpline, call, at) if key == "2" else None


def number_again(helpline: Helpline, call: Call, at: datetime) -> Next:
    """Ask for the number once more."""
    return arrive(helpline, at_place(call, Kind.KEYING, part=call.place.part), at)


def promised(helpline: Helpline, call: Call, at: datetime) -> Next:
    """Say how the call will come."""
    return arrive(helpline, at_place(waited_out(call), Kind.AFTER), at, "callback.kept")


def instead(helpline: Helpline, call: Call, at: datetime) -> Next:
    """A caller who does not answer these questions can speak."""
    return arrive(helpline, at_place(message_of(call), Kind.MESSAGE), at, "message.instead")


def _not_a_number(helpline: Helpline, call: Call, at: datetime, *before: str) -> Next:
    if not before and not call.wrongs:
        counted = replace(call, wrongs=1)
        return arrive(helpline, counted, at)
    counted = replace(call, wrongs=call.wrongs + 1)
    if counted.wrongs < MOST_WRONG:
        return arrive(helpline, counted, at, *before)
    return instead(helpline, call, at)


def _asked(call: Call, number: str | None) -> CallBackAsked:
    return CallBackAsked(number, call.language, WINDOWS[call.place.part], call.callbacks)

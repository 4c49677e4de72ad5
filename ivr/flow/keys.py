"""The keys that mean the same everywhere a caller is listening."""

from dataclasses import replace
from datetime import datetime

from ivr.flow.call import Call, Kind, Place, at_place
from ivr.flow.helpline import Helpline
from ivr.flow.moves import Next, Way, arrive, hear, moved, next_part, to_main
from ivr.flow.reaching import back_to_waiting, may_return, seek
from ivr.flow.turns import ToStudio, Turn
from ivr.flow.words import AGAIN, BACK, COUNSELLOR, EMERGENCY

SAFE_ALREADY = {Kind.REVIEW: ("message.kept",), Kind.CHECK: ("callback.kept",)}
"""What a caller who goes back from there has left with us all the same."""


def emergency(helpline: Helpline, call: Call, at: datetime) -> Next:
    """The overdose segment."""
    return hear(helpline, call, helpline.emergency, at)


def back(helpline: Helpline, call: Call, at: datetime) -> Next:
    """The question before; from what a caller has left the queue for, the queue.

    A second star where there is nothing to go back to leads to the line on which staff record.
    """
    if helpline.studio and _is_beginning(helpline, call):
        if call.starred:
            return replace(call, starred=False), Turn((), ToStudio())
        call = replace(call, starred=True)
    kept = SAFE_ALREADY.get(call.place.kind, ())
    if call.place.kind is Kind.LANGUAGE:
        return arrive(helpline, at_place(call, Kind.LANGUAGE, part=call.place.part), at)
    if may_return(call):
        return back_to_waiting(helpline, call, at, *kept)
    if call.trail:
        *trail, place = call.trail
        return arrive(helpline, replace(moved(call, place), trail=tuple(trail)), at, *kept)
    if call.queued:
        return arrive(helpline, at_place(call, Kind.WAIT, part=1), at)
    return to_main(helpline, call, at, *kept)


def _is_beginning(helpline: Helpline, call: Call) -> bool:
    """The languages; where there is only one, the main menu."""
    if call.wait or call.trail:
        return False
    if len(helpline.languages) == 1:
        return call.place == Place(Kind.MENU, helpline.main)
    return call.place.kind is Kind.LANGUAGE


def again(helpline: Helpline, call: Call, at: datetime) -> Next:
    """The same once more; in a segment, its next part."""
    if call.place.kind is Kind.SEGMENT:
        return next_part(helpline, replace(call, silences=0, wrongs=0), at)
    if call.place.kind is Kind.END:
        return arrive(helpline, at_place(call, Kind.SEGMENT, call.place.name), at)
    if call.place.kind is Kind.AFTER:
        return to_main(helpline, call, at)
    if call.place.kind is Kind.WAIT:
        return arrive(helpline, at_place(call, Kind.WAIT, part=1), at)
    return arrive(helpline, moved(call, call.place), at)


EVERYWHERE: dict[str, Way] = {COUNSELLOR: seek, EMERGENCY: emergency, BACK: back, AGAIN: again}


def leaving(keys: str) -> Way | None:
    """What a key that ended a recording does; the one that only ends it is none of them."""
    return None if keys == AGAIN else EVERYWHERE.get(keys)

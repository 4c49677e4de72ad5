"""A caller in the queue: what is heard there, and what leads out of it again.

Each document there plays one prompt and asks for the next, so that there is always one soon; how long the
caller has waited is what the network says, so that the same request gets the same answer.
"""

from dataclasses import replace
from datetime import datetime

from ivr.flow import events as ev
from ivr.flow.call import Call, Kind, Place, Wait, at_place
from ivr.flow.helpline import Helpline
from ivr.flow.message import message_of
from ivr.flow.moves import Next, arrive, beat, leave_queue, says_more, to_main
from ivr.flow.reaching import bound, leave_for_nobody, leave_for_phones
from ivr.flow.saying import WAIT_PARTS

LISTEN, CALL_BACK, MESSAGE = "1", "2", "3"
FIRST_CHOICE = WAIT_PARTS.index("wait.listen")


def timed(call: Call, seconds: int | None) -> Call:
    """The call with the time that the network says it has been in this queue; None: it does not say."""
    if not call.wait or not call.queued or seconds is None:
        return call
    return replace(call, wait=replace(call.wait, waited=call.wait.base + seconds))


def out_of_time(helpline: Helpline, call: Call) -> bool:
    """Whether the caller has waited as long as anybody may."""
    return bool(call.wait and call.queued and call.wait.waited >= bound(helpline))


def heard(helpline: Helpline, call: Call, event: ev.Event) -> Next | None:
    """What a caller in the queue who pressed nothing hears next; None if the place decides that itself."""
    if not isinstance(event, ev.TimedOut | ev.Continued | ev.Lost) or not call.queued:
        return None
    if out_of_time(helpline, call):
        return leave_for_nobody(call)
    if not helpline.queueing:
        return leave_for_phones(call)
    return beat(helpline, call, event.at) if says_more(helpline, call, event.at) else None


def next_in_wait(helpline: Helpline, call: Call, event: ev.Event) -> Next:
    """Go on waiting: the next part, round and round, until somebody comes or time is up."""
    part = call.place.part + 1
    onward = part if part < len(WAIT_PARTS) else FIRST_CHOICE
    return arrive(helpline, replace(call, place=Place(Kind.WAIT, part=onward)), event.at)


def first_heard(helpline: Helpline, call: Call, event: ev.Event) -> Next:
    """The first thing that a caller hears in the queue."""
    wait = call.wait or Wait()
    if wait.tick:
        return next_in_wait(helpline, call, event)
    return arrive(helpline, call, event.at)


def back_in_wait(helpline: Helpline, call: Call, at: datetime) -> Next:
    """From the menus, because nothing more was pressed."""
    return arrive(helpline, replace(at_place(call, Kind.WAIT, part=FIRST_CHOICE), trail=()), at)


def wait_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    """Listen on in the queue, or leave it for a promise."""
    if key == LISTEN:
        return to_main(helpline, call, at)
    if key == MESSAGE:
        return leave_for_message(call)
    if key == CALL_BACK and helpline.callbacks:
        return leave_queue(at_place(call, Kind.SAFE))
    return None


def leave_for_message(call: Call) -> Next:
    """Out of the queue, to the recorder."""
    return leave_queue(at_place(message_of(call), Kind.MESSAGE))

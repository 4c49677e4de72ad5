"""A turn of a caller for whom phones may be rung by Dial, one after the other."""

from dataclasses import replace

from ivr.flow import events as ev
from ivr.flow.call import Call, Kind
from ivr.flow.caller import advance
from ivr.flow.helpline import Helpline
from ivr.flow.ring_plan import FALLBACK, next_person
from ivr.flow.turns import Dial, Enqueue, Leave, Turn
from ivr.telephony.twilio.desk import Desk, World
from ivr.telephony.twilio.parameters import Parameters, call_id


def advanced(
    desk: Desk, world: World, call: Call, event: ev.Event, parameters: Parameters
) -> tuple[Call, Turn]:
    """The next turn; who is on a call already is not rung, and those count that have rung for the queue.

    A caller for whom nobody is free waits in the queue, even if nobody can be rung for it just now.
    """
    sid = call_id(parameters) or ""
    if isinstance(event, ev.DialEnded):
        desk.rang(event.outcome.value)
        desk.by_dial.ended(sid, reached=event.outcome is ev.DialOutcome.REACHED)
    after, turn = advance(world.helpline, call, event)
    if not isinstance(turn.then, Dial) and not _leaves_for_phones(after, turn):
        return after, turn
    helpline = replace(world.helpline, engaged=desk.by_dial.engaged(sid))
    if isinstance(turn.then, Leave):
        return _stays(helpline, call, event, after) or (after, turn)
    if call.wait and not isinstance(event, ev.DialEnded):
        call = replace(call, rung_in_queue=desk.ringing.rung(sid))
    after, turn = advance(helpline, call, event)
    if not isinstance(turn.then, Dial):
        return _enters(helpline, call, event, sid) or (after, turn)
    desk.rang("ringing")
    if turn.then.person != FALLBACK:
        desk.by_dial.rings(sid, turn.then.person, turn.then.seconds)
    return after, turn


def _leaves_for_phones(after: Call, turn: Turn) -> bool:
    return isinstance(turn.then, Leave) and after.place.kind is Kind.RING


def _stays(helpline: Helpline, call: Call, event: ev.Event, after: Call) -> tuple[Call, Turn] | None:
    """The turn of a caller who goes on waiting in the queue, if everybody is engaged."""
    tried = replace(after, tries=max(after.tries, 1))
    if not helpline.engaged or next_person(helpline, tried, event.at):
        return None
    return advance(replace(helpline, queueing=True), call, event)


def _enters(helpline: Helpline, call: Call, event: ev.Event, sid: str) -> tuple[Call, Turn] | None:
    """The turn of a caller who is put into the queue, if they are looking for a person only now."""
    if not sid or isinstance(event, ev.DialEnded | ev.QueueEnded):
        return None
    after, turn = advance(replace(helpline, queueing=True), call, event)
    return (after, turn) if isinstance(turn.then, Enqueue) else None

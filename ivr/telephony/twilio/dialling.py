"""A turn of a caller for whom phones may be rung by Dial, one after the other."""

from dataclasses import replace

from ivr.flow import events as ev
from ivr.flow.call import Call
from ivr.flow.caller import advance
from ivr.flow.ring_plan import FALLBACK
from ivr.flow.turns import Dial, Turn
from ivr.telephony.twilio.desk import Desk, World
from ivr.telephony.twilio.parameters import Parameters, call_id


def advanced(
    desk: Desk, world: World, call: Call, event: ev.Event, parameters: Parameters
) -> tuple[Call, Turn]:
    """The next turn; who is on a call already is not rung, and those count that have rung for the queue."""
    sid = call_id(parameters) or ""
    if isinstance(event, ev.DialEnded):
        desk.by_dial.ended(sid, reached=event.outcome is ev.DialOutcome.REACHED)
    after, turn = advance(world.helpline, call, event)
    if not isinstance(turn.then, Dial):
        return after, turn
    if call.wait and not isinstance(event, ev.DialEnded):
        call = replace(call, rung_in_queue=desk.ringing.rung(sid))
    helpline = replace(world.helpline, engaged=desk.by_dial.engaged(sid))
    after, turn = advance(helpline, call, event)
    if isinstance(turn.then, Dial) and turn.then.person != FALLBACK:
        desk.by_dial.rings(sid, turn.then.person, turn.then.seconds)
    return after, turn

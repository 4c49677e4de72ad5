"""What the webhooks of a caller in the queue tell those who ring phones, and ask of them."""

from ivr.flow.call import Call, Kind, Wait
from ivr.flow.codec import UnknownState, decode, encode, in_queue
from ivr.flow.events import QueueEnded, QueueOutcome
from ivr.flow.turns import Enqueue, Leave, Turn
from ivr.flow.waiting_call import Waiting
from ivr.telephony.twilio.desk import Desk, World
from ivr.telephony.twilio.parameters import Parameters, call_id, has_ended, queue_id


def queue_name(call: str, entry: int) -> str:
    """A queue of the caller's own: named by the network's id of the call, and nothing about them."""
    return call if entry == 1 else f"{call}-{entry}"


def waits(what: str, state: str, parameters: Parameters, ends: frozenset[str]) -> bool:
    """Whether the answer to a webhook is heard in a queue, where only some verbs are allowed."""
    return what not in ends and ("QueueSid" in parameters or in_queue(state))


def went_where(desk: Desk, world: World, call: Call, event: QueueEnded, parameters: Parameters) -> Call:
    """The call at the place for which the caller has left the queue, if that is known here."""
    sid = call_id(parameters)
    if event.outcome is not QueueOutcome.LEFT or not sid or not call.wait:
        return call
    found = desk.ringing.departed(sid, call.wait.entry)
    try:
        return decode(world.helpline, *found) if found else call
    except UnknownState:
        return call


def tell(desk: Desk, before: Call, after: Call, turn: Turn, parameters: Parameters) -> None:
    """Tell of a caller who waits, or who leaves; what is told twice has one effect."""
    sid = call_id(parameters)
    if not sid or not after.wait or not before.wait:
        return
    if isinstance(turn.then, Leave):
        desk.ringing.left(sid, after.wait.entry, after.language, encode(after))
    elif after.queued and not isinstance(turn.then, Enqueue):
        desk.ringing.tick(_waiting(sid, after, after.wait, before.wait.waited, parameters))


def tell_end(desk: Desk, call: Call, event: QueueEnded, parameters: Parameters) -> None:
    """Tell that a caller is out of the queue."""
    sid = call_id(parameters)
    if not sid or not call.wait:
        return
    if event.outcome is QueueOutcome.GONE or has_ended(parameters):
        desk.ringing.gone(sid, waiting=event.outcome is QueueOutcome.GONE)
    elif event.outcome is QueueOutcome.REACHED:
        desk.ringing.over(sid, call.wait.entry)
    elif event.outcome is QueueOutcome.FAILED:
        desk.ringing.left(sid, call.wait.entry, call.language, encode(call))


def _waiting(sid: str, call: Call, wait: Wait, waited: int, parameters: Parameters) -> Waiting:
    return Waiting(
        call=sid,
        entry=wait.entry,
        queue=queue_name(sid, wait.entry),
        queue_sid=queue_id(parameters),
        language=call.language,
        topic=call.topic,
        overdose=call.overdose,
        caller=parameters.get("From", ""),
        waited=waited,
        tick=wait.tick,
        listening=call.place.kind is Kind.SEGMENT,
        state=encode(call),
    )

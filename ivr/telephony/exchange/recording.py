"""Record: the far end speaks until a key, a silence, the limit, or the end of the call."""

from dataclasses import replace

from ivr.telephony.exchange.leg import Leg, Outcome, RecordOrder
from ivr.telephony.exchange.targets import action_or_same, watch
from ivr.telephony.exchange.twiml import Verb


async def record(leg: Leg, verb: Verb) -> Outcome:
    """The action with the recording; when nothing was said, the next verb, as networks differ here."""
    then = action_or_same(leg, verb, {})
    tape = leg.network.tape(leg.call, watch(leg, verb, "recordingStatusCallback"))
    take = await leg.line.record(_order(verb))
    leg.quiet = 0
    said = tape.keep(take)
    if not said:
        return None
    go = replace(then, extra={**said, "Digits": take.ended_by})
    if take.ended_by != "hangup":
        return go
    leg.report(go)
    await leg.line.rest(0)  # raises HungUp
    return None


def _order(verb: Verb) -> RecordOrder:
    return RecordOrder(
        longest=verb.number("maxLength", 3600),
        silence=verb.number("timeout", 5),
        finish=verb.get("finishOnKey", "1234567890*#"),
        beep=verb.get("playBeep", "true") == "true",
    )

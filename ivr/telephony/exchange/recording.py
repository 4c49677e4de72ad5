"""Record: the far end speaks until a key, a silence, the limit, or the end of the call."""

from ivr.telephony.exchange.leg import Go, Leg, Outcome, RecordOrder, Watch
from ivr.telephony.exchange.twiml import Verb


async def record(leg: Leg, verb: Verb) -> Outcome:
    """The action with the recording; when nothing was said, the next verb, as networks differ here."""
    url = leg.document.absolute(verb.get("action", leg.document.url))
    tape = leg.network.tape(leg.call, _watch(leg, verb))
    take = await leg.line.record(_order(verb))
    leg.quiet = 0
    said = tape.keep(take)
    if not said:
        return None
    go = Go(url, verb.get("method", "POST"), {**said, "Digits": take.ended_by})
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


def _watch(leg: Leg, verb: Verb) -> Watch | None:
    url = verb.get("recordingStatusCallback")
    if not url:
        return None
    events = frozenset(verb.get("recordingStatusCallbackEvent", "completed").split())
    return Watch(leg.document.absolute(url), verb.get("recordingStatusCallbackMethod", "POST"), events)

"""Runs documents on a leg: verbs from top to bottom, then the next document, until nothing follows.

No I/O and no clock: the leg's line is asked to play, to listen and to ring; its network fetches and connects.
"""

from collections.abc import Awaitable, Callable, Mapping

from ivr.telephony.exchange.dialing import dial
from ivr.telephony.exchange.errors import HungUp, TwimlError
from ivr.telephony.exchange.gathering import gather
from ivr.telephony.exchange.grammar import Scope
from ivr.telephony.exchange.leg import Go, Leg, Outcome, Stop
from ivr.telephony.exchange.playing import pause, play, say
from ivr.telephony.exchange.queueing import enqueue
from ivr.telephony.exchange.races import done_before
from ivr.telephony.exchange.recording import record
from ivr.telephony.exchange.twiml import Document, Verb

MOST_REDIRECTS = 10  # error 11215
SILENT_START = frozenset({"Reject", "Pause", "Redirect"})


async def run(leg: Leg, start: Go | Document) -> Stop:
    """Everything from `start` on; TwimlError when a document fails and the fallback cannot help either."""
    step: Go | Document = start
    while True:
        outcome = await _step(leg, step)
        if not isinstance(outcome, Go):
            return outcome or Stop.END
        step = outcome


async def _step(leg: Leg, step: Go | Document) -> Outcome:
    try:
        leg.document = step if isinstance(step, Document) else await _fetch(leg, step)
        return await _run_document(leg)
    except TwimlError as error:
        fallback = leg.call.fallback if leg.scope is Scope.CALL else None
        if fallback is None or (isinstance(step, Go) and step.url == fallback.url):
            raise
        leg.line.show("error", error.shown)
        said = {"ErrorCode": str(error.code), "ErrorUrl": error.url or leg.document.url}
        return Go(fallback.url, fallback.method, said)


async def _fetch(leg: Leg, go: Go) -> Document:
    asked = leg.network.fetch(leg.call, Go(go.url, go.method, {**leg.told(), **go.extra}))
    if not await done_before(asked, leg.line.hung_up()):
        raise HungUp
    return asked.result()


async def _run_document(leg: Leg) -> Outcome:
    try:
        return await _run_verbs(leg)
    except TwimlError as error:
        error.document = error.document or leg.document.text
        raise


async def _run_verbs(leg: Leg) -> Outcome:
    for verb in leg.document.verbs:
        if leg.line.gone:
            raise HungUp
        if verb.name not in leg.scope.value:
            raise TwimlError(
                13201 if verb.name == "Dial" else 12200,
                f"<{verb.name}> is not allowed in this place; there: {', '.join(sorted(leg.scope.value))}",
                leg.document.text,
            )
        if verb.name not in SILENT_START and not verb.flag("answerOnBridge"):
            leg.pick_up()
        outcome = await VERBS[verb.name](leg, verb)
        if outcome is not None:
            return outcome
    return None


async def redirect(leg: Leg, verb: Verb) -> Outcome:
    """The rest of the document is unreachable; ten in a row without a sound are the most."""
    leg.quiet += 1
    if leg.quiet > MOST_REDIRECTS:
        raise TwimlError(11215, f"more than {MOST_REDIRECTS} redirects with nothing heard", leg.document.text)
    return Go(leg.document.absolute(verb.text), verb.get("method", "POST"))


async def hang_up(leg: Leg, verb: Verb) -> Outcome:
    """The document ends the call."""
    del leg, verb
    return Stop.HANGUP


async def leave(leg: Leg, verb: Verb) -> Outcome:
    """The caller leaves the queue."""
    del leg, verb
    return Stop.LEAVE


async def reject(leg: Leg, verb: Verb) -> Outcome:
    """Ends an unanswered call unanswered, and any other like Hangup."""
    if leg.answered:
        return Stop.HANGUP
    return Stop.REJECTED_BUSY if verb.get("reason") == "busy" else Stop.REJECTED


VERBS: Mapping[str, Callable[[Leg, Verb], Awaitable[Outcome]]] = {
    "Play": play,
    "Say": say,
    "Pause": pause,
    "Gather": gather,
    "Redirect": redirect,
    "Hangup": hang_up,
    "Leave": leave,
    "Reject": reject,
    "Record": record,
    "Dial": dial,
    "Enqueue": enqueue,
}

"""Enqueue: a caller waits, hearing the wait documents over and over, until taken, gone, or led away."""

import asyncio
from dataclasses import replace

from ivr.telephony.exchange.errors import HungUp, TwimlError
from ivr.telephony.exchange.grammar import Scope
from ivr.telephony.exchange.leg import Go, Leg, Outcome, Status, Stop
from ivr.telephony.exchange.queues import Member
from ivr.telephony.exchange.races import first_of
from ivr.telephony.exchange.targets import action
from ivr.telephony.exchange.twiml import Verb

LONGEST_NAME = 64
MOST_SILENT = 10  # wait documents in a row with nothing in them


async def enqueue(leg: Leg, verb: Verb) -> Outcome:
    """The action, or the next verb, once the wait and any conversation after it are over."""
    if len(verb.text) > LONGEST_NAME:
        raise TwimlError(14201, f"a queue's name has at most {LONGEST_NAME} characters", leg.document.text)
    queue = leg.network.queue(verb.text, make=True)
    member = queue.join(leg) if queue else None
    if member is None:
        return action(leg, verb, {"QueueResult": "queue-full"})
    leg.line.show("waiting", {"queue": verb.text})
    try:
        await _wait(leg, verb, member)
    except (HungUp, asyncio.CancelledError) as error:
        _tell_why(leg, verb, member, hung_up=isinstance(error, HungUp))
        raise
    finally:
        member.queue.leave(member)
        member.ready.set()
        member.left.set()
    return action(leg, verb, _said(member))


async def _wait(leg: Leg, verb: Verb, member: Member) -> None:
    waiting = _Wait(replace(leg, scope=Scope.WAIT, told=member.told, quiet=0))
    if await first_of(member.taken.wait(), waiting.listen(verb)) == 0 or member.taken.is_set():
        member.result = "error"  # unless whoever takes the caller is there until they talk
        member.ready.set()
        await member.over.wait()
    elif waiting.ended is Stop.HANGUP:
        leg.line.hang_up(Status.COMPLETED)
    else:
        member.result = "leave" if waiting.ended is Stop.LEAVE else "error"
    await leg.line.rest(0)  # raises HungUp when the caller, or a document, has ended the call


class _Wait:
    """The wait documents of one caller, and how they ended: END only when one of them failed."""

    def __init__(self, leg: Leg) -> None:
        self._leg = leg
        self.ended = Stop.END

    async def listen(self, verb: Verb) -> None:
        if verb.get("waitUrl") == "":
            await self._leg.line.hung_up()
            raise HungUp
        start = Go(self._leg.document.absolute(verb.get("waitUrl")), verb.get("waitUrlMethod", "POST"))
        try:
            await self._documents(start)
        except TwimlError as error:
            self._leg.line.show("error", error.shown)

    async def _documents(self, start: Go) -> None:
        from ivr.telephony.exchange.interpreter import run  # noqa: PLC0415 (a wait document holds verbs again)

        while self.ended is Stop.END:
            self._leg.quiet += 1
            if self._leg.quiet > MOST_SILENT:
                raise TwimlError(11215, "the wait documents have nothing in them", self._leg.document.text)
            self.ended = await run(self._leg, start)


def _tell_why(leg: Leg, verb: Verb, member: Member, *, hung_up: bool) -> None:
    talked = member.result == "bridged"
    if hung_up:
        member.result = "bridged" if talked else "hangup"
    else:
        member.result = "redirected-from-bridged" if talked else "redirected"
    leg.report(action(leg, verb, _said(member)))


def _said(member: Member) -> dict[str, str]:
    return {
        "QueueResult": member.result,
        "QueueSid": member.queue.sid,
        "QueueTime": str(member.seconds),
    }

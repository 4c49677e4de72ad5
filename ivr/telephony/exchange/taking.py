"""Dial with a Queue noun: whoever has waited longest is taken from the queue and put through."""

from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from ivr.telephony.exchange.bridging import Ended, Screening, converse, given_up
from ivr.telephony.exchange.grammar import Scope
from ivr.telephony.exchange.leg import Leg
from ivr.telephony.exchange.queues import Member
from ivr.telephony.exchange.races import first_of
from ivr.telephony.exchange.targets import page
from ivr.telephony.exchange.twiml import Verb


class Taking:
    """One attempt to take a caller from a queue."""

    def __init__(self, leg: Leg, verb: Verb) -> None:
        self.leg = leg
        self.verb = verb
        self.ended = Ended("canceled")

    async def make(self, noun: Verb) -> Ended:
        """How it ended; `ended` says it at every moment before, because either may hang up."""
        queue = self.leg.network.queue(noun.text, make=False)
        if queue is None:
            return Ended("failed")
        taking = _Front()
        wait = self.leg.line.rest(self.verb.number("timeout", 30))
        try:
            ended = await first_of(taking.take(queue.front()), wait, given_up(self.leg, self.verb))
            if taking.member is None:
                return Ended("no-answer" if ended == 1 else "canceled")
            return await self._talk(taking.member, noun)
        finally:
            if taking.member:
                taking.member.over.set()

    async def _talk(self, member: Member, noun: Verb) -> Ended:
        await member.ready.wait()
        began = self.leg.line.at
        await self._greet(member, noun)
        if member.left.is_set() or self.leg.line.gone:
            return Ended("no-answer", member.leg.call.sid)
        self.ended = Ended("completed", member.leg.call.sid, bridged=True)
        member.result = "bridged"
        try:
            await converse(self.leg, member.leg, self.verb, _parting(member))
        finally:
            self.ended = replace(self.ended, seconds=round(self.leg.line.at - began))
        return self.ended

    async def _greet(self, member: Member, noun: Verb) -> None:
        if not noun.get("url") or member.left.is_set():
            return
        said = {
            "QueueSid": member.queue.sid,
            "QueueTime": str(member.seconds),
            "DequeingCallSid": self.leg.call.sid,  # spelled so by Twilio
        }
        leg = replace(member.leg, scope=Scope.GREET, told=lambda: said)
        await first_of(
            Screening(leg, page(self.leg, noun)).run(), self.leg.line.hung_up(), member.left.wait()
        )


async def _parting(member: Member) -> None:
    await first_of(member.leg.line.hung_up(), member.left.wait())


class _Front:
    """The caller taken from the queue, if there was one in time."""

    def __init__(self) -> None:
        self.member: Member | None = None

    async def take(self, front: Coroutine[Any, Any, Member]) -> None:
        self.member = await front

"""Dial: rings people, at once or in turn, or takes the caller at the front of a queue; then they talk."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from ivr.telephony.exchange.bridging import Ended, Screening, converse, given_up
from ivr.telephony.exchange.errors import HungUp, TwimlError
from ivr.telephony.exchange.grammar import Scope
from ivr.telephony.exchange.leg import Leg, Outcome, Status
from ivr.telephony.exchange.numbers import dialled
from ivr.telephony.exchange.races import first_of
from ivr.telephony.exchange.taking import Taking
from ivr.telephony.exchange.targets import action, page, watch
from ivr.telephony.exchange.twiml import Verb

EXTRA_RINGING = 5  # Twilio adds about this many seconds to the timeout


async def dial(leg: Leg, verb: Verb) -> Outcome:
    """The action with how it ended, or the next verb; hanging up asks the action too, for nothing."""
    leg.quiet = 0
    attempt = _Attempt(leg, verb)
    try:
        ended = await attempt.make()
        await leg.line.rest(0)  # raises HungUp when it was the caller who ended it
    except (HungUp, asyncio.CancelledError):
        leg.report(action(leg, verb, attempt.ended.said))
        raise
    leg.line.show("dialed", {"status": ended.status, "bridged": ended.bridged})
    return action(leg, verb, ended.said)


class _Attempt:
    """One Dial under way; `ended` is kept up to date, because the caller may hang up at any moment."""

    def __init__(self, leg: Leg, verb: Verb) -> None:
        self.leg = leg
        self.verb = verb
        self._ended = Ended("canceled")
        self._taking: Taking | None = None

    @property
    def ended(self) -> Ended:
        """How it stands."""
        return self._taking.ended if self._taking else self._ended

    async def make(self) -> Ended:
        caller = self._caller()
        if not self.leg.network.may_show(self.leg.call, caller):
            message = f"callerId {caller!r} is no number of this call or account"
            self.leg.line.show("error", TwimlError(13214, message, self.leg.document.text).shown)
            return Ended("failed")
        nouns = self.verb.nested or (Verb("Number", {}, self.verb.text, ()),)
        if nouns[0].name == "Queue" and len(nouns) == 1:
            self._taking = Taking(self.leg, self.verb)
            return await self._taking.make(nouns[0])
        if any(each.name == "Queue" for each in nouns):
            raise TwimlError(13211, "<Queue> stands alone inside <Dial>", self.leg.document.text)
        in_turn = [(each,) for each in nouns] if self.verb.flag("sequential") else [nouns]
        for each in in_turn:
            self._ended = await self._ring(each)
            if self._ended.bridged or self._ended.status == "canceled":
                break
        return self._ended

    async def _ring(self, nouns: tuple[Verb, ...]) -> Ended:
        legs = [(self._child(each), each) for each in nouns]
        self._ended = Ended("canceled", legs[-1][0].call.sid)
        self.leg.line.show("dialing", {"phones": len(nouns)})
        try:
            winner = await self._first_up([child for child, _ in legs])
            if winner is None:
                self._stop([child for child, _ in legs])
                return Ended(_worst([child.call.status for child, _ in legs]), legs[-1][0].call.sid)
            self._stop([child for child, _ in legs if child is not winner])
            return await self._screen(winner, next(noun for child, noun in legs if child is winner))
        finally:
            self._stop([child for child, _ in legs])

    def _child(self, noun: Verb) -> Leg:
        return self.leg.network.child(
            self.leg.call, dialled(noun.text), self._caller(), watch(self.leg, noun, "statusCallback")
        )

    def _caller(self) -> str:
        return dialled(self.verb.get("callerId")) or self.leg.call.caller

    async def _first_up(self, children: list[Leg]) -> Leg | None:
        ringing = {asyncio.create_task(self._ring_one(each)): each for each in children}
        enough = asyncio.create_task(given_up(self.leg, self.verb))
        try:
            return await self._first_of(ringing, enough)
        finally:
            for task in (*ringing, enough):
                task.cancel()
            await asyncio.gather(*ringing, enough, return_exceptions=True)

    async def _first_of(
        self, ringing: Mapping[asyncio.Task[Status], Leg], enough: asyncio.Task[None]
    ) -> Leg | None:
        pending = set(ringing)
        while pending:
            done, _ = await asyncio.wait({*pending, enough}, return_when=asyncio.FIRST_COMPLETED)
            if self.leg.line.gone:
                raise HungUp
            if enough in done:
                return None
            for task in [each for each in ringing if each in done]:
                pending.discard(task)
                if task.result() is Status.IN_PROGRESS:
                    return ringing[task]
        return None

    async def _ring_one(self, child: Leg) -> Status:
        child.network.become(child.call, Status.INITIATED)
        child.network.become(child.call, Status.RINGING)
        seconds = self.verb.number("timeout", 30) + EXTRA_RINGING
        status = await child.line.ring(child.call.caller, seconds)
        if status is not Status.IN_PROGRESS:
            child.line.hang_up(status)
        child.network.become(child.call, status)
        return status

    def _stop(self, children: list[Leg]) -> None:
        for child in children:
            if not child.call.status.final:
                up = child.call.status is Status.IN_PROGRESS
                status = Status.COMPLETED if up else Status.CANCELED
                child.line.hang_up(status)
                child.network.become(child.call, status)

    async def _screen(self, child: Leg, noun: Verb) -> Ended:
        began = child.line.at
        self._ended = Ended("completed", child.call.sid)
        try:
            accepted = not noun.get("url") or await self._accepted(child, noun)
            if accepted and not child.line.gone:
                self._ended = replace(self._ended, bridged=True)
                self.leg.pick_up()
                await converse(self.leg, child, self.verb, child.line.hung_up())
        finally:
            self._ended = replace(self._ended, seconds=round(child.line.at - began))
        return self._ended

    async def _accepted(self, child: Leg, noun: Verb) -> bool:
        child.scope, child.answered = Scope.SCREEN, True
        screening = Screening(child, page(self.leg, noun))
        if await first_of(screening.run(), given_up(self.leg, self.verb)) == 1 and self.leg.line.gone:
            raise HungUp
        return screening.accepted


def _worst(statuses: list[Status]) -> str:
    order = (Status.NO_ANSWER, Status.BUSY, Status.FAILED, Status.CANCELED)
    return next(each.value for each in order if each in statuses)

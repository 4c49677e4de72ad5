"""Calls under way: started, led elsewhere over REST, ended, and always brought to a proper end."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass

from ivr.telephony.exchange.errors import HungUp, TwimlError
from ivr.telephony.exchange.interpreter import run
from ivr.telephony.exchange.leg import Call, Go, Leg, Status, Stop, Watch
from ivr.telephony.exchange.phones import Phone
from ivr.telephony.exchange.switch import Switch
from ivr.telephony.exchange.twiml import Document

LOG = logging.getLogger(__name__)
LONGEST = 14400  # seconds, Twilio's time limit of a call
APOLOGY = "We are sorry, an application error has occurred. Goodbye."  # the network's, not the helpline's
GRACE = 5  # real seconds that calls have for ending when the exchange stops
ENDINGS = {Stop.REJECTED: Status.NO_ANSWER, Stop.REJECTED_BUSY: Status.BUSY}


@dataclass(frozen=True, slots=True)
class Order:
    """A call to be placed for the application, over REST."""

    caller: str
    to: str
    start: Go | Document
    ring_seconds: int = 60
    time_limit: int = LONGEST
    watch: Watch | None = None
    fallback: Go | None = None


@dataclass(slots=True, eq=False)
class _Drive:
    leg: Leg
    task: asyncio.Task[Status | None] | None = None
    then: Go | Document | None = None


class Calls:
    """The calls that run documents of their own; children of a Dial are run by the Dial."""

    def __init__(self, switch: Switch) -> None:
        self.switch = switch
        self._drives: dict[str, _Drive] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def place(self, phone: Phone, to: str) -> None:
        """A phone calls one of the account's numbers, or nobody."""
        line = phone.begin()
        line.show("calling", {"to": to})
        number = self.switch.numbers.get(to)
        if number is None:
            line.show("error", {"code": "", "message": f"nobody has the number {to}", "document": ""})
            line.hang_up(Status.FAILED)
            return
        call = self.switch.open(phone.number, to, "inbound")
        call.status, call.watch, call.fallback = Status.RINGING, number.status, number.fallback
        self.switch.lines[call.sid] = line
        self._start(Leg(call, line, self.switch), number.voice)

    def order(self, order: Order) -> Call:
        """A call placed over REST: queued now, ringing at once."""
        call = self.switch.open(order.caller, order.to, "outbound-api")
        call.watch, call.fallback = order.watch, order.fallback
        leg = self.switch.outbound(call)
        self._keep(asyncio.ensure_future(self._ring(leg, order)))
        return call

    async def _ring(self, leg: Leg, order: Order) -> None:
        switch = self.switch
        switch.become(leg.call, Status.INITIATED)
        switch.become(leg.call, Status.RINGING)
        status = await leg.line.ring(order.caller, order.ring_seconds)
        switch.become(leg.call, status)  # does nothing if the call has been cancelled meanwhile
        if leg.call.status is not Status.IN_PROGRESS:
            leg.line.hang_up(leg.call.status)
            return
        leg.answered = True
        self._start(leg, order.start, order.time_limit)

    async def _end_after(self, call: Call, seconds: int) -> None:
        await self.switch.world.clock.sleep(seconds)
        self.end(call, Status.COMPLETED)

    def _start(self, leg: Leg, start: Go | Document, limit: int = LONGEST) -> None:
        drive = _Drive(leg, then=start)
        self._drives[leg.call.sid] = drive
        self._keep(asyncio.ensure_future(self._drive(drive, limit)))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drive(self, drive: _Drive, limit: int) -> None:
        leg, status = drive.leg, Status.COMPLETED
        end = asyncio.ensure_future(self._end_after(leg.call, limit))
        try:
            while drive.then is not None:
                start, drive.then = drive.then, None
                drive.task = asyncio.ensure_future(_serve(leg, start))
                await asyncio.wait({drive.task})
                status = _result(drive.task) or status
        finally:
            end.cancel()
            del self._drives[leg.call.sid]
            leg.line.hang_up(status)
            self.switch.become(leg.call, status)

    def lead(self, call: Call, then: Go | Document) -> bool:
        """The call leaves what it is doing and runs this; False when it runs no document of its own."""
        drive = self._drives.get(call.sid)
        if drive is None or drive.task is None:
            return False
        drive.then = then
        drive.task.cancel()
        return True

    def end(self, call: Call, status: Status) -> None:
        """The network ends the call."""
        line = self.switch.lines.get(call.sid)
        if line:
            line.hang_up(status)
        if call.sid not in self._drives:
            self.switch.become(call, status)

    async def close(self) -> None:
        """Every call is ended, and what is left to be said is said."""
        for call in [each for each in self.switch.calls.values() if not each.status.final]:
            self.end(call, Status.CANCELED if call.answered is None else Status.COMPLETED)
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=GRACE)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.switch.recordings.close()
        await self.switch.settle()


async def _serve(leg: Leg, start: Go | Document) -> Status | None:
    try:
        return ENDINGS.get(await run(leg, start), Status.COMPLETED)
    except HungUp:
        return Status.COMPLETED if leg.answered else Status.NO_ANSWER
    except TwimlError as error:
        leg.line.show("error", error.shown)
        return await _apologise(leg)


async def _apologise(leg: Leg) -> Status:
    leg.pick_up()
    with suppress(HungUp):
        await leg.line.hear(leg.network.spoken(APOLOGY, "en-US"))
    return Status.COMPLETED


def _result(task: asyncio.Task[Status | None]) -> Status | None:
    if task.cancelled():
        return None
    error = task.exception()
    if error is not None:
        LOG.error("a call broke inside the exchange", exc_info=error)
        return Status.FAILED
    return task.result()

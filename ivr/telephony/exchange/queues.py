"""The queues of an account: who waits, since when, and for whom they are taken out."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.telephony.exchange.leg import Leg

LARGEST = 5000  # Twilio's most; its default of a new queue differs between pages


@dataclass(slots=True, eq=False)
class Member:
    """A caller's place in a queue; others wait for it being taken, ready to talk, over, and left for good."""

    queue: "Queue"
    leg: Leg
    joined: float
    result: str = ""
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def seconds(self) -> int:
        """How long this caller has waited."""
        return round(self.leg.line.at - self.joined)

    def told(self) -> Mapping[str, str]:
        """What a wait document is told."""
        waiting = self.queue.members
        place = waiting.index(self) + 1 if self in waiting else 0
        return {
            "QueueSid": self.queue.sid,
            "QueuePosition": str(place),
            "QueueTime": str(self.seconds),
            "AvgQueueTime": str(self.queue.average),
            "CurrentQueueSize": str(len(waiting)),
            "MaxQueueSize": str(LARGEST),
        }


@dataclass(slots=True, eq=False)
class Queue:
    """Callers in the order they came; it persists until it is deleted while empty."""

    sid: str
    name: str
    members: list[Member] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def average(self) -> int:
        """The mean wait of those waiting now, in seconds."""
        waits = [each.seconds for each in self.members]
        return round(sum(waits) / len(waits)) if waits else 0

    def join(self, leg: Leg) -> Member | None:
        """A place at the end, or None when the queue is full."""
        if len(self.members) >= LARGEST:
            return None
        member = Member(self, leg, leg.line.at)
        self.members.append(member)
        self.arrived.set()
        return member

    def leave(self, member: Member) -> None:
        """The place is given up, if it still is one."""
        if member in self.members:
            self.members.remove(member)
        if not self.members:
            self.arrived.clear()

    async def front(self) -> Member:
        """Takes out whoever waits longest, waiting for someone to come."""
        while not self.members:
            await self.arrived.wait()
        member = self.members[0]
        self.leave(member)
        member.taken.set()
        return member

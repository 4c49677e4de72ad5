"""What is seen of an evening, and what must never be seen."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ivr.storage.engine import engine_for, reading
from ivr.storage.promises import list_promises
from ivr.telephony.exchange.leg import Call, Status
from tests.calls.chance import ByChance
from tests.calls.playing import Message, Played
from tests.calls.script import CALLERS

OFFERED = {"message.offer", "message.speak", "callback.safe", "trouble.nobody"}
WRAP_UP = 30
STOPS_WITHIN = 6.0  # five seconds, and what a beat takes


@dataclass
class Watched:
    """A played evening, and what was seen of it.

    `quiet`: REST and storage work all the time, so that every phone can be stopped, and is known.
    """

    quiet: bool
    played: Played
    people: dict[str, ByChance]
    events: list[tuple[float, str, str]] = field(default_factory=list)
    rung_while_busy: list[str] = field(default_factory=list)
    rings_on: list[str] = field(default_factory=list)
    over_at: dict[str, float] = field(default_factory=dict)

    def told(self, who: str, message: Message) -> list[Message]:
        self.played.told(who, message)
        now = self.played.town.clock.now()
        self.events.append((now, who, self.played._met(who, message, set()) or str(message["is"])))
        return self.people[who].react(message)

    def look(self) -> None:
        """Between two beats: whose phone rings for a caller who needs it no more?"""
        switch, now = self.played.town.switch, self.played.town.clock.now()
        for call in self._legs():
            caller = switch.calls.get(asked_for(call))
            over = caller is None or caller.status.final or self._talks(caller)
            since = self.over_at.setdefault(asked_for(call), now) if over else now
            if call.status is Status.RINGING and now - since > STOPS_WITHIN:
                self.rings_on.append(f"{now:.0f} {call.to}")

    def _talks(self, caller: Call) -> bool:
        who = next((name for name, number in CALLERS.items() if number == caller.caller), "")
        return who in self.played.talks_with

    def _legs(self) -> Iterator[Call]:
        calls = self.played.town.switch.calls.values()
        return (each for each in calls if each.direction == "outbound-api" and asked_for(each))


def asked_for(call: Call) -> str:
    """The caller's call for which a leg was rung, over REST or by Dial."""
    found = re.search(r"\.q(CA[0-9a-f]{32})", call.watch.url if call.watch else "")
    return found[1] if found else call.parent


def note_busy(watched: Watched) -> None:
    """Whom the helpline rings although they ring, or talk."""
    switch = watched.played.town.switch
    phones, outbound = switch.phones, type(switch).outbound

    def noticed(call: Call) -> Any:
        phone = phones.find(call.to, patient=True)
        if phone is not None and phone.busy:
            watched.rung_while_busy.append(f"{watched.played.town.clock.now():.0f} {call.to}")
        return outbound(switch, call)

    watched.played.town.calls.switch = Noticing(switch, noticed)


@dataclass
class Noticing:
    """The switch, whose calls over REST are noticed."""

    switch: Any
    outbound: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.switch, name)


def promised(watched: Watched) -> set[str]:
    """The calls that were promised something."""
    with reading(engine_for(watched.played.stage.parts.settings.database_url)) as connection:
        return {each.call.partition(".")[0] for each in list_promises(connection)}


def ended_well(watched: Watched, name: str, kept: set[str]) -> bool:
    """Connected, promised, or gone by their own hang-up."""
    party = watched.played.parties[name]
    calls = watched.played.town.switch.calls.values()
    theirs = {each.sid for each in calls if each.direction == "inbound" and each.caller == CALLERS[name]}
    connected = bool(party.heard.of("connected"))
    hung_up = any(each["why"] == "hangup" for each in party.heard.of("ended"))
    return connected or bool(theirs & kept) or hung_up


def waited(watched: Watched, name: str) -> list[float]:
    """How long each stay in the queue was until a promise was offered, or it ended otherwise."""
    stays, since = [], None
    for at, who, what in watched.events:
        if who != name:
            continue
        if what == "waiting" and since is None:
            since = at
        heard = what.removeprefix("hears ").partition(" (")[0]
        if since is not None and (heard in OFFERED or what in {"connected", "ends"}):
            stays.append(at - since)
            since = None
    return stays


def silence_lasted(watched: Watched, name: str) -> float:
    """How long a caller who only asks, and then says nothing, was without a person or a recorder."""
    since = None
    for at, who, what in watched.events:
        heard = what.removeprefix("hears ").partition(" (")[0]
        if who == name and since is None and (what in {"waiting", "dialing"} or heard == "closed.nobody"):
            since = at
        if who == name and since is not None and (heard == "message.speak" or what in {"connected", "ends"}):
            return at - since
    return 0.0


def rung(watched: Watched) -> Counter[tuple[str, str]]:
    """How often each phone was rung for each caller."""
    calls = watched.played.town.switch.calls.values()
    return Counter((asked_for(each), each.to) for each in calls if asked_for(each))


def rung_in_wrap_up(watched: Watched) -> list[str]:
    """Who was rung within half a minute of a conversation."""
    parted: dict[str, float] = {}
    found = []
    for at, who, what in watched.events:
        if what == "parted":
            parted[who] = at
        if what == "rings" and who not in CALLERS and at < parted.get(who, -WRAP_UP) + WRAP_UP - 1:
            found.append(f"{at:.0f} {who}")
    return found

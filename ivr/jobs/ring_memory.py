"""Which phones this process rings for which caller: known without storage, when that is away."""

from datetime import datetime, timedelta
from threading import Lock

from ivr.flow.leg import RungLeg
from ivr.flow.rounds import over_after


class RingingPhones:
    """Phones that may still be answered, by call; any thread may note and ask."""

    def __init__(self) -> None:
        self._until: dict[str, dict[int, datetime]] = {}
        self._lock = Lock()

    def placed(self, leg: RungLeg, seconds: int, at: datetime) -> None:
        """A phone rings since `at`, for `seconds`."""
        with self._lock:
            self._forget_old(at)
            legs = self._until.setdefault(_call_of(leg), {})
            legs[leg.leg] = at + timedelta(seconds=over_after(seconds))

    def ended(self, leg: int) -> None:
        """It rings no more, or its person does not want the caller."""
        with self._lock:
            for legs in self._until.values():
                legs.pop(leg, None)

    def stopped(self, call: str) -> None:
        """Nobody is rung for the caller any more."""
        with self._lock:
            self._until.pop(call, None)

    def for_call(self, call: str, at: datetime) -> bool:
        """Whether somebody may still take this caller."""
        with self._lock:
            return any(at < until for until in self._until.get(call, {}).values())

    def _forget_old(self, at: datetime) -> None:
        lasting = {
            call: {leg: until for leg, until in legs.items() if at < until}
            for call, legs in self._until.items()
        }
        self._until = {call: legs for call, legs in lasting.items() if legs}


def _call_of(leg: RungLeg) -> str:
    """The queue is named by the call, and after it by how often that has entered one."""
    return leg.queue.partition("-")[0]

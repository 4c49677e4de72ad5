"""Which phones this process rings for which caller: known without storage, when that is away."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from ivr.flow.leg import RungLeg
from ivr.flow.rounds import over_after


@dataclass(frozen=True, slots=True)
class RingingPhone:
    """A phone that rings until then at most; `sid` is the network's id of its call, "" once it is taken."""

    leg: RungLeg
    sid: str
    until: datetime


class RingingPhones:
    """Phones that may still be answered, by call; any thread may note and ask."""

    def __init__(self) -> None:
        self._phones: dict[str, dict[int, RingingPhone]] = {}
        self._lock = Lock()

    def placed(self, leg: RungLeg, sid: str, seconds: int, at: datetime) -> None:
        """A phone rings since `at`, for `seconds`."""
        with self._lock:
            self._forget_old(at)
            phones = self._phones.setdefault(_call_of(leg), {})
            phones[leg.leg] = RingingPhone(leg, sid, at + timedelta(seconds=over_after(seconds)))

    def ended(self, leg: int) -> None:
        """It rings no more, or its person does not want the caller."""
        with self._lock:
            for phones in self._phones.values():
                phones.pop(leg, None)

    def stopped(self, call: str) -> tuple[RingingPhone, ...]:
        """Nobody is rung for the caller any more; who was till now."""
        with self._lock:
            return tuple(self._phones.pop(call, {}).values())

    def keep(self, leg: int) -> tuple[RingingPhone, ...]:
        """The others that ring for the caller of this leg, which takes them and is not to be stopped."""
        with self._lock:
            phones = next((each for each in self._phones.values() if leg in each), {})
            others = tuple(phones.pop(each) for each in tuple(phones) if each != leg)
            phones.update({number: replace(each, sid="") for number, each in phones.items()})
            return others

    def for_call(self, call: str, at: datetime) -> bool:
        """Whether somebody may still take this caller."""
        with self._lock:
            return any(at < each.until for each in self._phones.get(call, {}).values())

    def people_of_others(self, call: str, at: datetime) -> set[str]:
        """Whose phones ring for other callers."""
        with self._lock:
            others = [phones for each, phones in self._phones.items() if each != call]
            return {each.leg.person for phones in others for each in phones.values() if at < each.until}

    def _forget_old(self, at: datetime) -> None:
        lasting = {
            call: {leg: each for leg, each in phones.items() if at < each.until}
            for call, phones in self._phones.items()
        }
        self._phones = {call: phones for call, phones in lasting.items() if phones}


def _call_of(leg: RungLeg) -> str:
    """The queue is named by the call, and after it by how often that has entered one."""
    return leg.queue.partition("-")[0]

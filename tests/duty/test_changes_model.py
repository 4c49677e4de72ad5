"""Changes of duty, whatever they are, agree with a plain reading hour by hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.duty.calendar import Shift
from ivr.duty.changes import Change, Kind
from ivr.flow.roster import Counsellor
from tests.duty.duty_told import (
    HOUR,
    MONDAY,
    PEOPLE,
    hour,
    roster_of,
    say,
    shift,
)

# All of it at once, against a model that knows only single hours.

_shifts = st.lists(
    st.builds(
        lambda person, start, hours, tier: shift(person, start, start + hours, tier),
        st.sampled_from("abc"),
        st.integers(-30, 40),
        st.integers(1, 30),
        st.sampled_from(["", "tier-1", "tier-2"]),
    ),
    max_size=6,
    unique_by=lambda each: each.uid,
)
_words = st.builds(
    lambda kind, person, start, hours: say(kind, person, start, hours and start + hours),
    st.sampled_from(["on", "off", "pause"]),
    st.sampled_from("abc"),
    st.integers(-30, 40),
    st.none() | st.integers(1, 30),
)
_closures = st.builds(
    lambda start, hours: say("closure", "", start, start + hours), st.integers(-5, 40), st.integers(1, 9)
)
_swaps = st.builds(
    lambda pair, start, hours: say("swap", pair, start, start + hours),
    st.sampled_from(["a>b", "b>a", "a>c", "b>c"]),
    st.integers(-30, 40),
    st.integers(1, 30),
)


@dataclass(frozen=True, slots=True)
class Model:
    """Who is on duty at an hour, found by asking of that hour alone."""

    shifts: Sequence[Shift]
    changes: Sequence[Change]

    def owner(self, each: Shift, at: datetime) -> str | None:
        person, start, end, _ = each.uid.split("-", 1)[0], *_hours(each)
        if not hour(start) <= at < hour(end):
            return None
        for change in reversed(self.changes):
            if change.kind is Kind.SWAP and change.person == person and self.covers(change, at):
                return change.other
        return person

    def covers(self, change: Change, at: datetime) -> bool:
        if change.start > at or (change.end is not None and at >= change.end):
            return False
        return change.end is not None or at < self.until(change)

    def until(self, change: Change) -> datetime:
        assert change.person
        ends = [self.leaves(each, change) for each in self.shifts]
        latest = max([change.start, *ends])
        if change.kind is Kind.ON:
            return latest if latest > change.start else change.start + 12 * HOUR
        before = self.changes[: [each is change for each in self.changes].index(True)]
        return max([latest, *(self.stops(each, change) for each in before)])

    def leaves(self, each: Shift, change: Change) -> datetime:
        at = change.start
        while self.owner(each, at) == change.person:
            at += HOUR
        return at

    def stops(self, earlier: Change, change: Change) -> datetime:
        at = change.start
        if (earlier.kind, earlier.person) == (Kind.ON, change.person):
            while self.covers(earlier, at):
                at += HOUR
        return at

    def tier(self, person: Counsellor, at: datetime) -> int | None:
        """The tier in which somebody is rung; None if they are not on duty."""
        if any(each.kind is Kind.CLOSURE and self.covers(each, at) for each in self.changes):
            return None
        held = [
            int(each.uid[-1]) if "tier" in each.uid else person.tier
            for each in self.shifts
            if self.owner(each, at) == person.key
        ]
        mine = [each for each in self.changes if each.person == person.key and each.kind is not Kind.SWAP]
        last = next((each for each in reversed(mine) if self.covers(each, at)), None)
        if last is None or last.kind is Kind.ON:
            return min(held, default=person.tier if last else None)
        return None

    def people(self, at: datetime, language: str) -> list[tuple[str, int]]:
        on = [(self.tier(each, at), language not in each.languages, each.priority, each) for each in PEOPLE]
        ranked = sorted(
            (tier, other, priority, each.name, each.key) for tier, other, priority, each in on if tier
        )
        return [(each[-1], each[0]) for each in ranked]


def _hours(each: Shift) -> tuple[int, int, str]:
    words = dict(line.split(":", 1) for line in each.text.split("\n"))
    start = datetime.strptime(words["DTSTART"], "%Y%m%dT%H%M%S%z")
    end = datetime.strptime(words["DTEND"], "%Y%m%dT%H%M%S%z")
    return round((start - MONDAY) / HOUR), round((end - MONDAY) / HOUR), ""


@settings(max_examples=150, deadline=None)
@given(
    shifts=_shifts,
    changes=st.lists(_words | _swaps | _closures, max_size=7),
    at=st.integers(-20, 80),
    language=st.sampled_from(["en", "zu"]),
)
def test_everything_agrees_with_a_reading_hour_by_hour(
    shifts: list[Shift], changes: list[Change], at: int, language: str
) -> None:
    duty = roster_of(shifts, *changes)
    model = Model(shifts, changes)
    served = [each for each in range(at, 81) if model.people(hour(each), "en")]
    gaps = duty.gaps(hour(at), hour(81))

    found = [(each.key, each.tier) for each in duty.on_duty(hour(at), language)]
    assert model.people(hour(at), language) == found
    if served:
        assert hour(served[0]) == duty.opens(hour(at))
    assert [each for each in range(at, 81) if each not in served] == [
        each for each in range(at, 81) if any(start <= hour(each) < end for start, end in gaps)
    ]

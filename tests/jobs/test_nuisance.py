"""Who may ask for a person: blocked numbers, limits for one number and for everybody."""

from datetime import UTC, datetime, timedelta

import pytest

from ivr.content.service import NuisanceTable
from ivr.flow.helpline import Welcome
from ivr.jobs.nuisance import Judge, Rows
from ivr.privacy import hashed

SECRET = b"secret"
NOMSA, THABO = "+27821112233", "+27824445566"
FREE, LIMITED, BLOCKED = Welcome.FREE, Welcome.LIMITED, Welcome.BLOCKED


class Clock:
    """Time that passes only when told to."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def time(self) -> float:
        return self.at.timestamp()

    def pass_(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def judge(clock: Clock, rows: Rows = (), *, mine: int = 2, everybody: int = 100) -> Judge:
    limits_now = NuisanceTable(per_hour=mine, everybody_per_minute=everybody)
    return Judge(SECRET, lambda: rows, lambda: limits_now, clock.now, seconds=clock.time)


def block(number: str, until: datetime) -> dict[str, str]:
    return {"caller": hashed(SECRET, number), "until": until.isoformat()}


def asked(judged: Judge, number: str | None, *calls: str) -> list[Welcome]:
    return [judged.asks(number, call, "state") for call in calls]


def test_one_number_may_ask_so_often_in_an_hour(clock: Clock) -> None:
    judged = judge(clock)

    assert [FREE, FREE, LIMITED] == asked(judged, NOMSA, "CA1", "CA2", "CA3")
    assert [FREE] == asked(judged, THABO, "CA4")


def test_an_hour_later_the_number_may_ask_again(clock: Clock) -> None:
    judged = judge(clock)
    asked(judged, NOMSA, "CA1", "CA2")
    clock.pass_(minutes=59)
    early = asked(judged, NOMSA, "CA3")
    clock.pass_(minutes=2)

    assert [LIMITED, FREE] == [*early, *asked(judged, NOMSA, "CA4")]


def test_being_turned_away_does_not_make_the_wait_longer(clock: Clock) -> None:
    judged = judge(clock)
    asked(judged, NOMSA, "CA1", "CA2")
    clock.pass_(minutes=50)
    asked(judged, NOMSA, "CA3", "CA4", "CA5")
    clock.pass_(minutes=11)

    assert [FREE] == asked(judged, NOMSA, "CA6")


def test_a_repeated_webhook_counts_once_and_is_told_the_same(clock: Clock) -> None:
    judged = judge(clock)

    assert [FREE] * 5 == asked(judged, NOMSA, *["CA1"] * 5)
    assert [FREE, LIMITED, LIMITED] == asked(judged, NOMSA, "CA2", "CA3", "CA3")
    assert [FREE] == asked(judged, NOMSA, "CA1")


def test_the_same_call_asks_again_at_another_state(clock: Clock) -> None:
    judged = judge(clock)

    assert [FREE, FREE, LIMITED] == [judged.asks(NOMSA, "CA1", state) for state in ("a", "b", "c")]


def test_looking_counts_nothing(clock: Clock) -> None:
    judged = judge(clock)

    assert [FREE] * 10 == [judged.of(NOMSA) for _ in range(10)]
    assert [FREE, FREE, LIMITED] == [*asked(judged, NOMSA, "CA1", "CA2"), judged.of(NOMSA)]


def test_everybody_together_may_ask_so_often_in_a_minute(clock: Clock) -> None:
    judged = judge(clock, everybody=2)
    asked(judged, NOMSA, "CA1")
    asked(judged, THABO, "CA2")
    full = asked(judged, "+27827778899", "CA3")
    clock.pass_(seconds=61)

    assert [LIMITED, FREE] == [*full, *asked(judged, "+27827778899", "CA4")]


@pytest.mark.parametrize("withheld", [None, "", "anonymous", "+266696687", "Restricted"])
def test_those_who_withhold_their_number_are_not_one_caller(clock: Clock, withheld: str | None) -> None:
    judged = judge(clock, mine=1, everybody=3)

    assert [FREE, FREE, FREE, LIMITED] == asked(judged, withheld, "CA1", "CA2", "CA3", "CA4")


def test_one_call_without_a_number_does_not_use_up_what_everybody_may(clock: Clock) -> None:
    judged = judge(clock, mine=2, everybody=3)
    answers = [judged.asks(None, "CA1", state) for state in ("a", "b", "c", "d", "e")]

    assert [FREE, FREE, LIMITED, LIMITED, LIMITED] == answers
    assert [FREE] == asked(judged, NOMSA, "CA2")


def test_a_blocked_number_is_told_so_until_the_block_runs_out(clock: Clock) -> None:
    judged = judge(clock, [block(NOMSA, clock.at + timedelta(days=1))])

    assert (BLOCKED, FREE) == (judged.of(NOMSA), judged.of(THABO))
    assert [BLOCKED] == asked(judged, NOMSA, "CA1")
    clock.pass_(days=1)
    assert FREE is judged.of(NOMSA)


def test_a_blocked_number_takes_nothing_from_the_others(clock: Clock) -> None:
    judged = judge(clock, [block(NOMSA, clock.at + timedelta(days=1))], everybody=1)
    asked(judged, NOMSA, "CA1", "CA2", "CA3")

    assert [FREE] == asked(judged, THABO, "CA4")


def test_nobody_who_withholds_their_number_is_blocked_by_a_damaged_row(clock: Clock) -> None:
    judged = judge(clock, [{"caller": "", "until": "2999-01-01T00:00:00+00:00"}])

    assert FREE is judged.of("anonymous")


def test_a_door_counts_when_a_person_is_asked_for_and_not_when_a_message_is(clock: Clock) -> None:
    judged = judge(clock, mine=1)
    door = judged.door(NOMSA, "CA1", "state")

    assert [False] * 3 == [door.blocked() for _ in range(3)]
    assert [FREE, FREE] == [door.welcome(), judged.door(NOMSA, "CA1", "state").welcome()]
    assert LIMITED is judged.door(NOMSA, "CA2", "state").welcome()
    assert not judged.door(NOMSA, "CA2", "state").blocked()


def test_a_number_does_not_show_when_a_door_is_printed(clock: Clock) -> None:
    assert NOMSA not in repr(judge(clock).door(NOMSA, "CA1", "state"))

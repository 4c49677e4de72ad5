"""Phones that staff have rung to see that they can be reached: which, how often, and what is told of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from ivr.jobs.check_calls import CheckCalls, Failures, NotRungError
from ivr.storage.check_calls import CheckCall
from tests.app.rest_stage import Inline

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
PHONE = "+27821110001"
OTHER = "+27821110002"


class NoSuchNumberError(Exception):
    """The network does not know the number."""


class AwayError(Exception):
    """The network does not answer."""


@dataclass
class Phones:
    """Notes whom it rings; raises `fails` if that is set."""

    fails: Exception | None = None
    rung: list[tuple[str, str, int, str]] = field(default_factory=list)

    def place(self, number: str, kind: str, check: int, language: str, seconds: int) -> str:
        del seconds
        if self.fails:
            raise self.fails
        self.rung.append((number, kind, check, language))
        return "CA" + "1" * 32


@dataclass
class Bench:
    """Check calls with a clock that stands still."""

    engine: Engine
    phones: Phones = field(default_factory=Phones)
    at: datetime = NOON
    checks: CheckCalls = field(init=False)

    def __post_init__(self) -> None:
        failures = Failures(NoSuchNumberError, ((AwayError, "the network does not answer"),))
        self.checks = CheckCalls(
            self.engine, self.phones, _south_african, failures, lambda: self.at, b"key", Inline()
        )

    def ring(self, number: str = PHONE, by: str = "Naledi") -> CheckCall:
        found = self.checks.state(self.checks.ring(number, "test", "af", "k1", by))
        assert found
        return found


def _south_african(number: str) -> str | None:
    return number if number.startswith("+27") else None


@pytest.fixture
def bench(either_engine: Engine) -> Bench:
    return Bench(either_engine)


def test_a_phone_is_rung_in_the_language_and_known_by_its_end(bench: Bench) -> None:
    found = bench.ring()

    assert [(PHONE, "test", found.id, "af")] == bench.phones.rung
    assert ("ringing", "01", "k1", "Naledi") == (found.state, found.digits, found.about, found.made_by)


def test_a_number_that_may_not_be_rung_is_not(bench: Bench) -> None:
    with pytest.raises(NotRungError, match="may not be rung"):
        bench.ring("+12025550101")

    assert [] == bench.phones.rung


@pytest.mark.parametrize(
    ("told", "state", "over"),
    [
        (lambda checks, id_: checks.answered(id_), "answered", False),
        (lambda checks, id_: checks.confirmed(id_), "confirmed", False),
        (lambda checks, id_: checks.ended(id_, "busy"), "busy", True),
        (lambda checks, id_: checks.ended(id_, "no-answer"), "no-answer", True),
        (lambda checks, id_: checks.ended(id_, "canceled"), "no-answer", True),
        (lambda checks, id_: checks.ended(id_, "failed"), "failed", True),
        (lambda checks, id_: checks.ended(id_, "completed"), "ringing", True),
    ],
)
def test_what_the_network_tells_is_known(
    bench: Bench, told: Callable[[CheckCalls, int], None], state: str, over: bool
) -> None:
    id_ = bench.ring().id
    told(bench.checks, id_)
    found = bench.checks.state(id_)

    assert found
    assert (state, over) == (found.state, found.over)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (NoSuchNumberError("x"), "the network does not ring this number; check it"),
        (AwayError("x"), "the network does not answer"),
        (RuntimeError("x"), "the phone could not be rung; the log of the server says why"),
    ],
)
def test_what_went_wrong_is_told_in_words(bench: Bench, error: Exception, reason: str) -> None:
    bench.phones.fails = error
    found = bench.ring()

    assert ("failed", True, reason) == (found.state, found.over, found.reason)


def test_what_the_network_never_tells_is_over_after_three_minutes(bench: Bench) -> None:
    id_ = bench.ring().id
    bench.at += timedelta(minutes=3)
    found = bench.checks.state(id_)

    assert found
    assert found.over
    assert "PUBLIC_URL" in found.reason


def test_one_number_is_rung_five_times_an_hour(bench: Bench) -> None:
    for _ in range(5):
        bench.ring()
    with pytest.raises(NotRungError, match="no more than 5 such calls in an hour"):
        bench.ring()
    bench.ring(OTHER)
    bench.at += timedelta(hours=1)
    bench.ring()

    assert 7 == len(bench.phones.rung)


def test_one_person_asks_fifteen_times_an_hour_and_all_together_thirty_times(bench: Bench) -> None:
    for by in ("Naledi", "Themba"):
        for n in range(15):
            bench.ring(f"+2782111{1000 + n}", by)
        with pytest.raises(NotRungError, match="no more than"):
            bench.ring("+27821119999", by)
    with pytest.raises(NotRungError, match="no more than 30"):
        bench.ring("+27821119999", "Sipho")

    assert 30 == len(bench.phones.rung)


def test_a_check_that_never_was_is_not_known(bench: Bench) -> None:
    assert bench.checks.state(7) is None

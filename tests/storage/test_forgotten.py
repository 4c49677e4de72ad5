"""Who was forgotten is known for two days, so that nothing of before comes back; nobody else is."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from ivr.storage.engine import reading, writing
from ivr.storage.forgetting import Forgotten, forget_caller
from ivr.storage.forgotten import is_forgotten

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HERS, OLD, HIS = "a" * 64, "b" * 64, "c" * 64
SECOND = timedelta(seconds=1)


def forget(engine: Engine, at: datetime) -> Forgotten:
    with writing(engine) as connection:
        return forget_caller(connection, (HERS, OLD), lambda _: False, at)


@pytest.mark.parametrize(
    ("caller", "at", "told"),
    [
        (HERS, NOON, True),
        (OLD, NOON - timedelta(days=1), True),
        (HERS, NOON + SECOND, False),
        (HIS, NOON, False),
        ("", NOON, False),
    ],
)
def test_what_was_promised_before_is_told_by_any_of_the_caller_s_hashes(
    engine: Engine, caller: str, at: datetime, told: bool
) -> None:
    forget(engine, NOON)
    with reading(engine) as connection:
        assert told is is_forgotten(connection, {caller}, at)


def test_it_counts_as_nothing_that_was_known_of_them_and_the_last_time_counts(engine: Engine) -> None:
    found = [forget(engine, at).anything for at in (NOON, NOON + SECOND)]
    with reading(engine) as connection:
        again = is_forgotten(connection, {HERS}, NOON + SECOND)

    assert ([False, False], True) == (found, again)

"""What a counsellor asks for is done once, however often and however simultaneously it is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from ivr.storage.engine import writing
from ivr.storage.line_deeds import once
from ivr.storage.misses import clear_misses, count_miss
from tests.storage.test_pins import keep

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_a_repeat_hears_what_the_first_heard(engine: Engine) -> None:
    with writing(engine) as connection:
        once(connection, "CA1.3", AT, lambda: "on")
    with writing(engine) as connection:
        assert "on" == once(connection, "CA1.3", AT, lambda: "off")
        assert "off" == once(connection, "CA1.4", AT, lambda: "off")


def test_repeats_at_the_same_moment_have_one_effect(engine: Engine) -> None:
    done: list[int] = []

    def told(number: int) -> str:
        with writing(engine) as connection:
            return once(connection, "CA1.3", AT, lambda: done.append(number) or "on")  # type: ignore[func-returns-value]

    with ThreadPoolExecutor(8) as network:
        heard = list(network.map(told, range(8)))

    assert ["on"] * 8 == heard
    assert 1 == len(done)


def test_what_failed_may_be_told_again(engine: Engine) -> None:
    with pytest.raises(LookupError), writing(engine) as connection:
        once(connection, "CA1.3", AT, lambda: {}["nothing"])
    with writing(engine) as connection:
        assert "on" == once(connection, "CA1.3", AT, lambda: "on")


def test_misses_in_a_row_are_counted_under_eight_hands(engine: Engine) -> None:
    person = keep(engine)

    def miss(_: int) -> int:
        with writing(engine) as connection:
            return count_miss(connection, person)

    with ThreadPoolExecutor(8) as legs:
        assert list(range(1, 9)) == sorted(legs.map(miss, range(8)))
    with writing(engine) as connection:
        clear_misses(connection, person)

        assert 1 == count_miss(connection, person)


def test_nobody_s_misses_do_not_count(engine: Engine) -> None:
    with writing(engine) as connection:
        assert 0 == count_miss(connection, "0")

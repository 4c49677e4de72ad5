"""What counsellors say of their own duty, judged by the database of that moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from ivr.flow.line_state import Duty
from ivr.jobs.misses import Misses
from ivr.jobs.own_duty import OwnDuty
from ivr.storage.engine import reading, writing
from ivr.storage.notices import unaddressed
from tests.jobs.counsellors_on_duty import AT, ZONE, keep_shift_of, on_duty

OWN = OwnDuty(ZONE)
END = datetime(2026, 1, 5, 18, tzinfo=ZONE)


@pytest.fixture
def engine(either_engine: Engine) -> Engine:
    return either_engine


def change(engine: Engine, key: str, wanted: Duty, at: datetime = AT, **also: bool) -> Duty | None:
    with writing(engine) as connection:
        return OWN.change(connection, key, wanted, at, **also)


def told(engine: Engine) -> list[tuple[str, dict[str, object]]]:
    with reading(engine) as connection:
        return [(each.kind, dict(each.facts)) for each in unaddressed(connection)]


def test_off_and_pause_last_until_the_end_of_the_shift(engine: Engine) -> None:
    people = keep_shift_of(engine, "Thandi", "Sipho", "Naledi")

    assert Duty.OFF is change(engine, people["Thandi"].key, Duty.OFF)
    assert Duty.PAUSED is change(engine, people["Sipho"].key, Duty.PAUSED)
    assert ["Naledi"] == on_duty(engine)
    assert ["Naledi", "Sipho", "Thandi"] == on_duty(engine, AT + timedelta(days=1))


def test_on_outside_a_shift_lasts_twelve_hours_unless_they_go_before(engine: Engine) -> None:
    people = keep_shift_of(engine, "Thandi")

    assert Duty.ON is change(engine, people["Naledi"].key, Duty.ON)
    with reading(engine) as connection:
        assert AT + timedelta(hours=12) == OWN.until(connection, people["Naledi"].key, AT)
    assert ["Naledi", "Thandi"] == on_duty(engine)
    assert ["Naledi"] == on_duty(engine, END + timedelta(hours=1))
    assert [] == on_duty(engine, AT + timedelta(hours=12))
    assert Duty.OFF is change(engine, people["Naledi"].key, Duty.OFF, AT + timedelta(hours=1))
    assert [] == on_duty(engine, END + timedelta(hours=1))


def test_on_after_a_pause_lasts_as_long_as_the_shift(engine: Engine) -> None:
    people = keep_shift_of(engine, "Thandi", "Sipho")
    key = people["Thandi"].key
    change(engine, key, Duty.PAUSED)
    later = AT + timedelta(minutes=10)

    assert Duty.ON is change(engine, key, Duty.ON, later)
    with reading(engine) as connection:
        assert END == OWN.until(connection, key, later)


def test_who_is_off_cannot_pause(engine: Engine) -> None:
    people = keep_shift_of(engine, "Thandi")

    assert Duty.OFF is change(engine, people["Naledi"].key, Duty.PAUSED)


@pytest.mark.parametrize("wanted", [Duty.OFF, Duty.PAUSED])
def test_the_last_on_duty_goes_only_when_they_say_so_again(engine: Engine, wanted: Duty) -> None:
    key = keep_shift_of(engine, "Thandi")["Thandi"].key

    assert change(engine, key, wanted) is None
    assert ["Thandi"] == on_duty(engine)
    assert wanted is change(engine, key, wanted, even_last=True)
    assert [] == on_duty(engine)


def test_of_the_last_two_one_stays(engine: Engine) -> None:
    people = keep_shift_of(engine, "Thandi", "Sipho")
    keys = [people["Thandi"].key, people["Sipho"].key]
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda key: change(engine, key, Duty.OFF), keys))

    assert sorted([None, Duty.OFF], key=str) == sorted(found, key=str)
    assert 1 == len(on_duty(engine))


def test_staff_are_told_from_when_to_when_nobody_is_on_duty(engine: Engine) -> None:
    key = keep_shift_of(engine, "Thandi")["Thandi"].key
    with writing(engine) as connection:
        OWN.gone(connection, key, AT)
        assert [] == list(unaddressed(connection))
        OWN.change(connection, key, Duty.OFF, AT, even_last=True)
        OWN.gone(connection, key, AT)

    assert [
        ("gap-ahead", {"start": "2026-01-05T14:00:00+02:00", "end": "2026-01-06T08:00:00+02:00"})
    ] == told(engine)


def miss(engine: Engine, key: str, times: int, most: int = 3) -> None:
    misses = Misses(lambda: most, OWN)
    for number in range(times):
        with writing(engine) as connection:
            misses.missed(connection, key, AT + timedelta(minutes=number))


def test_three_missed_rings_in_a_row_pause_and_are_told(engine: Engine) -> None:
    key = keep_shift_of(engine, "Thandi", "Sipho")["Thandi"].key
    miss(engine, key, 2)
    assert (["Sipho", "Thandi"], []) == (on_duty(engine), told(engine))

    miss(engine, key, 1)
    assert ["Sipho"] == on_duty(engine)
    assert [("repeated-misses", {"person": key, "count": 3, "paused": True})] == told(engine)


def test_the_last_on_duty_goes_on_being_rung_and_staff_are_told(engine: Engine) -> None:
    key = keep_shift_of(engine, "Thandi")["Thandi"].key
    miss(engine, key, 3)

    assert ["Thandi"] == on_duty(engine)
    assert [("repeated-misses", {"person": key, "count": 3, "paused": False})] == told(engine)


def test_an_answered_ring_breaks_the_row(engine: Engine) -> None:
    key = keep_shift_of(engine, "Thandi", "Sipho")["Thandi"].key
    miss(engine, key, 2)
    with writing(engine) as connection:
        Misses(lambda: 3, OWN).answered(connection, key)
    miss(engine, key, 2)

    assert ["Sipho", "Thandi"] == on_duty(engine)


@pytest.mark.parametrize(("most", "person"), [(0, None), (3, "0"), (3, "gone1234")])
def test_where_no_misses_count_nobody_is_paused(engine: Engine, most: int, person: str | None) -> None:
    key = keep_shift_of(engine, "Thandi", "Sipho")["Thandi"].key
    miss(engine, person or key, 5, most)

    assert (["Sipho", "Thandi"], []) == (on_duty(engine), told(engine))


def test_who_has_gone_meanwhile_is_left_alone(engine: Engine) -> None:
    people = keep_shift_of(engine, "Thandi")
    miss(engine, people["Naledi"].key, 3)

    assert [] == told(engine)

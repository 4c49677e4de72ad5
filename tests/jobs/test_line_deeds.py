"""What the counsellors' line asks for: committed before it is said, once, and in time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event as Flag
from typing import TypeVar

import pytest
from sqlalchemy import Engine

from ivr.flow import line_state as on
from ivr.flow.events import Event
from ivr.flow.line_state import Duty, Item, ItemKind, PinOutcome
from ivr.flow.roster import Counsellor
from ivr.jobs import line_pins
from ivr.jobs.in_time import InTime, NotInTimeError
from ivr.jobs.line_deeds import LineDeeds
from ivr.jobs.own_duty import OwnDuty
from ivr.storage.callbacks import CallBack, store_callback
from ivr.storage.engine import engine_for, reading, writing
from ivr.storage.notices import unaddressed
from ivr.storage.promises import Message, claim_fetch, fetched, list_promises, store_message
from tests.jobs.counsellors_on_duty import AT, PIN, ZONE, give_pin, keep_shift_of, on_duty, roster

RECORDING = "RE" + "1" * 32
T = TypeVar("T")


class AlwaysTooLate(InTime):
    """Answers when nobody waits any more."""

    def ask(self, question: Callable[[], T], seconds: float) -> T:
        question()
        raise NotInTimeError(f"{seconds} seconds are over")


@pytest.fixture
def people(either_engine: Engine) -> dict[str, Counsellor]:
    return keep_shift_of(either_engine, "Thandi", "Sipho")


@pytest.fixture
def deeds(either_engine: Engine, people: dict[str, Counsellor]) -> LineDeeds:
    return LineDeeds(either_engine, OwnDuty(ZONE), lambda: roster(either_engine), longest_wait=20)


def leave_message(engine: Engine, recording: str = RECORDING, *, here: bool = True) -> int:
    with writing(engine) as connection:
        store_message(connection, Message(recording, recording, 9, "zu", 1, AT))
        if here:
            claim_fetch(connection, recording, AT, timedelta(minutes=1))
            fetched(connection, recording, f"{recording}.wav", AT)
        return max(each.id for each in list_promises(connection))


def ask_for_call_back(engine: Engine) -> int:
    with writing(engine) as connection:
        store_callback(
            connection, CallBack("CA9", "sealed", "444", "af", "now", 1, AT - timedelta(minutes=1))
        )
        return max(each.id for each in list_promises(connection))


def told(engine: Engine) -> list[tuple[str, object]]:
    with reading(engine) as connection:
        return [(each.kind, each.facts) for each in unaddressed(connection)]


def states(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        return [(each.state, each.person) for each in list_promises(connection)]


def test_a_right_pin_says_how_they_stand(deeds: LineDeeds, people: dict[str, Counsellor]) -> None:
    for name in ("Thandi", "Naledi"):
        give_pin(deeds.engine, people[name])
    found = [deeds.do(f"{name}.1", people[name].key, on.CheckPin(PIN), AT) for name in ("Thandi", "Naledi")]

    assert [
        on.PinTried(AT, PinOutcome.RIGHT, Duty.ON),
        on.PinTried(AT, PinOutcome.RIGHT, Duty.OFF),
    ] == found


def test_the_same_webhook_with_another_pin_gets_the_first_answer(
    deeds: LineDeeds, people: dict[str, Counsellor]
) -> None:
    give_pin(deeds.engine, people["Thandi"])
    key = people["Thandi"].key
    wrong = [deeds.do("CA1.1", key, on.CheckPin(f"11111{digit}"), AT) for digit in range(9)]

    assert {on.PinTried(AT, PinOutcome.WRONG, Duty.ON)} == set(wrong)
    assert on.PinTried(AT, PinOutcome.WRONG, Duty.ON) == deeds.do("CA1.1", key, on.CheckPin(PIN), AT)
    assert on.PinTried(AT, PinOutcome.RIGHT, Duty.ON) == deeds.do("CA1.2", key, on.CheckPin(PIN), AT)


def test_staff_hear_once_a_day_that_somebody_guesses_at_a_pin(
    deeds: LineDeeds, people: dict[str, Counsellor]
) -> None:
    give_pin(deeds.engine, people["Thandi"])
    key = people["Thandi"].key
    for attempt in range(4):
        deeds.do(f"CA{attempt}.1", key, on.CheckPin("111111"), AT)
    assert [] == told(deeds.engine)
    for attempt in range(4, 30):
        deeds.do(f"CA{attempt}.1", key, on.CheckPin("111111"), AT + timedelta(minutes=attempt))

    assert [("pin-locked", {"person": key, "count": 5})] == told(deeds.engine)


def test_a_pin_counts_as_tried_although_nobody_waits_for_what_came_of_it(
    deeds: LineDeeds, people: dict[str, Counsellor]
) -> None:
    give_pin(deeds.engine, people["Thandi"])
    key = people["Thandi"].key
    hurried = LineDeeds(deeds.engine, OwnDuty(ZONE), deeds.roster, in_time=AlwaysTooLate())
    for attempt in range(5):
        assert on.Failed(AT) == hurried.do(f"CA{attempt}.1", key, on.CheckPin("111111"), AT)

    assert on.PinTried(AT, PinOutcome.LOCKED, Duty.ON) == deeds.do("CA9.1", key, on.CheckPin(PIN), AT)


def test_whoever_looks_at_a_pin_holds_up_nobody_who_stores_something(
    deeds: LineDeeds, people: dict[str, Counsellor], monkeypatch: pytest.MonkeyPatch
) -> None:
    give_pin(deeds.engine, people["Thandi"])
    looks, go_on = Flag(), Flag()

    def slow(stored: str, pin: str) -> bool:
        looks.set()
        return go_on.wait(20)

    monkeypatch.setattr(line_pins, "matches", slow)
    key = people["Thandi"].key
    with ThreadPoolExecutor(2) as phone:
        told = phone.submit(deeds.do, "CA1.1", key, on.CheckPin(PIN), AT)
        assert looks.wait(20)
        again = phone.submit(deeds.do, "CA1.1", key, on.CheckPin(PIN), AT)
        changed = deeds.do("CA2.1", people["Sipho"].key, on.ChangeDuty(Duty.OFF), AT)
        go_on.set()

    assert on.DutyIs(AT, Duty.OFF) == changed
    assert [on.PinTried(AT, PinOutcome.RIGHT, Duty.ON)] * 2 == [told.result(), again.result()]


def test_a_change_counts_from_the_answer_on(deeds: LineDeeds, people: dict[str, Counsellor]) -> None:
    key = people["Thandi"].key

    assert on.DutyIs(AT, Duty.OFF) == deeds.do("CA1.2", key, on.ChangeDuty(Duty.OFF), AT)
    assert ["Sipho"] == on_duty(deeds.engine)
    assert on.LastOnDuty(AT) == deeds.do("CA2.2", people["Sipho"].key, on.ChangeDuty(Duty.OFF), AT)


def test_a_late_repeat_of_on_does_not_undo_off(deeds: LineDeeds, people: dict[str, Counsellor]) -> None:
    key = people["Naledi"].key
    deeds.do("CA1.2", key, on.ChangeDuty(Duty.ON), AT)
    deeds.do("CA1.3", key, on.ChangeDuty(Duty.OFF), AT)

    assert on.DutyIs(AT, Duty.ON) == deeds.do("CA1.2", key, on.ChangeDuty(Duty.ON), AT)
    assert ["Sipho", "Thandi"] == on_duty(deeds.engine)


def test_two_shifts_ahead_are_told(deeds: LineDeeds, people: dict[str, Counsellor]) -> None:
    found = deeds.do("CA1.2", people["Thandi"].key, on.AskShifts(), AT)

    assert isinstance(found, on.ShiftsAre)
    assert [("05 08:00", "05 18:00"), ("06 08:00", "06 18:00")] == [
        (f"{start:%d %H:%M}", f"{end:%d %H:%M}") for start, end in found.shifts
    ]
    assert on.ShiftsAre(AT) == deeds.do("CA1.3", people["Naledi"].key, on.AskShifts(), AT)


def test_what_waits_is_found_one_after_the_other(deeds: LineDeeds, people: dict[str, Counsellor]) -> None:
    key = people["Thandi"].key
    assert on.Found(AT, None) == deeds.do("CA1.1", key, on.FindWaiting(), AT)
    message, back = leave_message(deeds.engine), ask_for_call_back(deeds.engine)

    first, second = Item(message, ItemKind.MESSAGE, "zu"), Item(back, ItemKind.CALLBACK, "af")
    assert on.Found(AT, first) == deeds.do("CA1.2", key, on.FindWaiting(), AT)
    assert on.Found(AT, second) == deeds.do("CA1.3", key, on.FindWaiting(message), AT)
    assert on.Found(AT, None) == deeds.do("CA1.4", key, on.FindWaiting(back), AT)


def test_a_message_is_one_counsellor_s_until_it_is_dealt_with(
    deeds: LineDeeds, people: dict[str, Counsellor]
) -> None:
    item = Item(leave_message(deeds.engine), ItemKind.MESSAGE, "zu")
    thandi, sipho = people["Thandi"].key, people["Sipho"].key

    assert on.Took(AT, RECORDING) == deeds.do("CA1.2", thandi, on.Take(item), AT)
    assert on.TakenByOther(AT) == deeds.do("CA2.2", sipho, on.Take(item), AT)
    assert on.Found(AT, None) == deeds.do("CA2.3", sipho, on.FindWaiting(), AT)
    assert on.Found(AT, item) == deeds.do("CA3.2", thandi, on.FindWaiting(), AT)
    assert [("in-work", thandi)] == states(deeds.engine)
    assert on.Settled(AT) == deeds.do("CA1.3", thandi, on.Settle(item, kept=True), AT)
    assert [("kept", thandi)] == states(deeds.engine)


def test_a_message_that_is_given_back_waits_for_everybody(
    deeds: LineDeeds, people: dict[str, Counsellor]
) -> None:
    item = Item(leave_message(deeds.engine), ItemKind.MESSAGE, "zu")
    thandi, sipho = people["Thandi"].key, people["Sipho"].key
    deeds.do("CA1.2", thandi, on.Take(item), AT)
    deeds.do("CA9.9", sipho, on.Settle(item, kept=False), AT)
    assert [("in-work", thandi)] == states(deeds.engine)

    deeds.do("CA1.3", thandi, on.Settle(item, kept=False), AT)
    assert [("open", "")] == states(deeds.engine)


def test_a_message_that_has_not_arrived_stays_where_it_is(
    deeds: LineDeeds, people: dict[str, Counsellor]
) -> None:
    item = Item(leave_message(deeds.engine, here=False), ItemKind.MESSAGE, "zu")

    assert on.NotHere(AT) == deeds.do("CA1.2", people["Thandi"].key, on.Take(item), AT)
    assert [("open", "")] == states(deeds.engine)


def test_of_two_who_take_a_message_at_once_one_has_it(
    deeds: LineDeeds, people: dict[str, Counsellor]
) -> None:
    item = Item(leave_message(deeds.engine), ItemKind.MESSAGE, "zu")
    keys = [people["Thandi"].key, people["Sipho"].key]

    def take(number: int) -> Event:
        return deeds.do(f"CA{number}.2", keys[number], on.Take(item), AT)

    with ThreadPoolExecutor(2) as phones:
        found = list(phones.map(take, range(2)))

    assert 1 == found.count(on.Took(AT, RECORDING))
    assert 1 == found.count(on.TakenByOther(AT))


def test_nothing_is_confirmed_while_the_database_is_away(tmp_path: Path) -> None:
    away = engine_for(f"sqlite:///{tmp_path}/nowhere/helpline.db")
    deeds = LineDeeds(away, OwnDuty(ZONE), lambda: roster(away))

    assert on.Failed(AT) == deeds.do("CA1.2", "a1b2c3d4", on.ChangeDuty(Duty.OFF), AT)
    assert on.Failed(AT) == deeds.do("CA1.2", "a1b2c3d4", on.CheckPin(PIN), AT)


def test_what_comes_too_late_is_undone(deeds: LineDeeds, people: dict[str, Counsellor]) -> None:
    go_on = Flag()

    class Slow(OwnDuty):
        def change(self, *args: object, **also: object) -> Duty | None:
            found = super().change(*args, **also)  # type: ignore[arg-type]
            go_on.wait(10)
            return found

    slow = replace(deeds, duty=Slow(ZONE), longest_wait=0.3)

    assert on.Failed(AT) == slow.do("CA1.2", people["Thandi"].key, on.ChangeDuty(Duty.OFF), AT)
    go_on.set()
    assert on.DutyIs(AT, Duty.PAUSED) == deeds.do(
        "CA1.3", people["Thandi"].key, on.ChangeDuty(Duty.PAUSED), AT
    )


def test_who_is_no_counsellor_any_more_changes_nothing(deeds: LineDeeds) -> None:
    assert on.Failed(AT) == deeds.do("CA1.2", "gone1234", on.ChangeDuty(Duty.ON), AT)

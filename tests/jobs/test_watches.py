"""Staff hear of new promises, of overdue ones once a day, and of gaps before they happen."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select, update

from ivr.content.service import NotifyTable
from ivr.jobs.notices import notify
from ivr.jobs.watches import Gap, Watches
from ivr.storage.callback_work import find_work, leave_to_staff, try_again
from ivr.storage.engine import reading, writing
from ivr.storage.promise_states import keep, put_back, take
from ivr.storage.promises import Message, store_message
from ivr.storage.tables import promises
from ivr.storage.tables_notices import notices

ZONE = ZoneInfo("Africa/Johannesburg")
AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)


@dataclass
class Room:
    """An outbox, a stopped clock, and gaps as the roster would say them."""

    engine: Engine
    at: datetime = AT
    gaps: list[Gap] = field(default_factory=list)

    def look(self, **passes: float) -> list[tuple[str, dict[str, object]]]:
        """What is told anew."""
        before = self.told()
        self.at += timedelta(**passes)
        table = NotifyTable(overdue_minutes=120, gap_hours=48)
        until = timedelta(hours=table.gap_hours)
        gaps = lambda at, _: [each for each in self.gaps if each[1] > at and each[0] < at + until]  # noqa: E731
        Watches(self.engine, lambda: table, gaps, lambda: self.at).work()
        return self.told()[len(before) :]

    def told(self) -> list[tuple[str, dict[str, object]]]:
        with reading(self.engine) as connection:
            rows = connection.execute(select(notices).order_by(notices.c.id))
            return [(row.kind, row.facts) for row in rows]

    def leave(self, number: int = 1, at: datetime = AT) -> int:
        with writing(self.engine) as connection:
            store_message(connection, Message(f"CA{number}", f"RE{number}", 9, "zu", 1, at))
            found: int = connection.scalars(
                select(promises.c.id).where(promises.c.call == f"CA{number}")
            ).one()
            return found


@pytest.fixture
def room(either_engine: Engine) -> Room:
    return Room(either_engine)


def test_a_new_message_is_told_once_with_its_facts(room: Room) -> None:
    promise = room.leave()
    facts = {"promise": promise, "what": "message", "language": "zu", "since": "2026-11-22T13:00:00+00:00"}

    assert [("promise-new", facts)] == room.look()
    assert [] == room.look(minutes=10)


def test_an_open_promise_is_told_again_when_it_is_overdue_then_every_day(room: Room) -> None:
    room.leave()
    room.look()

    assert [] == room.look(hours=2)
    assert ["promise-overdue"] == [kind for kind, _ in room.look(seconds=1)]
    assert [] == room.look(hours=23)
    assert ["promise-overdue"] == [kind for kind, _ in room.look(hours=1)]


def test_what_is_kept_is_not_overdue(room: Room) -> None:
    promise = room.leave()
    room.look()
    with writing(room.engine) as connection:
        keep(connection, promise, AT)

    assert [] == room.look(days=2)


def test_a_call_back_for_the_evening_is_overdue_after_the_evening(room: Room) -> None:
    promise = room.leave()
    with writing(room.engine) as connection:
        due = AT + timedelta(hours=4)
        connection.execute(update(promises).where(promises.c.id == promise).values(kind="callback", due=due))
    room.look()

    assert [] == room.look(hours=6)
    [(_, facts)] = room.look(seconds=1)
    assert ("callback", "2026-11-22T17:00:00+00:00") == (facts["what"], facts["since"])


def test_a_missed_call_is_told_as_any_other_promise(room: Room) -> None:
    promise = room.leave()
    with writing(room.engine) as connection:
        connection.execute(update(promises).where(promises.c.id == promise).values(kind="missed-call"))

    assert [("promise-new", "missed-call")] == [(kind, facts["what"]) for kind, facts in room.look()]
    assert ["promise-overdue"] == [kind for kind, _ in room.look(hours=3)]


def left_to_staff(room: Room, promise: int) -> None:
    with writing(room.engine) as connection:
        connection.execute(update(promises).where(promises.c.id == promise).values(kind="callback"))
        work = find_work(connection, promise)
        assert work
        leave_to_staff(connection, work, room.at, "not-reached")


def test_a_call_back_that_is_left_to_staff_is_told_at_once_and_then_as_any_overdue_one(room: Room) -> None:
    promise = room.leave()
    room.look()
    left_to_staff(room, promise)

    assert [("promise-overdue", promise)] == [(kind, facts["promise"]) for kind, facts in room.look()]
    assert [] == room.look(hours=25)
    assert ["promise-overdue"] == [kind for kind, _ in room.look(hours=1, seconds=1)]


def test_a_call_back_that_was_overdue_already_is_not_told_again_when_it_is_left_to_staff(room: Room) -> None:
    promise = room.leave()
    room.look()
    overdue = [kind for kind, _ in room.look(hours=3)]
    left_to_staff(room, promise)

    assert ["promise-overdue"] == overdue
    assert [] == room.look(minutes=1)


def test_what_was_tried_again_for_staff_in_vain_is_told_again(room: Room) -> None:
    promise = room.leave()
    with writing(room.engine) as connection:
        connection.execute(update(promises).where(promises.c.id == promise).values(number="sealed"))
    left_to_staff(room, promise)
    room.look()
    room.at += timedelta(hours=1)
    with writing(room.engine) as connection:
        try_again(connection, promise, room.at)
    meanwhile = room.look(minutes=30)
    left_to_staff(room, promise)

    assert [] == meanwhile
    assert ["promise-overdue"] == [kind for kind, _ in room.look()]


def test_a_message_that_was_put_back_is_not_overdue_before_its_time(room: Room) -> None:
    promise = room.leave()
    room.look()
    with writing(room.engine) as connection:
        take(connection, promise, room.at, room.at, "anna")
        put_back(connection, promise, room.at, "not-finished")

    assert [] == room.look(hours=1)


def test_a_gap_is_told_when_it_comes_near_and_again_on_its_day(room: Room) -> None:
    start = datetime(2026, 11, 25, 14, 0, tzinfo=ZONE)
    room.gaps = [(start, start + timedelta(hours=2))]

    assert [] == room.look(hours=20)
    [(_, facts)] = room.look(hours=4)
    assert ("2026-11-25T14:00:00+02:00", "2026-11-25T16:00:00+02:00") == (facts["start"], facts["end"])
    assert [] == room.look(hours=20)
    room.at = datetime(2026, 11, 25, 0, 1, tzinfo=ZONE)
    assert ["gap-ahead"] == [kind for kind, _ in room.look()]
    assert [] == room.look(hours=15)


def test_a_gap_of_the_small_hours_is_told_in_the_evening_before(room: Room) -> None:
    start = datetime(2026, 11, 24, 2, 0, tzinfo=ZONE)
    room.gaps = [(start, start + timedelta(hours=2))]
    room.look()

    assert [] == room.look(hours=28)
    assert ["gap-ahead"] == [kind for kind, _ in room.look(hours=1)]


def test_a_gap_that_appears_on_its_day_is_told_once(room: Room) -> None:
    start = (AT + timedelta(hours=2)).astimezone(ZONE)
    room.gaps = [(start, start + timedelta(hours=2))]

    assert 1 == len(room.look())
    assert [] == room.look(hours=1)


def test_what_is_told_of_a_promise_is_looked_up(room: Room) -> None:
    promise = room.leave()
    with writing(room.engine) as connection:
        notify(connection, "promise-overdue", "k", promise=str(promise))

    [(_, facts)] = room.told()
    assert ("message", "zu") == (facts["what"], facts["language"])

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


def at_home(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def night(day: int) -> Gap:
    """Nobody is on duty from six in the evening until eight in the morning."""
    return at_home(day, 18), at_home(day + 1, 8)


def listed(room: Room, **passes: float) -> list[list[str]]:
    """The gaps in each notice that is told anew, by when they begin."""
    told = room.look(**passes)
    assert {"gap-ahead"} >= {kind for kind, _ in told}
    return [[each.partition("/")[0][8:16] for each in str(facts["gaps"]).split()] for _, facts in told]


def test_gaps_are_told_in_one_notice_a_day_in_the_morning(room: Room) -> None:
    room.gaps = [night(day) for day in range(20, 30)]
    room.at = at_home(22, 8)

    assert [["22T18:00", "23T18:00"]] == listed(room)
    assert [[], [], []] == [listed(room, hours=9), listed(room, hours=1), listed(room, hours=13, minutes=59)]
    assert [["23T18:00", "24T18:00"]] == listed(room, minutes=1)


def test_the_notice_of_a_day_says_from_when_to_when_each_gap_is(room: Room) -> None:
    room.gaps = [night(22), night(23)]
    [(_, facts)] = room.look()
    first, second = str(facts["gaps"]).split()

    assert "2026-11-22T18:00:00+02:00/2026-11-23T08:00:00+02:00" == first
    assert "2026-11-23T18:00:00+02:00/2026-11-24T08:00:00+02:00" == second
    assert (facts["start"], facts["end"]) == tuple(first.split("/"))


def test_a_gap_that_comes_near_in_the_night_is_told_in_the_morning(room: Room) -> None:
    room.gaps = [(at_home(24, 23), at_home(25, 1))]
    room.at = at_home(22, 23, 30)

    assert [] == listed(room)
    assert [["24T23:00"]] == listed(room, hours=8, minutes=30)


def test_a_gap_that_appears_after_the_notice_of_the_day_is_told_by_itself_if_it_comes_first(
    room: Room,
) -> None:
    room.gaps = [night(22)]
    room.look()
    late = (at_home(23, 2), at_home(23, 3))
    room.gaps = [(at_home(22, 16), at_home(22, 17)), night(22), late, night(23)]

    assert [["22T16:00"], ["23T02:00"]] == listed(room, minutes=1)
    assert [] == listed(room, minutes=1)


def test_one_that_appears_at_night_is_told_at_once_if_it_does_not_wait_for_the_morning(room: Room) -> None:
    room.at = at_home(22, 23)
    room.gaps = [(at_home(23, 2), at_home(23, 3)), night(23)]

    assert [["23T02:00"]] == listed(room)
    assert [] == listed(room, minutes=1)


def test_a_gap_that_lasts_already_is_no_news_unless_nobody_comes_at_all(room: Room) -> None:
    room.gaps = [(at_home(22, 14), at_home(22, 18))]
    short = listed(room)
    room.gaps = [(at_home(22, 14), at_home(30, 14))]

    assert [] == short
    assert [["22T14:00"]] == listed(room)
    assert [] == listed(room, minutes=30)


def test_what_is_told_of_a_promise_is_looked_up(room: Room) -> None:
    promise = room.leave()
    with writing(room.engine) as connection:
        notify(connection, "promise-overdue", "k", promise=str(promise))

    [(_, facts)] = room.told()
    assert ("message", "zu") == (facts["what"], facts["language"])

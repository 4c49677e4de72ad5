"""Which rows are older than they may be, by kind; what is still promised, or yet to be done, never is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    and_,
    delete,
    exists,
    func,
    select,
    text,
    tuple_,
    update,
)

from ivr.content.service import RetentionTable
from ivr.storage.accounts_attempts import FORGOTTEN_AFTER
from ivr.storage.accounts_sessions import LASTS
from ivr.storage.calls import counting, forget_calls
from ivr.storage.engine import writing
from ivr.storage.line_deeds import REMEMBERED
from ivr.storage.notices import WAITING
from ivr.storage.promise_states import GIVEN_UP, KEPT
from ivr.storage.tables import promises, recordings
from ivr.storage.tables_accounts import attempts, audit, invitations, sign_ins
from ivr.storage.tables_announcements import check_calls
from ivr.storage.tables_calls import calls
from ivr.storage.tables_duty import duty_changes
from ivr.storage.tables_notices import deliveries, notices
from ivr.storage.tables_nuisance import blocks
from ivr.storage.tables_promises import tallies
from ivr.storage.tables_reaching import conversations, waits
from ivr.storage.tables_staff_line import line_answers, line_deeds
from ivr.storage.tables_studio import studio_recordings
from ivr.storage.tables_takes import take_turns, takes

TRACES = timedelta(days=30)
"""How long what was recorded by phone, and what was deleted at the provider, is still known by its id."""


@dataclass(frozen=True, slots=True)
class Old:
    """What of one kind is to go: how many rows, and removing some of them, in a transaction of its kind."""

    kind: str
    count: Callable[[Connection], int]
    remove: Callable[[Connection, int], int]
    transaction: Callable[[Engine], AbstractContextManager[Connection]] = writing


def old_rows(terms: RetentionTable, at: datetime) -> tuple[Old, ...]:
    """Every kind, in the order in which they may be removed."""
    return (*_of_callers(terms, at), *_of_staff(terms, at), *_of_the_moment(at))


def settled_before(before: datetime) -> ColumnElement[bool]:
    """Promises that were kept or given up before then."""
    return and_(promises.c.state.in_((KEPT, GIVEN_UP)), promises.c.changed < before)


def settled_promises(connection: Connection, before: datetime) -> int:
    """How many promises were kept or given up before then."""
    return _count(connection, promises, settled_before(before))


def let_go_of_recordings(connection: Connection, which: ColumnElement[bool], at: datetime) -> int:
    """Leave the recordings of those promises to be deleted here and at the provider; how many were wanted.

    They outlive their promises for that: each machine removes what lies on its own disk.
    """
    theirs = recordings.c.promise_id.in_(select(promises.c.id).where(which))
    number = _count(connection, recordings, and_(theirs, recordings.c.wanted))
    values = {"promise_id": None, "wanted": False, "tries": 0, "next_at": at, "deleted_at": None}
    connection.execute(update(recordings).where(theirs).values(**values))
    return number


def _of_callers(terms: RetentionTable, at: datetime) -> tuple[Old, ...]:
    old_calls = calls.c.started < _ago(at, terms.calls)
    settled = settled_before(_ago(at, terms.messages))
    gone = and_(
        recordings.c.promise_id.is_(None), ~recordings.c.wanted, recordings.c.deleted_at < at - TRACES
    )
    # Written out, because a database does not look behind a parameter for an index of such rows alone.
    known = and_(conversations.c.caller != text("''"), conversations.c.started < _ago(at, terms.callers))
    return (
        Old(
            "calls",
            lambda connection: _count(connection, calls, old_calls),
            lambda connection, most: forget_calls(connection, _ago(at, terms.calls), most),
            counting,
        ),
        _rows(
            "conversations",
            conversations,
            conversations.c.started < _ago(at, terms.conversations),
            conversations.c.started,
        ),
        Old(
            "callers of conversations",
            lambda connection: _count(connection, conversations, known),
            lambda connection, most: _unknown(connection, known, most),
        ),
        _rows("waits", waits, waits.c.seen < _ago(at, terms.waits)),
        Old(
            "promises",
            lambda connection: _count(connection, promises, settled),
            lambda connection, most: _remove_promises(connection, settled, at, most),
        ),
        _rows("traces of recordings", recordings, gone),
    )


def _of_staff(terms: RetentionTable, at: datetime) -> tuple[Old, ...]:
    to_send = exists().where(deliveries.c.notice_id == notices.c.id, deliveries.c.state == WAITING)
    told = and_(notices.c.created < _ago(at, terms.notices), ~to_send)
    recorded = and_(studio_recordings.c.next_at.is_(None), studio_recordings.c.made_at < at - TRACES)
    return (
        _rows("notices", notices, told),
        _rows("audit log", audit, audit.c.at < _ago(at, terms.audit), audit.c.at),
        _rows("roster changes", duty_changes, duty_changes.c.ends < _ago(at, terms.roster_changes)),
        _rows("check calls", check_calls, check_calls.c.created < _ago(at, terms.checks)),
        _rows("recordings of staff", studio_recordings, recorded),
    )


def _of_the_moment(at: datetime) -> tuple[Old, ...]:
    """What was of use for a while only, each for as long as whoever keeps it says."""
    asked = line_deeds.c.at < at - REMEMBERED
    lasting = select(line_deeds.c.id).where(~asked)
    answered = and_(line_answers.c.next_at.is_(None), line_answers.c.id.not_in(lasting))
    return (
        _rows("counts", tallies, tallies.c.until <= at),
        _rows("blocks", blocks, blocks.c.until <= at),
        _rows("answers to counsellors", line_answers, answered),
        _rows("deeds of counsellors", line_deeds, asked),
        _rows("wrong attempts", attempts, attempts.c.at <= at - FORGOTTEN_AFTER),
        _rows("sign-ins", sign_ins, sign_ins.c.at <= at - LASTS),
        _rows("invitations", invitations, invitations.c.until <= at),
    )


def _rows(kind: str, table: Table, which: ColumnElement[bool], *age: ColumnElement[datetime]) -> Old:
    def remove(connection: Connection, most: int) -> int:
        return connection.execute(delete(table).where(_some(table, which, most, *age))).rowcount

    return Old(kind, lambda connection: _count(connection, table, which), remove)


def _unknown(connection: Connection, which: ColumnElement[bool], most: int) -> int:
    some = _some(conversations, which, most, conversations.c.started)
    return connection.execute(update(conversations).where(some).values(caller="")).rowcount


def _remove_promises(connection: Connection, which: ColumnElement[bool], at: datetime, most: int) -> int:
    some = _some(promises, which, most, promises.c.changed)
    let_go_of_recordings(connection, some, at)
    return connection.execute(delete(promises).where(some)).rowcount


def _some(
    table: Table, which: ColumnElement[bool], most: int, *age: ColumnElement[datetime]
) -> ColumnElement[bool]:
    """The first so many of those, always in the same order: two who remove at once wait for one another.

    By `age`, where there is an index on it: else the last of them would be looked for in all that is kept.
    """
    key = list(table.primary_key.columns)
    first = select(*key).where(which).order_by(*age, *key).limit(most)
    return key[0].in_(first) if len(key) == 1 else tuple_(*key).in_(first)


def _count(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(which)) or 0


def _ago(at: datetime, days: int) -> datetime:
    return at - timedelta(days=days)


def old_drafts(connection: Connection, terms: RetentionTable, at: datetime) -> tuple[int, ...]:
    """Takes that nobody has accepted in that time, and that callers never heard, by their ids."""
    heard = select(take_turns.c.take_id).where(take_turns.c.take_id.is_not(None))
    never = (takes.c.accepted_at.is_(None), ~takes.c.live, takes.c.id.not_in(heard))
    query = select(takes.c.id).where(*never, takes.c.made_at < _ago(at, terms.drafts))
    return tuple(connection.scalars(query.order_by(takes.c.id)))

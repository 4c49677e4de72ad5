"""Which rows are older than they may be, by kind; what is still promised, or yet to be done, never is."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, select, text, update

from ivr.content.service import RetentionTable
from ivr.storage.accounts_attempts import FORGOTTEN_AFTER
from ivr.storage.accounts_sessions import LASTS
from ivr.storage.calls import counting, forget_calls
from ivr.storage.line_deeds import REMEMBERED
from ivr.storage.promise_states import GIVEN_UP, KEPT
from ivr.storage.retention_rows import TRACES, Old, ago, count_rows, first_of, rows_of
from ivr.storage.retention_staff import of_staff
from ivr.storage.tables import promises, recordings
from ivr.storage.tables_accounts import attempts, invitations, sign_ins
from ivr.storage.tables_calls import calls
from ivr.storage.tables_nuisance import blocks
from ivr.storage.tables_promises import tallies
from ivr.storage.tables_reaching import conversations, waits
from ivr.storage.tables_staff_line import line_answers, line_deeds


def old_rows(terms: RetentionTable, at: datetime) -> tuple[Old, ...]:
    """Every kind, in the order in which they may be removed."""
    return (*_of_callers(terms, at), *of_staff(terms, at), *_of_the_moment(at))


def settled_before(before: datetime) -> ColumnElement[bool]:
    """Promises that were kept or given up before then."""
    return and_(promises.c.state.in_((KEPT, GIVEN_UP)), promises.c.changed < before)


def settled_promises(connection: Connection, before: datetime) -> int:
    """How many promises were kept or given up before then."""
    return count_rows(connection, promises, settled_before(before))


def let_go_of_recordings(connection: Connection, which: ColumnElement[bool], at: datetime) -> int:
    """Leave the recordings of those promises to be deleted here and at the provider; how many were wanted.

    They outlive their promises for that: each machine removes what lies on its own disk.
    """
    theirs = recordings.c.promise_id.in_(select(promises.c.id).where(which))
    number = count_rows(connection, recordings, and_(theirs, recordings.c.wanted))
    values = {"promise_id": None, "wanted": False, "tries": 0, "next_at": at, "deleted_at": None}
    connection.execute(update(recordings).where(theirs).values(**values))
    return number


def _of_callers(terms: RetentionTable, at: datetime) -> tuple[Old, ...]:
    old_calls = calls.c.started < ago(at, terms.calls)
    settled = settled_before(ago(at, terms.messages))
    gone = and_(
        recordings.c.promise_id.is_(None), ~recordings.c.wanted, recordings.c.deleted_at < at - TRACES
    )
    # Written out, because a database does not look behind a parameter for an index of such rows alone.
    known = and_(conversations.c.caller != text("''"), conversations.c.started < ago(at, terms.callers))
    return (
        Old(
            "calls",
            lambda connection: count_rows(connection, calls, old_calls),
            lambda connection, most: forget_calls(connection, ago(at, terms.calls), most),
            counting,
        ),
        rows_of(
            "conversations",
            conversations,
            conversations.c.started < ago(at, terms.conversations),
            conversations.c.started,
        ),
        Old(
            "callers of conversations",
            lambda connection: count_rows(connection, conversations, known),
            lambda connection, most: _unknown(connection, known, most),
        ),
        rows_of("waits", waits, waits.c.seen < ago(at, terms.waits)),
        Old(
            "promises",
            lambda connection: count_rows(connection, promises, settled),
            lambda connection, most: _remove_promises(connection, settled, at, most),
        ),
        rows_of("traces of recordings", recordings, gone),
    )


def _of_the_moment(at: datetime) -> tuple[Old, ...]:
    """What was of use for a while only, each for as long as whoever keeps it says."""
    asked = line_deeds.c.at < at - REMEMBERED
    lasting = select(line_deeds.c.id).where(~asked)
    answered = and_(line_answers.c.next_at.is_(None), line_answers.c.id.not_in(lasting))
    return (
        rows_of("counts", tallies, tallies.c.until <= at),
        rows_of("blocks", blocks, blocks.c.until <= at),
        rows_of("answers to counsellors", line_answers, answered),
        rows_of("deeds of counsellors", line_deeds, asked),
        rows_of("wrong attempts", attempts, attempts.c.at <= at - FORGOTTEN_AFTER),
        rows_of("sign-ins", sign_ins, sign_ins.c.at <= at - LASTS),
        rows_of("invitations", invitations, invitations.c.until <= at),
    )


def _unknown(connection: Connection, which: ColumnElement[bool], most: int) -> int:
    some = first_of(conversations, which, most, conversations.c.started)
    return connection.execute(update(conversations).where(some).values(caller="")).rowcount


def _remove_promises(connection: Connection, which: ColumnElement[bool], at: datetime, most: int) -> int:
    some = first_of(promises, which, most, promises.c.changed)
    let_go_of_recordings(connection, some, at)
    return connection.execute(delete(promises).where(some)).rowcount

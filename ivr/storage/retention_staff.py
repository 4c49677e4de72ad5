"""Which rows about staff are older than they may be, and what is left over of who was removed."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select, update

from ivr.content.service import RetentionTable
from ivr.duty.changes import Kind
from ivr.duty.events import LONGEST_SHIFT
from ivr.storage.accounts_changes import NO_SECRETS
from ivr.storage.notices import WAITING
from ivr.storage.retention_rows import TRACES, Old, ago, count_rows, first_of, rows_of
from ivr.storage.tables import promises
from ivr.storage.tables_accounts import accounts, audit, recovery_codes
from ivr.storage.tables_announcements import announcements, check_calls
from ivr.storage.tables_duty import duty_changes
from ivr.storage.tables_notices import deliveries, notices
from ivr.storage.tables_reaching import holds
from ivr.storage.tables_studio import studio_recordings

_OVER = timedelta(days=1)
"""How long a hold that has ended may still be made longer by who holds it."""


def of_staff(terms: RetentionTable, at: datetime) -> tuple[Old, ...]:
    """Every kind, in the order in which they may be removed."""
    to_send = exists().where(deliveries.c.notice_id == notices.c.id, deliveries.c.state == WAITING)
    told = and_(notices.c.created < ago(at, terms.notices), ~to_send)
    recorded = and_(studio_recordings.c.next_at.is_(None), studio_recordings.c.made_at < at - TRACES)
    logged = ago(at, terms.audit)
    return (
        rows_of("notices", notices, told),
        rows_of("audit log", audit, audit.c.at < logged, audit.c.at),
        rows_of("roster changes", duty_changes, _changed_before(ago(at, terms.roster_changes))),
        rows_of("check calls", check_calls, check_calls.c.created < ago(at, terms.checks)),
        rows_of("recordings of staff", studio_recordings, recorded),
        rows_of("announcements", announcements, over_before(ago(at, terms.calls))),
        rows_of("holds", holds, holds.c.until < at - _OVER),
        _secrets(),
        rows_of("accounts", accounts, _gone_before(logged)),
    )


def over_before(before: datetime) -> ColumnElement[bool]:
    """Announcements that ended or were withdrawn before then.

    True or false, never unknown, so that it may be denied. Without the newest: a database gives its number to
    the next, and with it what is recorded under that.
    """
    withdrawn = and_(announcements.c.withdrawn_at.is_not(None), announcements.c.withdrawn_at < before)
    ended = or_(announcements.c.ends < before, withdrawn)
    newest = select(func.max(announcements.c.id)).scalar_subquery()
    return and_(ended, announcements.c.id < newest)


def _changed_before(before: datetime) -> ColumnElement[bool]:
    """What ended before then; of what has no end, what must have: an off lasts no longer than a shift."""
    words = and_(duty_changes.c.ends.is_(None), duty_changes.c.kind != Kind.CLOSURE)
    return or_(duty_changes.c.ends < before, and_(words, duty_changes.c.starts < before - LONGEST_SHIFT))


def _gone_before(before: datetime) -> ColumnElement[bool]:
    """Removed accounts of which the log has said nothing since, and which nothing still to be done names."""
    named = or_(audit.c.about == accounts.c.name, audit.c.by == accounts.c.name)
    at_work = select(promises.c.holder).where(promises.c.holder.is_not(None))
    return and_(
        ~accounts.c.active,
        accounts.c.made < before,
        ~exists().where(audit.c.at >= before, named),
        accounts.c.id.not_in(at_work),
        accounts.c.id.not_in(select(studio_recordings.c.account)),
    )


def _secrets() -> Old:
    """Those of accounts that were removed: by a version of before that kept them, or in the same moment."""
    kept = or_(*(accounts.c[name] != nothing for name, nothing in NO_SECRETS.items()))
    gone = select(accounts.c.id).where(~accounts.c.active)
    which = and_(~accounts.c.active, or_(kept, accounts.c.id.in_(select(recovery_codes.c.account_id))))

    def remove(connection: Connection, most: int) -> int:
        some = first_of(accounts, which, most)
        number = connection.execute(update(accounts).where(some).values(NO_SECRETS)).rowcount
        connection.execute(delete(recovery_codes).where(recovery_codes.c.account_id.in_(gone)))
        return number

    return Old("secrets of accounts", lambda connection: count_rows(connection, accounts, which), remove)

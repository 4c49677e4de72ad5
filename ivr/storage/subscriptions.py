"""Calendars that are fetched from elsewhere, as they are stored: what they gave last, and what went wrong."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from ivr.storage.revision import bump
from ivr.storage.tables import shifts
from ivr.storage.tables_duty import subscribed, subscriptions


@dataclass(frozen=True, slots=True)
class Subscription:
    """A calendar at a URL, which may hold a secret; `etag` and `modified` say which version was taken last.

    `good_at` is when its shifts were last taken or confirmed, `problem` what has been wrong with it `since`.
    """

    id: int
    url: str
    etag: str
    modified: str
    made: datetime
    good_at: datetime | None
    tried_at: datetime | None
    problem: str
    since: datetime | None
    shifts: int = 0


def list_subscriptions(connection: Connection) -> tuple[Subscription, ...]:
    """All of them, with the number of events that came from each."""
    count = func.count(subscribed.c.uid).label("shifts")
    joined = subscriptions.outerjoin(subscribed)
    query = select(*subscriptions.c, count).select_from(joined).group_by(*subscriptions.c)
    rows = connection.execute(query.order_by(subscriptions.c.id))
    return tuple(Subscription(**row._mapping) for row in rows)  # noqa: SLF001 (its documented name)


def subscribe(connection: Connection, url: str, at: datetime) -> bool:
    """Keep a URL to be fetched; False if it is there already."""
    if connection.scalar(select(subscriptions.c.id).where(subscriptions.c.url == url)):
        return False
    row = {"url": url, "etag": "", "modified": "", "made": at, "problem": ""}
    connection.execute(insert(subscriptions).values(row))
    return True


def unsubscribe(connection: Connection, source: int) -> int:
    """Forget a subscription and remove the shifts that came from it; how many."""
    mine = select(subscribed.c.uid).where(subscribed.c.subscription_id == source)
    gone = connection.execute(delete(shifts).where(shifts.c.uid.in_(mine))).rowcount
    connection.execute(delete(subscribed).where(subscribed.c.subscription_id == source))
    connection.execute(delete(subscriptions).where(subscriptions.c.id == source))
    bump(connection)
    return gone


def claim(connection: Connection, source: int, before: datetime, at: datetime) -> bool:
    """Take a subscription that was last tried at `before` or earlier, or never, for a try now; one may."""
    waiting = or_(subscriptions.c.tried_at.is_(None), subscriptions.c.tried_at <= before)
    mine = update(subscriptions).where(and_(subscriptions.c.id == source, waiting))
    return connection.execute(mine.values(tried_at=at)).rowcount == 1


def due_now(connection: Connection, source: int) -> None:
    """Let a subscription be tried again whenever the next look is."""
    connection.execute(update(subscriptions).where(subscriptions.c.id == source).values(tried_at=None))


def note_good(
    connection: Connection, source: int, etag: str, modified: str, problem: str, at: datetime
) -> bool:
    """Keep that its shifts are those of `at`; a `problem` is about single events. False if it has gone."""
    _note_problem(connection, source, problem, at)
    row = {"etag": etag, "modified": modified, "good_at": at}
    found = connection.execute(update(subscriptions).where(subscriptions.c.id == source).values(row))
    return found.rowcount == 1


def note_bad(connection: Connection, source: int, problem: str, at: datetime) -> bool:
    """Keep what was wrong at `at`; whether that is new. The last good shifts stay."""
    return _note_problem(connection, source, problem, at)


def is_orphaned(connection: Connection, source: int) -> bool:
    """Whether a shift of it is nobody's, so that it has to be read again though it may not have changed."""
    both = and_(shifts.c.uid == subscribed.c.uid, shifts.c.recurrence == subscribed.c.recurrence)
    mine = select(shifts.c.uid).join(subscribed, both).where(subscribed.c.subscription_id == source)
    return connection.execute(mine.where(shifts.c.counsellor_id.is_(None)).limit(1)).first() is not None


def _note_problem(connection: Connection, source: int, problem: str, at: datetime) -> bool:
    row = select(subscriptions.c.problem, subscriptions.c.since).where(subscriptions.c.id == source)
    known = connection.execute(row).first()
    if known is None or known.problem == problem:
        return False
    since = (known.since or at) if problem else None
    values = {"problem": problem, "since": since}
    connection.execute(update(subscriptions).where(subscriptions.c.id == source).values(values))
    bump(connection)
    return bool(problem)

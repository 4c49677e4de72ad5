"""The audit log: what staff did, by whom, when and from where; kept, never changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select

from ivr.storage.tables_accounts import audit

WAYS = ("console", "phone", "command")
_LONGEST_ABOUT = 400
_AT_ONCE = 500
MOST_SEARCHED = 100_000
"""Entries in which a page looks for words: a million take a third of a second."""
_NOTED_LATE = 1_000  # entries by which one can stand behind later ones, as many at most are noted at once


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done: `action` is a short phrase, `about` what it was done to."""

    id: int
    at: datetime
    by: str
    action: str
    about: str
    way: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: "" and None leave a question open; `text` stands in the action or what it is about.

    `since` and `until` are a half-open span.
    """

    by: str = ""
    way: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a page looks for words: not in `edge` and what is older, nor beyond the id `last`."""

    edge: Done
    last: int


def note(
    connection: Connection, at: datetime, by: str, action: str, about: str, way: str = "console"
) -> None:
    """Keep that `by` did it; call it in the transaction of the change. No callers' numbers or words."""
    if way not in WAYS:
        raise ValueError(f"way: {way!r} is none of {', '.join(WAYS)}")
    values = {"at": at, "by": by, "action": action, "about": about[:_LONGEST_ABOUT], "way": way}
    connection.execute(insert(audit).values(values))


def entries(
    connection: Connection,
    wanted: Wanted,
    *,
    before: int | None = None,
    limit: int = 50,
    reach: Reach | None = None,
) -> tuple[Done, ...]:
    """The newest `limit` of those wanted whose id is below `before`, the newest first.

    Only those in `reach`, if that is given.
    """
    conditions = [*_conditions(wanted), *([] if before is None else [audit.c.id < before])]
    if reach:
        conditions += [audit.c.id > reach.edge.id, audit.c.id <= reach.last]
    rows = connection.execute(select(audit).where(*conditions).order_by(audit.c.id.desc()).limit(limit))
    return tuple(Done(row.id, row.at, row.by, row.action, row.about, row.way) for row in rows)


def reach_of(connection: Connection, wanted: Wanted) -> Reach | None:
    """The MOST_SEARCHED entries in which a page looks for words; None if there are no more than these.

    They are the newest before `wanted.until`, or of all.
    """
    if not wanted.text:
        return None
    newest = select(func.max(audit.c.id))
    if wanted.until:
        newest = select(audit.c.id).where(audit.c.at < wanted.until).order_by(audit.c.at.desc()).limit(1)
    last = connection.scalar(newest)
    if last is None:
        return None
    older = select(audit).where(audit.c.id <= last - MOST_SEARCHED).order_by(audit.c.id.desc()).limit(1)
    row = connection.execute(older).first()
    if row is None:
        return None
    return Reach(Done(row.id, row.at, row.by, row.action, row.about, row.way), last + _NOTED_LATE)


def every_entry(connection: Connection, wanted: Wanted) -> Iterator[Done]:
    """Everything wanted, the newest first; some at a time, so that a long log takes no more memory."""
    before = None
    while found := entries(connection, wanted, before=before, limit=_AT_ONCE):
        yield from found
        before = found[-1].id


def people_in_audit(connection: Connection) -> tuple[str, ...]:
    """Everybody who did something, by name."""
    return tuple(connection.scalars(select(audit.c.by).distinct().order_by(audit.c.by)))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [
        column == value for column, value in ((audit.c.by, wanted.by), (audit.c.way, wanted.way)) if value
    ]
    if wanted.text:
        pieces = (audit.c.action, audit.c.about)
        found.append(or_(*(each.icontains(wanted.text, autoescape=True) for each in pieces)))
    if wanted.since:
        found.append(audit.c.at >= wanted.since)
    if wanted.until:
        found.append(audit.c.at < wanted.until)
    return found

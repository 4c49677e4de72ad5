"""Links from which calendars on phones read the roster: whoever has one may, until it is taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import Connection, delete, insert, select, update

from ivr.storage.tables import counsellors
from ivr.storage.tables_calendar_links import calendar_links

_BYTES = 24
_NOTED_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarLink:
    """A link that holds: to the shifts of the counsellor `person`, by key, or of everybody."""

    id: int
    person: str | None
    name: str
    made_by: str
    made: datetime
    used: datetime | None


def make_link(connection: Connection, person: str | None, by: str, at: datetime) -> str:
    """The secret part of a new link, which can be told this once only: a hash of it is stored."""
    token = token_urlsafe(_BYTES)
    mine = select(counsellors.c.id).where(counsellors.c.key == person).scalar_subquery()
    values = {"hash": _hash(token), "counsellor_id": mine if person else None, "made_by": by, "made": at}
    connection.execute(insert(calendar_links).values(**values))
    return token


def list_links(connection: Connection) -> tuple[CalendarLink, ...]:
    """Those that hold, the newest first."""
    query = select(calendar_links, counsellors.c.key, counsellors.c.name).outerjoin(counsellors)
    rows = connection.execute(query.order_by(calendar_links.c.id.desc()))
    return tuple(
        CalendarLink(row.id, row.key, row.name or "", row.made_by, row.made, row.used) for row in rows
    )


def find_link(connection: Connection, token: str) -> CalendarLink | None:
    """The link that has that secret part."""
    found = connection.scalar(select(calendar_links.c.id).where(calendar_links.c.hash == _hash(token)))
    return next((each for each in list_links(connection) if each.id == found), None)


def is_use_noted(link: CalendarLink, at: datetime) -> bool:
    """Whether its use on this day is known already: calendars ask every hour, and then nothing is written."""
    return link.used is not None and at - link.used < _NOTED_EVERY


def note_use(connection: Connection, link: CalendarLink, at: datetime) -> None:
    """Keep that it was read, once a day."""
    if not is_use_noted(link, at):
        connection.execute(update(calendar_links).where(calendar_links.c.id == link.id).values(used=at))


def take_back_link(connection: Connection, number: int) -> bool:
    """Whether there was such a link to take back."""
    return connection.execute(delete(calendar_links).where(calendar_links.c.id == number)).rowcount == 1


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()

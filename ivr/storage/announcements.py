"""What staff announce to callers for a while: made, given words, withdrawn; removed long after that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from ivr.content.edits import Announcement
from ivr.storage.audit import note
from ivr.storage.errors import ChangedMeanwhileError
from ivr.storage.revision import bump
from ivr.storage.tables_announcements import announcement_texts, announcements

CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Posted:
    """An announcement with who made it and who withdrew it, if anybody did."""

    announcement: Announcement
    made_by: str
    made_at: datetime
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None


def add_announcement(
    connection: Connection,
    title: str,
    starts: datetime,
    ends: datetime,
    texts: Mapping[str, str],
    by: str,
    at: datetime,
    way: str = CONSOLE,
) -> int:
    """Have it heard in [starts, ends), by language; "" where it is to be recorded. Its id.

    A ValueError if it ends before it starts.
    """
    if ends <= starts:
        raise ValueError("an announcement has to end after it starts")
    values = {"title": title, "starts": starts, "ends": ends, "made_by": by, "made_at": at}
    made = insert(announcements).values(**values, withdrawn_by="").returning(announcements.c.id)
    number = int(connection.scalars(made).one())
    _write_texts(connection, number, texts)
    note(connection, at, by, "announcement made", _named(number, title), way)
    bump(connection)
    return number


def version_of(announcement: Announcement) -> str:
    """What differs as soon as its title, times or words do."""
    moments = (announcement.starts.timestamp(), announcement.ends.timestamp())
    texts = sorted((code, text) for code, text in announcement.texts.items() if text)
    return sha256(repr((announcement.title, moments, texts)).encode()).hexdigest()[:16]


def change_announcement(
    connection: Connection,
    changed: Announcement,
    by: str,
    at: datetime,
    way: str = CONSOLE,
    version: str | None = None,
) -> bool:
    """Whether there is such an announcement, not withdrawn; then its title, times and words are these.

    A ChangedMeanwhileError, and nothing is changed, if it is not as it was at `version`, if that is given.
    """
    # Whoever changes it too waits here, and sees what came before.
    connection.execute(select(announcements.c.id).where(announcements.c.id == changed.id).with_for_update())
    found = find_announcement(connection, changed.id)
    if found and version is not None and version_of(found.announcement) != version:
        raise ChangedMeanwhileError(changed.id)
    values = {"title": changed.title, "starts": changed.starts, "ends": changed.ends}
    mine = (announcements.c.id == changed.id, announcements.c.withdrawn_at.is_(None))
    if not connection.execute(update(announcements).where(*mine).values(**values)).rowcount:
        return False
    gone = delete(announcement_texts).where(announcement_texts.c.announcement_id == changed.id)
    connection.execute(gone)
    _write_texts(connection, changed.id, changed.texts)
    note(connection, at, by, "announcement changed", _named(changed.id, changed.title), way)
    bump(connection)
    return True


def withdraw_announcement(
    connection: Connection, number: int, by: str, at: datetime, way: str = CONSOLE
) -> bool:
    """Whether callers were to hear it until now; from now on they do not."""
    mine = (announcements.c.id == number, announcements.c.withdrawn_at.is_(None))
    withdrawn = update(announcements).where(*mine).values(withdrawn_by=by, withdrawn_at=at)
    title = connection.scalar(withdrawn.returning(announcements.c.title))
    if title is None:
        return False
    note(connection, at, by, "announcement withdrawn", _named(number, title), way)
    bump(connection)
    return True


def announcements_from(connection: Connection, at: datetime) -> tuple[Announcement, ...]:
    """Those that callers hear at `at` or are to hear later, the one that begins last before the others."""
    heard = _query().where(announcements.c.ends > at, announcements.c.withdrawn_at.is_(None))
    return tuple(each.announcement for each in _posted(connection, heard))


def find_announcement(connection: Connection, number: int) -> Posted | None:
    """The announcement of that id."""
    return next(iter(_posted(connection, _query().where(announcements.c.id == number))), None)


def posted_now(connection: Connection, at: datetime) -> tuple[Posted, ...]:
    """Those that are heard at `at` or to be heard later, with who made them."""
    lasting = _query().where(announcements.c.ends > at, announcements.c.withdrawn_at.is_(None))
    return _posted(connection, lasting)


def posted_before(connection: Connection, at: datetime, limit: int, offset: int = 0) -> tuple[Posted, ...]:
    """Those that are over at `at`, or withdrawn: the one that began last before the others."""
    over = (announcements.c.ends <= at) | announcements.c.withdrawn_at.is_not(None)
    return _posted(connection, _query().where(over).limit(limit).offset(offset))


def count_before(connection: Connection, at: datetime) -> int:
    """How many are over at `at`, or withdrawn."""
    over = (announcements.c.ends <= at) | announcements.c.withdrawn_at.is_not(None)
    return connection.scalar(select(func.count()).select_from(announcements).where(over)) or 0


def _query() -> Select[tuple[object, ...]]:
    return select(announcements).order_by(announcements.c.starts.desc(), announcements.c.id.desc())


def _posted(connection: Connection, query: Select[tuple[object, ...]]) -> tuple[Posted, ...]:
    rows = connection.execute(query).all()
    texts = _texts(connection, [row.id for row in rows])
    return tuple(_read(row, texts.get(row.id, {})) for row in rows)


def _read(row: Row[tuple[object, ...]], texts: Mapping[str, str]) -> Posted:
    withdrawn = row.withdrawn_at is not None
    made = Announcement(row.id, row.title, row.starts, row.ends, texts, withdrawn)
    return Posted(made, row.made_by, row.made_at, row.withdrawn_by, row.withdrawn_at)


def _texts(connection: Connection, numbers: Sequence[int]) -> Mapping[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    mine = announcement_texts.c.announcement_id.in_(numbers)
    for row in connection.execute(select(announcement_texts).where(mine)):
        found.setdefault(row.announcement_id, {})[row.language] = row.text
    return found


def _write_texts(connection: Connection, number: int, texts: Mapping[str, str]) -> None:
    rows = [
        {"announcement_id": number, "language": language, "text": text} for language, text in texts.items()
    ]
    if rows:
        connection.execute(insert(announcement_texts), rows)


def _named(number: int, title: str) -> str:
    return f"{number}, {title}"

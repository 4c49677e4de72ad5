"""Takes: every recorded version of every prompt is kept, at most one of each prompt and language is live."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from sys import intern
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select

from ivr.storage.tables_takes import takes

_ALIKE = ("prompt", "language", "values_hash", "source", "made_by", "accepted_by")
"""What many takes have in common: kept in memory once, as there may be tens of thousands of takes."""
DRAFT, KEPT, LIVE = "draft", "kept", "live"


@dataclass(frozen=True, slots=True)
class NewTake:
    """A take that is not stored yet; `made_at` is aware, `level` in dBov, `problems` are its warnings."""

    prompt: str
    language: str
    words: str
    values_hash: str
    text: str
    file: str
    original: str
    seconds: float
    level: float
    problems: tuple[str, ...]
    source: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Take(NewTake):
    """A stored take; without `accepted_at` it is a draft, which callers have never heard.

    One that was made while storage was away has a negative id, under which it is found later too.
    """

    id: int
    live: bool
    accepted_at: datetime | None = None
    accepted_by: str = ""

    @property
    def state(self) -> str:
        """DRAFT, LIVE, or KEPT: it was accepted, and callers hear another one."""
        if self.live:
            return LIVE
        return KEPT if self.accepted_at else DRAFT


def add_draft(connection: Connection, new: NewTake, ticket: int | None = None) -> Take:
    """Store the take as a draft; the same one if a draft with that ticket is stored already."""
    known = find_take(connection, ticket) if ticket is not None else None
    if known:
        return known
    values = asdict(new) | {"live": False, "made_at": new.made_at.astimezone(UTC), "ticket": ticket}
    values["problems"] = list(new.problems)
    number = connection.scalars(takes.insert().values(values).returning(takes.c.id)).one()
    return Take(**asdict(new), id=number, live=False)


def find_take(connection: Connection, take_id: int, *, hold: bool = False) -> Take | None:
    """The take of that id, or the one that was made with that ticket, while storage was away.

    With `hold` nobody else changes or removes it before the end of the transaction.
    """
    query = select(takes).where((takes.c.ticket if take_id < 0 else takes.c.id) == take_id)
    row = connection.execute(query.with_for_update() if hold else query).first()
    return take_of(row) if row else None


def remove_take(connection: Connection, take_id: int) -> Take | None:
    """Forget a take that callers do not hear; None if there is none, or they hear it."""
    take = find_take(connection, take_id)
    if take is None:
        return None
    # Somebody may accept it at this moment: who comes second changes nothing.
    gone = connection.execute(delete(takes).where(takes.c.id == take.id, ~takes.c.live)).rowcount
    return take if gone else None


def names_in_use(connection: Connection, take: Take) -> frozenset[str]:
    """Those of the take's files that other takes of its language name too."""
    names = [take.file, take.original]
    query = select(takes.c.file, takes.c.original).where(
        takes.c.language == take.language,
        takes.c.id != take.id,
        or_(takes.c.file.in_(names), takes.c.original.in_(names)),
    )
    return frozenset(name for row in connection.execute(query) for name in row) & frozenset(names)


def live_takes(connection: Connection) -> tuple[Take, ...]:
    """The takes callers hear."""
    rows = connection.execute(select(takes).where(takes.c.live).order_by(takes.c.id))
    return tuple(take_of(row) for row in rows)


def takes_of(connection: Connection, prompt: str, language: str) -> tuple[Take, ...]:
    """Every take of a prompt in a language, the newest first."""
    wanted = select(takes).where(takes.c.prompt == prompt, takes.c.language == language)
    return tuple(take_of(row) for row in connection.execute(wanted.order_by(takes.c.id.desc())))


def drafts(connection: Connection, language: str) -> Mapping[str, int]:
    """How many drafts wait to be accepted or discarded in a language, by prompt."""
    query = select(takes.c.prompt, func.count()).where(
        takes.c.language == language, takes.c.accepted_at.is_(None)
    )
    rows = connection.execute(query.group_by(takes.c.prompt))
    return {row[0]: row[1] for row in rows}


def take_to_row(take: Take) -> dict[str, Any]:
    """The take as values that JSON knows."""
    values = {each.name: getattr(take, each.name) for each in fields(Take)}
    accepted_at = take.accepted_at and take.accepted_at.isoformat()
    return {**values, "made_at": take.made_at.isoformat(), "accepted_at": accepted_at}


def take_from_row(row: Mapping[str, Any]) -> Take:
    """The take that `take_to_row` was given."""
    accepted_at = row.get("accepted_at")
    moments = {
        "made_at": datetime.fromisoformat(row["made_at"]),
        "accepted_at": accepted_at and datetime.fromisoformat(accepted_at),
    }
    return Take(**{**row, **moments, "problems": tuple(row["problems"])})


def take_of(row: Row[Any]) -> Take:
    """The take that stands in a row of the table."""
    values = dict(row._mapping)  # noqa: SLF001 (the documented name of a row's columns)
    made_at = values["made_at"]
    del values["ticket"]
    # SQLite keeps no zone; what it keeps is UTC.
    values["made_at"] = made_at.astimezone(UTC) if made_at.tzinfo else made_at.replace(tzinfo=UTC)
    values["problems"] = tuple(values["problems"])
    return Take(**values | {name: intern(values[name]) for name in _ALIKE})

"""Takes: every recorded version of every prompt is kept, at most one of each prompt and language is live."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    select,
    text,
    update,
)

from ivr.storage.revision import bump
from ivr.storage.tables import METADATA

#: `words` and `values_hash` are those of the prompt when it was recorded; `file` is named by its content.
takes = Table(
    "takes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("prompt", String(120), nullable=False),
    Column("language", String(16), nullable=False),
    Column("words", String(64), nullable=False),
    Column("values_hash", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("file", String(80), nullable=False),
    Column("original", String(100), nullable=False),
    Column("seconds", Float, nullable=False),
    Column("level", Float, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("source", String(16), nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("live", Boolean, nullable=False),
    Index("takes_prompt_language_index", "prompt", "language"),
    Index(
        "takes_live_key",
        "prompt",
        "language",
        unique=True,
        sqlite_where=text("live"),
        postgresql_where=text("live"),
    ),
)


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
    """A stored take."""

    id: int
    live: bool


def add_live_take(connection: Connection, new: NewTake) -> Take:
    """Store the take and make it the live one; those before it stay."""
    _silence(connection, new.prompt, new.language)
    values = asdict(new) | {"live": True, "made_at": new.made_at.astimezone(UTC)}
    values["problems"] = list(new.problems)
    number = connection.scalars(takes.insert().values(values).returning(takes.c.id)).one()
    bump(connection)
    return Take(**asdict(new), id=number, live=True)


def make_live(connection: Connection, take_id: int) -> None:
    """Let callers hear this take of its prompt instead of the one they hear; KeyError if it is unknown."""
    row = connection.execute(select(takes.c.prompt, takes.c.language).where(takes.c.id == take_id)).first()
    if row is None:
        raise KeyError(take_id)
    _silence(connection, row.prompt, row.language)
    connection.execute(update(takes).where(takes.c.id == take_id).values(live=True))
    bump(connection)


def withdraw_live(connection: Connection, prompt: str, language: str) -> None:
    """Let callers hear built speech again; the takes stay."""
    _silence(connection, prompt, language)
    bump(connection)


def live_takes(connection: Connection) -> tuple[Take, ...]:
    """The takes callers hear."""
    rows = connection.execute(select(takes).where(takes.c.live).order_by(takes.c.id))
    return tuple(_take(row) for row in rows)


def takes_of(connection: Connection, prompt: str, language: str) -> tuple[Take, ...]:
    """Every take of a prompt in a language, the newest first."""
    wanted = select(takes).where(takes.c.prompt == prompt, takes.c.language == language)
    return tuple(_take(row) for row in connection.execute(wanted.order_by(takes.c.id.desc())))


def _silence(connection: Connection, prompt: str, language: str) -> None:
    same = (takes.c.prompt == prompt, takes.c.language == language, takes.c.live)
    connection.execute(update(takes).where(*same).values(live=False))


def _take(row: Row[Any]) -> Take:
    values = dict(row._mapping)  # noqa: SLF001 (the documented name of a row's columns)
    made_at = values["made_at"]
    # SQLite keeps no zone; what it keeps is UTC.
    values["made_at"] = made_at.astimezone(UTC) if made_at.tzinfo else made_at.replace(tzinfo=UTC)
    values["problems"] = tuple(values["problems"])
    return Take(**values)


def take_to_row(take: Take) -> dict[str, Any]:
    """The take as values that JSON knows."""
    return {**asdict(take), "made_at": take.made_at.isoformat()}


def take_from_row(row: Mapping[str, Any]) -> Take:
    """The take that `take_to_row` was given."""
    made_at = datetime.fromisoformat(row["made_at"])
    return Take(**{**row, "made_at": made_at, "problems": tuple(row["problems"])})

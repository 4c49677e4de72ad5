"""What staff say of a language as a whole: who has reviewed it, and whether callers are offered it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from ivr.storage.audit import note
from ivr.storage.revision import bump
from ivr.storage.tables_words import language_marks, wordings


@dataclass(frozen=True, slots=True)
class LanguageMark:
    """`reviewed_by` None: what the language's file says counts; "": nobody. `made_by` said the last of it."""

    language: str
    reviewed_by: str | None
    reviewed_at: datetime | None
    withdrawn: bool
    made_by: str
    made_at: datetime


def mark_reviewed(
    connection: Connection, language: str, by: str, at: datetime, *, way: str = "console"
) -> None:
    """Somebody has read every word of the language, and finds it right."""
    _mark(connection, language, by, at, reviewed_by=by, reviewed_at=at)
    note(connection, at, by, "language reviewed", language, way)


def unmark_reviewed(
    connection: Connection, language: str, by: str, at: datetime, *, way: str = "console"
) -> None:
    """Nobody has reviewed the language, whatever its file says."""
    _mark(connection, language, by, at, reviewed_by="", reviewed_at=None)
    note(connection, at, by, "language not reviewed any more", language, way)


def withdraw_language(
    connection: Connection, language: str, by: str, at: datetime, *, way: str = "console"
) -> None:
    """Do not offer it to callers; the keys of the others stay, and the default language is offered anyway."""
    _mark(connection, language, by, at, withdrawn=True)
    note(connection, at, by, "language withdrawn", language, way)


def offer_language(
    connection: Connection, language: str, by: str, at: datetime, *, way: str = "console"
) -> None:
    """Offer it to callers, as soon as every needed prompt has sound."""
    _mark(connection, language, by, at, withdrawn=False)
    note(connection, at, by, "language offered", language, way)


def list_marks(connection: Connection) -> tuple[LanguageMark, ...]:
    """Every language of which something was said."""
    found = connection.execute(select(language_marks).order_by(language_marks.c.language))
    return tuple(LanguageMark(**row) for row in found.mappings())


def edited_since_review(connection: Connection, language: str) -> frozenset[str]:
    """The prompts whose words staff have changed since the language was last marked as reviewed."""
    of = language_marks.c.language
    since = select(language_marks.c.reviewed_at).where(of == language).scalar_subquery()
    later = or_(since.is_(None), wordings.c.made_at > since)
    found = select(wordings.c.prompt).where(wordings.c.language == language, later)
    return frozenset(connection.scalars(found.distinct()))


def _mark(connection: Connection, language: str, by: str, at: datetime, **said: Any) -> None:
    bump(connection)  # one row: of two who say something at once, the second waits here
    values = {**said, "made_by": by, "made_at": at}
    known = update(language_marks).where(language_marks.c.language == language)
    if not connection.execute(known.values(values)).rowcount:
        new = {"language": language, "withdrawn": False, **values}
        connection.execute(insert(language_marks).values(new))

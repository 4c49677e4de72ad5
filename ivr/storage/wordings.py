"""The words that staff have changed: every version is kept, the newest of a prompt in a language counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from ivr.storage.audit import note
from ivr.storage.revision import bump
from ivr.storage.tables_words import wordings

Text = tuple[int, str, str, str | None]
"""The id of a version, its language, prompt and words."""
_TEXT = (wordings.c.id, wordings.c.language, wordings.c.prompt, wordings.c.text)


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of a prompt's words, who wrote it and when; `text` None: the words of the file again.

    `replaced` is the hash of the words in the file at that time, "" if nobody said.
    """

    id: int
    language: str
    prompt: str
    text: str | None
    replaced: str
    made_by: str
    made_at: datetime


def edit_words(
    connection: Connection,
    language: str,
    prompt: str,
    text: str | None,
    by: str,
    at: datetime,
    *,
    replaced: str = "",
    way: str = "console",
) -> Wording:
    """Store a version that counts from now on; None takes back to the words of the file.

    What the words must keep to is `ivr.content.problems_of`, to be asked before.
    """
    values: dict[str, Any] = {
        "language": language,
        "prompt": prompt,
        "text": text,
        "replaced": replaced,
        "made_by": by,
        "made_at": at,
    }
    number = connection.execute(insert(wordings).values(values).returning(wordings.c.id)).scalar_one()
    action = "words edited" if text is not None else "words of the file again"
    note(connection, at, by, action, f"{language} {prompt}, version {number}", way)
    bump(connection)
    return Wording(id=number, **values)


def wordings_of(connection: Connection, language: str, prompt: str) -> tuple[Wording, ...]:
    """Every version of a prompt in a language, the newest first."""
    same = (wordings.c.language == language, wordings.c.prompt == prompt)
    found = connection.execute(select(wordings).where(*same).order_by(wordings.c.id.desc()))
    return tuple(Wording(**row) for row in found.mappings())


def newest_wordings(connection: Connection) -> tuple[Wording, ...]:
    """The newest version of everything that was ever edited, by language and prompt."""
    newest = select(func.max(wordings.c.id)).group_by(wordings.c.language, wordings.c.prompt)
    wanted = select(wordings).where(wordings.c.id.in_(newest))
    found = connection.execute(wanted.order_by(wordings.c.language, wordings.c.prompt))
    return tuple(Wording(**row) for row in found.mappings())


def newest_texts(connection: Connection) -> list[Text]:
    """The same, only what callers are served from."""
    newest = select(func.max(wordings.c.id)).group_by(wordings.c.language, wordings.c.prompt)
    wanted = select(*_TEXT).where(wordings.c.id.in_(newest))
    return _texts(connection, wanted.order_by(wordings.c.language, wordings.c.prompt))


def texts_after(connection: Connection, last: int) -> list[Text]:
    """Every version with a higher id, in the order of ids."""
    return _texts(connection, select(*_TEXT).where(wordings.c.id > last).order_by(wordings.c.id))


def count_wordings(connection: Connection) -> int:
    """How many versions there are; none is ever removed."""
    return connection.scalar(select(func.count()).select_from(wordings)) or 0


def _texts(connection: Connection, query: Select[Any]) -> list[Text]:
    return [(number, language, prompt, text) for number, language, prompt, text in connection.execute(query)]

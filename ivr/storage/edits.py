"""Everything that staff have changed over prompts/, as callers are served from it."""

from typing import Any

from sqlalchemy import Connection

from ivr.content.edits import Edits, edits_to_rows
from ivr.storage.language_marks import list_marks
from ivr.storage.wordings import newest_wordings


def stored_edits(connection: Connection) -> Edits:
    """The edits that count now."""
    marks = list_marks(connection)
    return Edits(
        words={(each.language, each.prompt): each.text or "" for each in newest_wordings(connection)},
        reviewed={each.language: each.reviewed_by for each in marks if each.reviewed_by is not None},
        withdrawn=frozenset(each.language for each in marks if each.withdrawn),
    )


def edit_rows(connection: Connection) -> list[dict[str, Any]]:
    """The edits as the snapshot carries them; `ivr.content.edits.edits_from_rows` reads them."""
    return edits_to_rows(stored_edits(connection))

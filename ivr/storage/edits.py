"""Everything that staff have changed over prompts/, as callers are served from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from ivr.content.edits import Edits, edits_to_rows
from ivr.storage.announcements import announcements_from
from ivr.storage.language_marks import list_marks
from ivr.storage.wordings import newest_wordings


def stored_edits(connection: Connection, at: datetime) -> Edits:
    """The edits that count at `at`, and the announcements that are not over by then."""
    newest = {(each.language, each.prompt): each.text for each in newest_wordings(connection)}
    marks = list_marks(connection)
    return Edits(
        words={key: text for key, text in newest.items() if text is not None},
        restored=frozenset(key for key, text in newest.items() if text is None),
        reviewed={each.language: each.reviewed_by for each in marks if each.reviewed_by is not None},
        withdrawn=frozenset(each.language for each in marks if each.withdrawn),
        announcements=announcements_from(connection, at),
    )


def edit_rows(connection: Connection, at: datetime) -> list[dict[str, Any]]:
    """The edits as the snapshot carries them; `ivr.content.edits.edits_from_rows` reads them."""
    return edits_to_rows(stored_edits(connection, at))

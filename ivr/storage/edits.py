"""Everything that staff have changed over prompts/, as callers are served from it."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from ivr.content.edits import Edits
from ivr.storage.announcements import announcements_from
from ivr.storage.language_marks import list_marks
from ivr.storage.wordings import newest_texts


def stored_edits(connection: Connection, at: datetime) -> Edits:
    """The edits that count at `at`, and the announcements that are not over by then."""
    newest = {(language, prompt): text for _, language, prompt, text in newest_texts(connection)}
    return replace(
        stored_marks(connection, at),
        words={key: text for key, text in newest.items() if text is not None},
        restored=frozenset(key for key, text in newest.items() if text is None),
    )


def stored_marks(connection: Connection, at: datetime) -> Edits:
    """The same without words."""
    marks = list_marks(connection)
    return Edits(
        reviewed={each.language: each.reviewed_by for each in marks if each.reviewed_by is not None},
        withdrawn=frozenset(each.language for each in marks if each.withdrawn),
        announcements=announcements_from(connection, at),
    )

"""Words that staff have changed, and what staff say of a language as a whole."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from ivr.storage.tables import METADATA, Moment

#: Every version; of a prompt in a language the newest counts. `text` NULL: the words of the file again.
#: `replaced` is the hash of the words in the file when the version was made, "" if nobody said.
wordings = Table(
    "wordings",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("language", String(16), nullable=False),
    Column("prompt", String(120), nullable=False),
    Column("text", Text),
    Column("replaced", String(64), nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Index("wordings_language_prompt_index", "language", "prompt", "id"),
)

#: `reviewed_by` NULL: what the language's file says counts; "": nobody has reviewed it.
language_marks = Table(
    "language_marks",
    METADATA,
    Column("language", String(16), primary_key=True),
    Column("reviewed_by", Text),
    Column("reviewed_at", Moment),
    Column("withdrawn", Boolean, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
)

"""Recorded versions of prompts, and which of them callers heard, one after the other."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from ivr.storage.tables import METADATA, Moment

#: `words` and `values_hash` are those of the prompt when it was recorded; `file` and `original` name what
#: lies in the store. A draft has no `accepted_at`. `ticket` is the number of a draft that was made while
#: storage was away, negative, under which its maker knows it.
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
    Column("accepted_at", Moment),
    Column("accepted_by", Text, nullable=False, server_default=""),
    Column("ticket", BigInteger),
    Index("takes_prompt_language_index", "prompt", "language"),
    Index(
        "takes_live_key",
        "prompt",
        "language",
        unique=True,
        sqlite_where=text("live"),
        postgresql_where=text("live"),
    ),
    Index("takes_ticket_key", "ticket", unique=True),
    Index(
        "takes_draft_index",
        "language",
        "prompt",
        sqlite_where=text("accepted_at IS NULL"),
        postgresql_where=text("accepted_at IS NULL"),
    ),
)

#: One row for each time that somebody decided what callers hear of a prompt; without `take_id` built speech.
#: Rows with `undone_at` were gone back from then. `key` names the decision: told twice, it counts once.
take_turns = Table(
    "take_turns",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String(40), nullable=False, unique=True),
    Column("prompt", String(120), nullable=False),
    Column("language", String(16), nullable=False),
    Column("take_id", ForeignKey("takes.id", ondelete="CASCADE"), index=True),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("way", String(16), nullable=False),
    Column("undone_at", Moment),
    Index("take_turns_prompt_language_index", "prompt", "language"),
)

"""The tables of what staff announce to callers for a while, and of calls that only check a phone."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text

from ivr.storage.tables import METADATA, Moment

#: Heard in [starts, ends) unless withdrawn before that.
announcements = Table(
    "announcements",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("starts", Moment, nullable=False),
    Column("ends", Moment, nullable=False, index=True),
    Column("made_by", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("withdrawn_by", Text, nullable=False),
    Column("withdrawn_at", Moment),
)

#: The languages of an announcement; no words: it is heard there once it is recorded.
announcement_texts = Table(
    "announcement_texts",
    METADATA,
    Column("announcement_id", ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("text", Text, nullable=False),
)

#: A call that proves that a phone can be reached; `about` is a counsellor's key, or empty. Of the number
#: only the last digits are kept.
check_calls = Table(
    "check_calls",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("about", String(64), nullable=False, index=True),
    Column("digits", String(4), nullable=False),
    Column("made_by", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("over", Boolean, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
)

"""The tables of what staff are told: one row for each thing told, one for each message about it."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from ivr.storage.tables import METADATA, Moment

#: Told once for a kind and key. Facts hold no words of a caller and no number. `created` is when it was first
#: seen, because whoever tells it does so in a transaction about something else and knows no time.
notices = Table(
    "notices",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("key", String(120), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("created", Moment),
    Column("addressed_at", Moment),
    UniqueConstraint("kind", "key"),
    Index(
        "notices_unaddressed_index",
        "id",
        sqlite_where=text("addressed_at IS NULL"),
        postgresql_where=text("addressed_at IS NULL"),
    ),
)

#: One message to one recipient: a number or address as helpline.toml has it, or "person:" and a counsellor's
#: key. `text` is which text they get. `next_at` is when it may be tried, or tried again by somebody else.
deliveries = Table(
    "deliveries",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("notice_id", ForeignKey("notices.id", ondelete="CASCADE"), nullable=False),
    Column("text", String(32), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("error", Text, nullable=False),
    UniqueConstraint("notice_id", "channel", "recipient"),
    Index("deliveries_state_next_at_index", "state", "next_at"),
)

"""The tables of what staff are told: one row for each thing told, one for each message about it."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from ivr.storage.tables import METADATA, Moment

#: Told once for a kind and key; `person` is the counsellor whom it concerns. Facts hold no words of a caller
#: and no number.
notices = Table(
    "notices",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("key", String(120), nullable=False),
    Column("person", String(16), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("created", Moment, nullable=False),
    Column("addressed_at", Moment),
    UniqueConstraint("kind", "key"),
)

#: One message to one recipient: a number or address of the helpline's staff as helpline.toml or the roster
#: has it. `next_at` is when it may be tried again, or, while it is being sent, until when nobody else may.
deliveries = Table(
    "deliveries",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("notice_id", ForeignKey("notices.id", ondelete="CASCADE"), nullable=False),
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

"""Numbers that may not ask for a person for a while."""

from sqlalchemy import Column, Integer, String, Table, Text

from ivr.storage.tables import METADATA, Moment

#: `caller` is a keyed hash; from `until` on the row means nothing any more.
blocks = Table(
    "blocks",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("caller", String(64), nullable=False, unique=True),
    Column("reason", Text, nullable=False),
    Column("until", Moment, nullable=False),
    Column("created", Moment, nullable=False),
)

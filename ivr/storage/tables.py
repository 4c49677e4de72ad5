"""The tables as this version knows them; a migration makes each of them."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_index",
    }
)

#: One row; `number` grows with every change of what callers are served from.
revision = Table(
    "revision",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
)

counsellors = Table(
    "counsellors",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String(16), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("phone", String(20), nullable=False, unique=True),
    Column("languages", Text, nullable=False),
    Column("priority", Integer, nullable=False),
)

#: One row for each VEVENT; `recurrence` is empty for the series itself, else the occurrence that it changes.
shifts = Table(
    "shifts",
    METADATA,
    Column("uid", Text, primary_key=True),
    Column("recurrence", String(120), primary_key=True),
    Column("counsellor_id", ForeignKey("counsellors.id", ondelete="SET NULL"), index=True),
    Column("text", Text, nullable=False),
)

#: Times are UTC; a promise holds no caller's number, only the network's id of the call.
promises = Table(
    "promises",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("call", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("language", String(16), nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("note", Text, nullable=False, default=""),
    UniqueConstraint("call", "kind"),
)

#: What lies at the provider: fetched if `wanted`, deleted there when fetched or no longer wanted.
recordings = Table(
    "recordings",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("promise_id", ForeignKey("promises.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("wanted", Boolean, nullable=False),
    Column("file", Text),
    Column("fetched_at", DateTime(timezone=True)),
    Column("deleted_at", DateTime(timezone=True)),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_at", DateTime(timezone=True), nullable=False),
)

"""The tables as this version knows them; a migration makes each of them."""

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; SQLite, which stores no offset, gives it back aware too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC; a naive one is a mistake of ours."""
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment, aware, in UTC."""
        del dialect
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


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
    Column("tier", Integer, nullable=False, server_default="1"),
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

#: `number` is sealed; with its last `digits` it is here only until the promise is kept or given up. `caller`
#: is a keyed hash.
#: `next_at` is when to try again, or how long whoever has it (`claim`, a leg or call) may take; none: staff.
#: `holder` is the account of the member of staff whose work it is, and nobody else's.
#: `rounds` of offering it to counsellors, ever; `tries` are those since the caller has asked (again).
promises = Table(
    "promises",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("call", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("language", String(16), nullable=False),
    Column("created", Moment, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("number", Text),
    Column("digits", String(4), nullable=False, server_default=""),
    Column("window", String(16), nullable=False, server_default=""),
    Column("due", Moment),
    Column("next_at", Moment, index=True),
    Column("rounds", Integer, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("claim", String(64), nullable=False, server_default=""),
    Column("answered_at", Moment),
    Column("person", String(16), nullable=False, server_default=""),
    Column("caller", String(80), nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("changed", Moment),
    Column("holder", Integer),
    UniqueConstraint("call", "kind"),
    Index("promises_state_kind_index", "state", "kind"),
    Index("promises_state_language_index", "state", "language"),
    Index(None, "changed"),
)

#: What lies at the provider: fetched if `wanted`, deleted there when fetched or not wanted.
recordings = Table(
    "recordings",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("promise_id", ForeignKey("promises.id", ondelete="CASCADE"), index=True),
    Column("wanted", Boolean, nullable=False),
    Column("file", Text),
    Column("fetched_at", Moment),
    Column("deleted_at", Moment),
    Column("tries", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Index(
        "recordings_due_index",
        "next_at",
        sqlite_where=text("deleted_at IS NULL"),
        postgresql_where=text("deleted_at IS NULL"),
    ),
)

"""The tables of reaching a person: who waits, whose phone rings, who is not to be rung, who has talked."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from ivr.storage.tables import METADATA, Moment

#: One caller's stay in a queue. `caller` is a keyed hash or empty; `since` is when they began to wait, with
#: earlier stays; `seen` and `tick` are of the newest wait document; `told` is the call's encoded state.
waits = Table(
    "waits",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("call", String(64), nullable=False, index=True),
    Column("entry", Integer, nullable=False),
    Column("queue", String(64), nullable=False),
    Column("queue_sid", String(64), nullable=False),
    Column("language", String(16), nullable=False),
    Column("topic", String(120), nullable=False),
    Column("overdose", Boolean, nullable=False),
    Column("caller", String(64), nullable=False),
    Column("since", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("waited", Integer, nullable=False),
    Column("tick", Integer, nullable=False),
    Column("listening", Boolean, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("told", Text, nullable=False),
    Column("leg_id", Integer),
    Column("ended", Moment),
    UniqueConstraint("call", "entry"),
)

#: One ringing of one phone, for a wait or for a call-back; over at `until` if nothing else is told of it.
legs = Table(
    "legs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("wait_id", ForeignKey("waits.id", ondelete="CASCADE"), index=True),
    Column("promise_id", ForeignKey("promises.id", ondelete="CASCADE"), index=True),
    Column("person", String(16), nullable=False),
    Column("nth", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("sid", String(64), unique=True),
    Column("state", String(16), nullable=False, index=True),
    Column("outcome", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("ended_at", Moment),
    UniqueConstraint("wait_id", "person", "nth"),
    UniqueConstraint("promise_id", "person", "nth"),
    Index(None, "person", "at"),
)

#: Who is not to be rung before `until`: being rung, in a conversation, or in wrap-up after it.
holds = Table(
    "holds",
    METADATA,
    Column("person", String(16), primary_key=True),
    Column("leg_id", Integer, nullable=False),
    Column("until", Moment, nullable=False),
)

#: One conversation; `dropped`: the caller's line ended first. `outcome` is what the counsellor said of it,
#: `answer` what the caller did.
conversations = Table(
    "conversations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("call", String(64), nullable=False, index=True),
    Column("leg_id", Integer, nullable=False, unique=True),
    Column("caller", String(64), nullable=False, index=True),
    Column("person", String(16), nullable=False),
    Column("language", String(16), nullable=False),
    Column("started", Moment, nullable=False),
    Column("ended", Moment),
    Column("dropped", Boolean, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("answer", String(16), nullable=False),
    Index(None, "ended", "started"),
    Index(None, "started"),
    Index(
        "conversations_known_index",
        "started",
        sqlite_where=text("caller != ''"),
        postgresql_where=text("caller != ''"),
    ),
)

#: Queues at the network that have to be deleted once they are empty.
old_queues = Table(
    "old_queues",
    METADATA,
    Column("sid", String(64), primary_key=True),
    Column("call", String(64), nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
)

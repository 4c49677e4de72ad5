"""The tables of calls: what happened on each, and what is counted of them; no caller stands in any."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table

from ivr.storage.tables import METADATA, Moment

#: One call, as its events tell it; worked out anew from them whenever there is another one.
#: `hour` is the helpline's local hour in which it began, as it was counted; `waited` are seconds.
calls = Table(
    "calls",
    METADATA,
    Column("call", String(64), primary_key=True),
    Column("started", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("ended", Moment),
    Column("hour", Moment, nullable=False),
    Column("inbound", Boolean, nullable=False),
    Column("language", String(16), nullable=False),
    Column("place", String(160), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("asked", Moment),
    Column("reached", Moment),
    Column("waited", Integer),
    Column("overdose", Boolean, nullable=False),
    Index(None, "started", "call"),
    Index(None, "language", "started"),
    Index(None, "outcome", "started"),
    Index(None, "ended", "seen"),
)

#: One webhook of a call; `key` is the same for its repeats. `place` is where the caller is after it.
call_events = Table(
    "call_events",
    METADATA,
    Column("key", String(32), primary_key=True),
    Column("call", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("language", String(16), nullable=False),
    Column("place", String(160), nullable=False),
    Column("event", String(32), nullable=False),
    Column("pressed", String(1), nullable=False),
    Column("queued", Boolean, nullable=False),
    Column("facts", String(120), nullable=False),
    Column("seconds", Integer),
    Index(None, "call", "at"),
)

MEASURES = (
    *("offered", "asked", "answered", "answered_20", "answered_30", "waited"),
    *("abandoned", "abandoned_30", "nobody_on_duty", "nobody_answered", "turned_away"),
    *("messages", "callbacks", "heard", "gone", "overdose"),
)

ALL_LANGUAGES, WHOLE_DAY = "", -1

#: Calls that began in an hour of a local day; each column is one of MEASURES, in calls (`waited`: seconds).
#: Beside each there is one for ALL_LANGUAGES and one for the WHOLE_DAY, so that a year is added up at once.
call_hours = Table(
    "call_hours",
    METADATA,
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("language", String(16), primary_key=True),
    Column("day", Date, primary_key=True),
    *(Column(name, Integer, nullable=False, server_default="0") for name in MEASURES),
)

#: Calls of a local day by place: a segment "begun" or "heard" to its end, and where it was "left".
call_places = Table(
    "call_places",
    METADATA,
    Column("language", String(16), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("measure", String(8), primary_key=True),
    Column("place", String(160), primary_key=True),
    Column("number", Integer, nullable=False),
)

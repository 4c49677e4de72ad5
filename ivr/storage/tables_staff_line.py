"""The tables behind counsellors' own line: PINs, what was done on it, rings missed in a row."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from ivr.storage.tables import METADATA, Moment

_KEY = "counsellors.key"

#: Whose phone may sign in; `wrong` PINs came one after another, and none counts before `locked_until`.
pins = Table(
    "pins",
    METADATA,
    Column("person", String(16), ForeignKey(_KEY, ondelete="CASCADE"), primary_key=True),
    Column("hash", Text, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("locked_until", Moment),
)

#: One row for everything a counsellor has asked for, by the network's id of it, and what came of it.
line_deeds = Table(
    "line_deeds",
    METADATA,
    Column("id", String(80), primary_key=True),
    Column("outcome", String(200), nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

#: Rings that a counsellor has missed since they last took up their phone.
misses = Table(
    "misses",
    METADATA,
    Column("person", String(16), ForeignKey(_KEY, ondelete="CASCADE"), primary_key=True),
    Column("count", Integer, nullable=False),
)

#: The answer to a counsellor's text message, by the network's id of that; without `next_at` it is done.
line_answers = Table(
    "line_answers",
    METADATA,
    Column("id", String(80), primary_key=True),
    Column("person", String(16), ForeignKey(_KEY, ondelete="CASCADE"), nullable=False),
    Column("text", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", Moment, index=True),
)

"""What happened to promises, and how often missed calls came."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from ivr.storage.tables import METADATA, Moment

#: One row for each change of a promise, never changed itself; `person` is the counsellor who did it,
#: `staff` the name of who did it on the staff's pages; both "" for the helpline.
promise_changes = Table(
    "promise_changes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("promise_id", ForeignKey("promises.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", String(16), nullable=False),
    Column("staff", Text, nullable=False, server_default=""),
)

#: How often something happened in a period; `subject` is a keyed hash or the word "everybody".
tallies = Table(
    "tallies",
    METADATA,
    Column("subject", String(80), primary_key=True),
    Column("period", String(20), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("until", Moment, nullable=False),
)

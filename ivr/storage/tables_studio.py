"""The table of what staff record by phone, from the tone until it is a take."""

from sqlalchemy import JSON, BigInteger, Column, Integer, String, Table, Text

from ivr.storage.tables import METADATA, Moment

#: One row for each recording by the network's id; `prompt` is the prompt as it was read to its speaker.
#: Without `next_at` it is done: `take_id` says which take it became, `findings` what was found in it.
#: `call` is the one in which it was made, for the log.
studio_recordings = Table(
    "studio_recordings",
    METADATA,
    Column("id", String(34), primary_key=True),
    Column("account", Integer, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("prompt", JSON, nullable=False),
    Column("made_at", Moment, nullable=False, index=True),
    Column("state", String(8), nullable=False),
    Column("take_id", BigInteger),
    Column("findings", String(200), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", Moment, index=True),
    Column("call", String(64), nullable=False, server_default=""),
)

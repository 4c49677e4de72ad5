"""The table of links from which calendars on phones read the roster."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from ivr.storage.tables import METADATA, Moment

#: Of a link only a hash is stored. One without `counsellor_id` shows the whole roster; `used` is when it was
#: last read, to the day.
calendar_links = Table(
    "calendar_links",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("counsellor_id", ForeignKey("counsellors.id", ondelete="CASCADE"), index=True),
    Column("made_by", Text, nullable=False),
    Column("made", Moment, nullable=False),
    Column("used", Moment),
)

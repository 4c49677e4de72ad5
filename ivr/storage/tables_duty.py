"""The tables of what changes the roster, and of calendars that are fetched from elsewhere."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from ivr.storage.tables import METADATA, Moment

#: One row for each change, in the order in which they were made; a closure is of nobody alone. `other_id` is
#: who takes over in a swap; without `ends` a change lasts as long as ivr.duty.changes says.
duty_changes = Table(
    "duty_changes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("uid", String(200), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("counsellor_id", ForeignKey("counsellors.id", ondelete="CASCADE"), index=True),
    Column("other_id", ForeignKey("counsellors.id", ondelete="CASCADE")),
    Column("starts", Moment, nullable=False),
    Column("ends", Moment),
    Column("note", Text, nullable=False),
    Column("made", Moment, nullable=False),
)

#: `good_at` is when its shifts were last taken over, `tried_at` when that was last tried; a `problem` is what
#: was wrong then, and has been wrong since `since`.
subscriptions = Table(
    "subscriptions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
    Column("made", Moment, nullable=False),
    Column("good_at", Moment),
    Column("tried_at", Moment),
    Column("problem", Text, nullable=False),
    Column("since", Moment),
)

#: Which shifts came from which subscription; a shift that is not here was imported by hand.
subscribed = Table(
    "subscribed",
    METADATA,
    Column("uid", Text, primary_key=True),
    Column("recurrence", String(120), primary_key=True),
    Column("subscription_id", ForeignKey("subscriptions.id", ondelete="CASCADE"), nullable=False, index=True),
)

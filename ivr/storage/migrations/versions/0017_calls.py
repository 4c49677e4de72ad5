"""What happened on calls, and what is counted of them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_MOMENT = sa.DateTime(timezone=True)
_MEASURES = (
    *("offered", "asked", "answered", "answered_20", "answered_30", "waited"),
    *("abandoned", "abandoned_30", "nobody_on_duty", "nobody_answered", "turned_away"),
    *("messages", "callbacks", "heard", "gone", "overdose"),
)


def upgrade() -> None:
    _make_calls()
    _make_events()
    op.create_table(
        "call_hours",
        sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("language", sa.String(16), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        *(sa.Column(name, sa.Integer, nullable=False, server_default="0") for name in _MEASURES),
    )
    op.create_table(
        "call_places",
        sa.Column("language", sa.String(16), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("measure", sa.String(8), primary_key=True),
        sa.Column("place", sa.String(160), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )


def _make_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("call", sa.String(64), primary_key=True),
        sa.Column("started", _MOMENT, nullable=False),
        sa.Column("seen", _MOMENT, nullable=False),
        sa.Column("ended", _MOMENT),
        sa.Column("hour", _MOMENT, nullable=False),
        sa.Column("inbound", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("place", sa.String(160), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("asked", _MOMENT),
        sa.Column("reached", _MOMENT),
        sa.Column("waited", sa.Integer),
        sa.Column("overdose", sa.Boolean, nullable=False),
    )
    for columns in (("started", "call"), ("language", "started"), ("outcome", "started"), ("ended", "seen")):
        op.create_index(f"calls_{'_'.join(columns)}_index", "calls", columns)


def _make_events() -> None:
    op.create_table(
        "call_events",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("call", sa.String(64), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("place", sa.String(160), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("pressed", sa.String(1), nullable=False),
        sa.Column("queued", sa.Boolean, nullable=False),
        sa.Column("facts", sa.String(120), nullable=False),
        sa.Column("seconds", sa.Integer),
    )
    op.create_index("call_events_call_at_index", "call_events", ("call", "at"))

"""Who waits in a queue, whose phone rings for them, and who has talked."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def _moment(name: str, *, needed: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def upgrade() -> None:
    _make_waits()
    _make_legs()
    _make_holds_and_conversations()


def _make_waits() -> None:
    op.create_table(
        "waits",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call", sa.String(64), nullable=False),
        sa.Column("entry", sa.Integer, nullable=False),
        sa.Column("queue", sa.String(64), nullable=False),
        sa.Column("queue_sid", sa.String(64), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("topic", sa.String(120), nullable=False),
        sa.Column("overdose", sa.Boolean, nullable=False),
        sa.Column("caller", sa.String(64), nullable=False),
        _moment("since", needed=True),
        _moment("seen", needed=True),
        sa.Column("waited", sa.Integer, nullable=False),
        sa.Column("tick", sa.Integer, nullable=False),
        sa.Column("listening", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("leg_id", sa.Integer),
        _moment("ended"),
        sa.UniqueConstraint("call", "entry", name="waits_call_entry_key"),
    )
    op.create_index("waits_call_index", "waits", ["call"])
    op.create_index("waits_state_index", "waits", ["state"])


def _make_legs() -> None:
    op.create_table(
        "legs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("wait_id", sa.Integer, sa.ForeignKey("waits.id", ondelete="CASCADE")),
        sa.Column("promise_id", sa.Integer, sa.ForeignKey("promises.id", ondelete="CASCADE")),
        sa.Column("person", sa.String(16), nullable=False),
        sa.Column("nth", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("sid", sa.String(64), unique=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        _moment("at", needed=True),
        _moment("until", needed=True),
        _moment("answered_at"),
        _moment("ended_at"),
        sa.UniqueConstraint("wait_id", "person", "nth", name="legs_wait_id_person_nth_key"),
        sa.UniqueConstraint("promise_id", "person", "nth", name="legs_promise_id_person_nth_key"),
    )
    for column in ("wait_id", "promise_id", "person", "state"):
        op.create_index(f"legs_{column}_index", "legs", [column])


def _make_holds_and_conversations() -> None:
    op.create_table(
        "holds",
        sa.Column("person", sa.String(16), primary_key=True),
        sa.Column("leg_id", sa.Integer, nullable=False),
        _moment("until", needed=True),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call", sa.String(64), nullable=False),
        sa.Column("leg_id", sa.Integer, nullable=False, unique=True),
        sa.Column("caller", sa.String(64), nullable=False),
        sa.Column("person", sa.String(16), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        _moment("started", needed=True),
        _moment("ended"),
        sa.Column("dropped", sa.Boolean, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("answer", sa.String(16), nullable=False),
    )
    op.create_index("conversations_call_index", "conversations", ["call"])
    op.create_index("conversations_caller_index", "conversations", ["caller"])
    op.create_table(
        "old_queues",
        sa.Column("sid", sa.String(64), primary_key=True),
        sa.Column("call", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        _moment("next_at", needed=True),
    )
    op.create_index("old_queues_call_index", "old_queues", ["call"])

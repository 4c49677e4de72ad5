"""Call-backs: a sealed number, when it is due, how often it was tried, and each change of a promise."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for column in _new_columns():
        op.add_column("promises", column)
    op.create_index("promises_next_at_index", "promises", ["next_at"])
    _changes()
    _tallies()


def _new_columns() -> Iterator[sa.Column[Any]]:
    yield sa.Column("number", sa.Text)
    yield sa.Column("reason", sa.Text, nullable=False, server_default="")
    for name in _MOMENTS:
        yield sa.Column(name, sa.DateTime(timezone=True))
    for name in _COUNTS:
        yield sa.Column(name, sa.Integer, nullable=False, server_default="0")
    for name, length in _WORDS.items():
        yield sa.Column(name, sa.String(length), nullable=False, server_default="")


_MOMENTS = ("due", "next_at", "changed", "answered_at")
_COUNTS = ("tries", "rounds")
_WORDS = {"digits": 4, "window": 16, "person": 16, "caller": 80, "claim": 64}


def _changes() -> None:
    op.create_table(
        "promise_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "promise_id",
            sa.Integer,
            sa.ForeignKey("promises.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("person", sa.String(16), nullable=False),
    )


def _tallies() -> None:
    op.create_table(
        "tallies",
        sa.Column("subject", sa.String(80), primary_key=True),
        sa.Column("period", sa.String(20), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )

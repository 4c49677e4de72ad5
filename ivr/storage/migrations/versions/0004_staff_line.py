"""Counsellors' PINs, what they have asked for on their own line, and the rings they have missed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _pins()
    _line_deeds()
    _misses()


def _pins() -> None:
    op.create_table(
        "pins",
        _person(),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True)),
    )


def _line_deeds() -> None:
    op.create_table(
        "line_deeds",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("outcome", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    )


def _misses() -> None:
    op.create_table("misses", _person(), sa.Column("count", sa.Integer, nullable=False))


def _person() -> sa.Column[str]:
    reference = sa.ForeignKey("counsellors.key", ondelete="CASCADE")
    return sa.Column("person", sa.String(16), reference, primary_key=True)

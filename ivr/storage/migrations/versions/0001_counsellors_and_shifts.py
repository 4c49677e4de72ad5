"""The people who take calls, their shifts, and the number that says that one of them has changed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _revision()
    _counsellors()
    _shifts()


def _revision() -> None:
    table = op.create_table(
        "revision",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.bulk_insert(table, [{"id": 1, "number": 1}])


def _counsellors() -> None:
    op.create_table(
        "counsellors",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(16), nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("phone", sa.String(20), nullable=False, unique=True),
        sa.Column("languages", sa.Text, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
    )


def _shifts() -> None:
    op.create_table(
        "shifts",
        sa.Column("uid", sa.Text, primary_key=True),
        sa.Column("recurrence", sa.String(120), primary_key=True),
        sa.Column(
            "counsellor_id", sa.Integer, sa.ForeignKey("counsellors.id", ondelete="SET NULL"), index=True
        ),
        sa.Column("text", sa.Text, nullable=False),
    )

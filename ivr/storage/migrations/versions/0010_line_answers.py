"""Answers to counsellors' text messages, until they are sent."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "line_answers",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column(
            "person", sa.String(16), sa.ForeignKey("counsellors.key", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), index=True),
    )

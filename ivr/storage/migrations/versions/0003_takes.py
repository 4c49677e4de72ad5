"""Recorded versions of prompts, of which at most one of each prompt and language is heard."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "takes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("prompt", sa.String(120), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("words", sa.String(64), nullable=False),
        sa.Column("values_hash", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("file", sa.String(80), nullable=False),
        sa.Column("original", sa.String(100), nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("level", sa.Float, nullable=False),
        sa.Column("problems", sa.JSON, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
    )
    op.create_index("takes_prompt_language_index", "takes", ["prompt", "language"])
    op.create_index(
        "takes_live_key",
        "takes",
        ["prompt", "language"],
        unique=True,
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )

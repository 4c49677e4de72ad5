"""Links from which calendars on phones read the roster."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "calendar_links",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.Column(
            "counsellor_id",
            sa.Integer,
            sa.ForeignKey("counsellors.id", ondelete="CASCADE"),
            index=True,
        ),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.DateTime(timezone=True)),
    )

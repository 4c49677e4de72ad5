"""What staff record by phone, from the tone until it is a take."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "studio_recordings",
        sa.Column("id", sa.String(34), primary_key=True),
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("prompt", sa.JSON, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("take_id", sa.BigInteger),
        sa.Column("findings", sa.String(200), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), index=True),
    )

"""What staff are told, and the messages about it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True)),
        sa.Column("addressed_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("kind", "key", name="notices_kind_key_key"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("notice_id", sa.Integer, sa.ForeignKey("notices.id", ondelete="CASCADE"), nullable=False),
        sa.Column("text", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text, nullable=False),
        sa.UniqueConstraint(
            "notice_id", "channel", "recipient", name="deliveries_notice_id_channel_recipient_key"
        ),
    )
    op.create_index("deliveries_state_next_at_index", "deliveries", ["state", "next_at"])

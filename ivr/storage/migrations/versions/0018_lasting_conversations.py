"""Who talks just now is found without looking at every conversation there ever was."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_index("conversations_ended_started_index", "conversations", ("ended", "started"))

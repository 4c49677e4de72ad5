"""When somebody was last rung, and old conversations, are found without looking at every one there is."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_index("legs_person_at_index", "legs", ["person", "at"])
    op.drop_index("legs_person_index", "legs")
    op.create_index("conversations_started_index", "conversations", ["started"])

"""Promises are found by state with kind or language, however many there are."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_index("promises_state_kind_index", "promises", ["state", "kind"])
    op.create_index("promises_state_language_index", "promises", ["state", "language"])

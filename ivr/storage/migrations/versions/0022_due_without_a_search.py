"""What is due, or too old, is found without looking at all that was ever done."""

from alembic import op
from sqlalchemy import text

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    _partial("recordings_due_index", "recordings", "next_at", "deleted_at IS NULL")
    _partial("notices_unaddressed_index", "notices", "id", "addressed_at IS NULL")
    _partial("conversations_known_index", "conversations", "started", "caller != ''")
    op.create_index("promises_changed_index", "promises", ["changed"])


def _partial(name: str, table: str, column: str, which: str) -> None:
    op.create_index(name, table, [column], sqlite_where=text(which), postgresql_where=text(which))

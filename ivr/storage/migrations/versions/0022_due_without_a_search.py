"""What is due, or too old, is found without looking at all that was ever done.

The largest table comes first: nobody can write into a table from when its index is begun until the step ends.
"""

from alembic import op
from sqlalchemy import text

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    # Some have it from the step before, which made it at first.
    op.create_index("conversations_started_index", "conversations", ["started"], if_not_exists=True)
    _partial("conversations_known_index", "conversations", "started", "caller != ''")
    op.create_index("promises_changed_index", "promises", ["changed"])
    _partial("recordings_due_index", "recordings", "next_at", "deleted_at IS NULL")
    _partial("notices_unaddressed_index", "notices", "id", "addressed_at IS NULL")


def _partial(name: str, table: str, column: str, which: str) -> None:
    op.create_index(name, table, [column], sqlite_where=text(which), postgresql_where=text(which))

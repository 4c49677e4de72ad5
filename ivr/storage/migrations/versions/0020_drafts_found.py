"""The drafts of a language are found without looking at every take there is."""

from alembic import op
from sqlalchemy import text

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    waiting = text("accepted_at IS NULL")
    op.create_index(
        "takes_draft_index",
        "takes",
        ["language", "prompt"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )

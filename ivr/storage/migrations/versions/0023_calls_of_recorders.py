"""What is logged of a recording of staff names the call in which it was made."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("studio_recordings", sa.Column("call", sa.String(64), nullable=False, server_default=""))

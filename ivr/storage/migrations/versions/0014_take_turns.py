"""Takes are drafts until they are accepted, one can go back to those before; staff claim promises."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("takes", sa.Column("accepted_at", sa.DateTime(timezone=True)))
    op.add_column("takes", sa.Column("accepted_by", sa.Text, nullable=False, server_default=""))
    op.add_column("takes", sa.Column("ticket", sa.BigInteger))
    op.create_index("takes_ticket_key", "takes", ["ticket"], unique=True)
    op.execute("UPDATE takes SET accepted_at = made_at, accepted_by = made_by")
    op.create_table(
        "take_turns",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("prompt", sa.String(120), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("take_id", sa.Integer, sa.ForeignKey("takes.id", ondelete="CASCADE"), index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("key", name="take_turns_key_key"),
    )
    op.create_index("take_turns_prompt_language_index", "take_turns", ["prompt", "language"])
    # Until now every take was live when it came, and the live one is the newest decision.
    op.execute(
        'INSERT INTO take_turns (key, prompt, language, take_id, "at", "by", way) '
        "SELECT 'import ' || id, prompt, language, id, made_at, made_by, 'command' "
        "FROM takes ORDER BY live, id"
    )
    op.add_column("promises", sa.Column("holder", sa.Integer))
    op.add_column("promise_changes", sa.Column("staff", sa.Text, nullable=False, server_default=""))

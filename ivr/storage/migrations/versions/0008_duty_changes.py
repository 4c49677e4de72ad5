"""Changes of the roster, calendars that are fetched, and who is rung only after the others."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("counsellors", sa.Column("tier", sa.Integer, nullable=False, server_default="1"))
    _duty_changes()
    _subscriptions()
    _subscribed()


def _duty_changes() -> None:
    op.create_table(
        "duty_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("uid", sa.String(200), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        _counsellor("counsellor_id", index=True),
        _counsellor("other_id"),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True)),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
    )


def _counsellor(name: str, *, index: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey("counsellors.id", ondelete="CASCADE"), index=index)


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("url", sa.Text, nullable=False, unique=True),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("modified", sa.Text, nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good_at", sa.DateTime(timezone=True)),
        sa.Column("tried_at", sa.DateTime(timezone=True)),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True)),
    )


def _subscribed() -> None:
    op.create_table(
        "subscribed",
        sa.Column("uid", sa.Text, primary_key=True),
        sa.Column("recurrence", sa.String(120), primary_key=True),
        sa.Column(
            "subscription_id",
            sa.Integer,
            sa.ForeignKey("subscriptions.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
    )

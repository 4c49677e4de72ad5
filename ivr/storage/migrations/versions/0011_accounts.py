"""Staff's accounts, and what staff did."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    _make_accounts()
    _make_sign_ins()
    _make_keys()
    _make_audit()


def _make_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("login", sa.String(120), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("number", sa.String(6), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("pin", sa.Text, nullable=False),
        sa.Column("totp", sa.Text, nullable=False),
        sa.Column("totp_step", sa.Integer, nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("login", name="accounts_login_key"),
        sa.UniqueConstraint("number", name="accounts_number_key"),
    )


def _make_sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Integer, _account(), nullable=False, index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("subject", sa.String(80), primary_key=True),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("locks", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    )


def _make_keys() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("account_id", sa.Integer, _account(), primary_key=True),
        sa.Column("hash", sa.String(64), primary_key=True),
    )
    op.create_table(
        "invitations",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Integer, _account(), index=True),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("by", sa.Text, nullable=False, index=True),
        sa.Column("action", sa.String(80), nullable=False, index=True),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
    )


def _account() -> sa.ForeignKey:
    return sa.ForeignKey("accounts.id", ondelete="CASCADE")

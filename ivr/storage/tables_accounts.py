"""The tables of staff's accounts: who may sign in, how, and what they did."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text

from ivr.storage.tables import METADATA, Moment

_ACCOUNT = "accounts.id"

#: `number` is what they key in on the staff line. A raised `epoch` ends every session. `password` and `pin`
#: are hashes, "" before there is one; `totp` is sealed, and `totp_step` the last step whose code was used.
accounts = Table(
    "accounts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("login", String(120), nullable=False, unique=True),
    Column("roles", JSON, nullable=False),
    Column("number", String(6), nullable=False, unique=True),
    Column("language", String(16), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("password", Text, nullable=False),
    Column("pin", Text, nullable=False),
    Column("totp", Text, nullable=False),
    Column("totp_step", Integer, nullable=False),
    Column("made", Moment, nullable=False),
    Column("seen", Moment),
)

#: One browser that is signed in; `key` is a hash of what its cookie holds.
sign_ins = Table(
    "sign_ins",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("account_id", ForeignKey(_ACCOUNT, ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
)

#: What signs in once instead of a code from the telephone; gone when used.
recovery_codes = Table(
    "recovery_codes",
    METADATA,
    Column("account_id", ForeignKey(_ACCOUNT, ondelete="CASCADE"), primary_key=True),
    Column("hash", String(64), primary_key=True),
)

#: One link, by its hash; gone when used. Without an account it makes the first administrator.
invitations = Table(
    "invitations",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("account_id", ForeignKey(_ACCOUNT, ondelete="CASCADE"), index=True),
    Column("made_by", Text, nullable=False),
    Column("until", Moment, nullable=False),
)

#: Wrong ones in a row for a subject (a login, a staff number, an address); each lock is longer.
attempts = Table(
    "attempts",
    METADATA,
    Column("subject", String(80), primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("locks", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("at", Moment, nullable=False, index=True),
)

#: One row for everything staff did, never changed. No callers' numbers, no words of callers.
audit = Table(
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("by", Text, nullable=False, index=True),
    Column("action", String(80), nullable=False, index=True),
    Column("about", Text, nullable=False),
    Column("way", String(16), nullable=False),
)

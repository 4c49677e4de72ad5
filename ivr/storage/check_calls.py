"""Calls that only check whether a phone can be reached: who asked for one, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ivr.storage.audit import note
from ivr.storage.tables_announcements import check_calls

WELCOME, TEST, SELF = "welcome", "test", "self"
_ASKED = {WELCOME: "asked to be called", TEST: "asked for a test ring", SELF: "had the helpline ring itself"}
RINGING, ANSWERED, CONFIRMED = "ringing", "answered", "confirmed"
BUSY, NO_ANSWER, FAILED = "busy", "no-answer", "failed"
STATES = (RINGING, ANSWERED, CONFIRMED, BUSY, NO_ANSWER, FAILED)
KEPT = timedelta(days=400)
#: What may follow what: nothing that comes late undoes what is known already.
_BEFORE: Mapping[str, tuple[str, ...]] = {
    ANSWERED: (RINGING,),
    CONFIRMED: (RINGING, ANSWERED),
    BUSY: (RINGING,),
    NO_ANSWER: (RINGING,),
    FAILED: (RINGING,),
}


@dataclass(frozen=True, slots=True)
class CheckCall:
    """One such call; `about` is a counsellor's key, or empty; `digits` are the last of the number.

    `reason` says what went wrong, for people; `over`: nothing more is to come.
    """

    id: int
    kind: str
    about: str
    digits: str
    made_by: str
    state: str
    reason: str
    over: bool
    created: datetime
    changed: datetime


def add_check(connection: Connection, kind: str, about: str, digits: str, by: str, at: datetime) -> int:
    """Note that the phone is to ring; the call's id. What is older than KEPT is forgotten."""
    connection.execute(delete(check_calls).where(check_calls.c.created < at - KEPT))
    values = {"kind": kind, "about": about, "digits": digits, "made_by": by, "created": at, "changed": at}
    made = insert(check_calls).values(**values, state=RINGING, reason="", over=False)
    number = int(connection.scalars(made.returning(check_calls.c.id)).one())
    note(connection, at, by, _ASKED[kind], f"check {number}" + (f", counsellor {about}" if about else ""))
    return number


def note_check(connection: Connection, number: int, state: str, at: datetime, reason: str = "") -> bool:
    """Whether that is news of the call."""
    mine = (check_calls.c.id == number, check_calls.c.state.in_(_BEFORE[state]))
    over = {"over": True} if state in {BUSY, NO_ANSWER, FAILED} else {}
    values = {"state": state, "reason": reason, "changed": at, **over}
    return connection.execute(update(check_calls).where(*mine).values(**values)).rowcount == 1


def end_check(connection: Connection, number: int, at: datetime) -> None:
    """The call is over, whatever it has proved."""
    mine = (check_calls.c.id == number, check_calls.c.over.is_(False))
    connection.execute(update(check_calls).where(*mine).values(over=True, changed=at))


def find_check(connection: Connection, number: int) -> CheckCall | None:
    """The call of that id."""
    row = connection.execute(select(check_calls).where(check_calls.c.id == number)).one_or_none()
    return _read(row) if row else None


def last_of(connection: Connection, kind: str) -> CheckCall | None:
    """The last call of that kind."""
    query = select(check_calls).where(check_calls.c.kind == kind).order_by(check_calls.c.id.desc())
    row = connection.execute(query.limit(1)).one_or_none()
    return _read(row) if row else None


def last_checks(connection: Connection, kind: str = TEST) -> Mapping[str, CheckCall]:
    """The last call of that kind about everybody who had one, by their key."""
    mine = (check_calls.c.kind == kind, check_calls.c.about != "")
    newest = select(func.max(check_calls.c.id)).where(*mine).group_by(check_calls.c.about)
    rows = connection.execute(select(check_calls).where(check_calls.c.id.in_(newest)))
    return {row.about: _read(row) for row in rows}


def confirmed_tests(connection: Connection) -> Mapping[str, datetime]:
    """When a counsellor's phone was last proved to be reached, by their key."""
    proved = (check_calls.c.kind == TEST, check_calls.c.state == CONFIRMED, check_calls.c.about != "")
    query = select(check_calls.c.about, func.max(check_calls.c.changed)).where(*proved)
    return {row[0]: row[1] for row in connection.execute(query.group_by(check_calls.c.about))}


def last_greeting(connection: Connection) -> datetime | None:
    """When somebody last picked up a call that says what callers hear first."""
    heard = (check_calls.c.kind == WELCOME, check_calls.c.state == ANSWERED)
    query = select(check_calls.c.changed).where(*heard).order_by(check_calls.c.id.desc())
    return connection.scalar(query.limit(1))


def _read(row: Row[tuple[object, ...]]) -> CheckCall:
    return CheckCall(*(getattr(row, each.name) for each in fields(CheckCall)))

"""PostgreSQL's way to new tables while others read and write them: step by step, and never in their way."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from ivr.storage.errors import StorageError
from ivr.storage.schema import LOCK, present, steps_after, upgrade_to

_LOG = logging.getLogger(__name__)
_HELD = frozenset({"55P03", "40P01"})  # PostgreSQL's codes for a lock that is not to be had, and a deadlock


@dataclass(frozen=True, slots=True)
class Waits:
    """In seconds: for one lock, behind which everybody else stands; until the next try; in all for a step."""

    lock: float = 0.5
    pause: float = 1.5
    longest: float = 60.0


def upgrade_in_steps(engine: Engine, waits: Waits | None = None) -> tuple[str, str]:
    """Go every step that is missing, each in a transaction of its own; the numbers before and after.

    Several may do it at once: the others wait for the first. A step may take as long as it takes, but waits
    for a lock only briefly, again and again. StorageError if somebody keeps it for too long: steps gone are
    gone, and the next time goes on from there.
    """
    limits = waits or Waits()
    with engine.connect() as connection:
        connection.detach()  # closed afterwards, and with it what is set here and the lock
        _prepare(connection, limits)
        before = present(connection)
        connection.commit()
        for version in steps_after(before):
            _patiently(lambda to=version: _go(connection, to), limits, version)  # type: ignore[misc]
        return before, present(connection)


def _prepare(connection: Connection, limits: Waits) -> None:
    for setting in ("statement_timeout = 0", "lock_timeout = 0"):
        connection.execute(text(f"SET {setting}"))
    connection.execute(text(f"SELECT pg_advisory_lock({LOCK})"))
    connection.execute(text(f"SET lock_timeout = {round(limits.lock * 1000)}"))
    connection.commit()


def _go(connection: Connection, version: str) -> None:
    with connection.begin():
        upgrade_to(connection, version)


def _patiently(step: Callable[[], None], limits: Waits, version: str) -> None:
    until, told = monotonic() + limits.longest, False
    while True:
        try:
            return step()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") not in _HELD:
                raise
            if monotonic() >= until:
                raise StorageError(_held(version)) from error
        if not told:
            _LOG.warning("Somebody uses the tables of step %s (a backup?): it is tried again", version)
        told = True
        sleep(limits.pause)


def _held(version: str) -> str:
    return (
        f"DATABASE_URL: somebody has the tables of step {version} in use (a backup, or a session that was "
        "left open?); what was done stays done, callers are served: once it is over, run again: ivr migrate"
    )

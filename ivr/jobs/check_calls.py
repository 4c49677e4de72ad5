"""Calls that only check whether a phone can be reached: "call me now", and a test ring to a counsellor."""

import logging
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from sqlalchemy import Connection, Engine

from ivr.privacy import hashed
from ivr.storage import check_calls
from ivr.storage.check_calls import BUSY, FAILED, NO_ANSWER, RINGING, TEST, WELCOME, CheckCall
from ivr.storage.engine import reading, writing
from ivr.storage.tallies import count

_LOG = logging.getLogger(__name__)
RING_SECONDS = 30
ALL_AN_HOUR, ONES_AN_HOUR, TO_ONE_AN_HOUR = 30, 15, 5
#: Whatever a network has not told after so long it will not tell any more.
UNTOLD_AFTER = timedelta(minutes=3)
_HOUR = timedelta(hours=1)
_ENDS = {"busy": BUSY, "no-answer": NO_ANSWER, "canceled": NO_ANSWER, "failed": FAILED}
_UNTOLD = "the network has not told what became of it; see that it can reach PUBLIC_URL"
_REASONS = {
    BUSY: "the line was busy",
    NO_ANSWER: "nobody answered",
    FAILED: "the network could not reach the phone; check the number",
}


class NotRungError(Exception):
    """The phone is not rung; the message says why, for staff."""


class Phones(Protocol):
    """Rings phones for a check; raises one of `Failures`."""

    def place(self, number: str, kind: str, check: int, language: str, seconds: int) -> str:
        """Ring for so long; the network's id of the call."""


@dataclass(frozen=True, slots=True)
class Failures:
    """What `Phones` raises: of one number, and of the network, each to what staff are told of it."""

    bad_number: type[Exception]
    others: tuple[tuple[type[Exception], str], ...]


class CheckCalls:
    """Rings phones and knows what became of it; only storage is waited for, never the network.

    `allowed` gives a number as it is to be rung, E.164, None if it may not be: what can be rung by a button
    can be rung for somebody else's gain. `secret` keys the counts for one number, `pool` asks the network.
    """

    def __init__(
        self,
        engine: Engine,
        phones: Phones,
        allowed: Callable[[str], str | None],
        failures: Failures,
        now: Callable[[], datetime],
        secret: bytes,
        pool: Executor | None = None,
    ) -> None:
        self._engine, self._phones, self._allowed = engine, phones, allowed
        self._failures, self._now, self._secret = failures, now, secret
        self._pool = pool or ThreadPoolExecutor(2, thread_name_prefix="check-calls")

    def ring(self, number: str, kind: str, language: str, about: str, by: str) -> int:
        """Ring `number` (E.164) now; the check's id. `kind`: "test" asks for a key, "welcome" is a greeting.

        `about` is the counsellor's key, or empty. NotRungError, for staff to read, if it may not be rung.
        """
        if kind not in {WELCOME, TEST}:
            raise ValueError(f"kind: {kind!r} is none of {WELCOME}, {TEST}")
        found = self._allowed(number)
        if found is None:
            raise NotRungError("this number may not be rung from here; see [callback] countries")
        with writing(self._engine) as connection:
            self._count(connection, found, by)
            check = check_calls.add_check(connection, kind, about, found[-2:], by, self._now())
        self._pool.submit(self._place, found, kind, check, language)
        return check

    def state(self, check: int) -> CheckCall | None:
        """What became of it so far."""
        with reading(self._engine) as connection:
            found = check_calls.find_check(connection, check)
        if found is None or found.over or found.created > self._now() - UNTOLD_AFTER:
            return found
        return replace(found, over=True, reason=_UNTOLD if found.state == RINGING else "")

    def answered(self, check: int) -> None:
        """The phone was picked up; by whom or what is not known."""
        self._soon(partial(check_calls.note_check, number=check, state=check_calls.ANSWERED, at=self._now()))

    def confirmed(self, check: int) -> None:
        """Somebody has pressed the key."""
        self._soon(partial(check_calls.note_check, number=check, state=check_calls.CONFIRMED, at=self._now()))

    def ended(self, check: int, status: str) -> None:
        """The call is over; `status` is the network's word for how."""
        self._soon(partial(_end, check=check, status=status, at=self._now()))

    def _count(self, connection: Connection, number: str, by: str) -> None:
        """Count it, or a NotRungError; the transaction is undone by that, so nothing is counted then."""
        at = self._now()
        hour = at.astimezone(UTC).strftime("%Y-%m-%dT%H")
        limits = (
            ("everybody", ALL_AN_HOUR),
            (f"by:{by}", ONES_AN_HOUR),
            (f"to:{hashed(self._secret, number)}", TO_ONE_AN_HOUR),
        )
        for whose, limit in limits:
            if not count(connection, f"check:{whose}", hour, at + _HOUR, limit):
                raise NotRungError(f"no more than {limit} such calls in an hour; try again later")

    def _place(self, number: str, kind: str, check: int, language: str) -> None:
        try:
            self._phones.place(number, kind, check, language, RING_SECONDS)
        except self._failures.bad_number:
            self._failed(check, "the network does not ring this number; check it")
        except tuple(each for each, _ in self._failures.others) as error:
            self._failed(check, next(told for each, told in self._failures.others if isinstance(error, each)))
        except Exception:  # noqa: BLE001 (nobody would ever see it on a thread of the pool)
            _LOG.exception("A phone could not be rung for a check")
            self._failed(check, "the phone could not be rung; the log of the server says why")

    def _failed(self, check: int, reason: str) -> None:
        at = self._now()
        self._change(partial(check_calls.note_check, number=check, state=FAILED, at=at, reason=reason))

    def _soon(self, change: Callable[[Connection], object]) -> None:
        """A webhook waits for nothing; what storage does not take is not known afterwards."""
        self._pool.submit(self._change, change)

    def _change(self, change: Callable[[Connection], object]) -> None:
        try:
            with writing(self._engine) as connection:
                change(connection)
        except Exception:  # noqa: BLE001 (nobody would ever see it on a thread of the pool)
            _LOG.exception("What became of a check call could not be noted")


def _end(connection: Connection, check: int, status: str, at: datetime) -> None:
    state = _ENDS.get(status)
    if state:
        check_calls.note_check(connection, check, state, at, _REASONS[state])
    check_calls.end_check(connection, check, at)

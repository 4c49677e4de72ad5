"""The network's own records of calls and texts, which hold numbers: found and deleted over its REST API."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException

from ivr.telephony.twilio.rest import RefusedError, RestError, UnreachableError, client

PAGE = 500  # records in one answer
PACE = 0.05  # seconds between two deletions: others on the account have to ask too
LONGEST = 2400.0  # seconds for all that is old; the rest goes the next day
_LASTING = frozenset({"queued", "initiated", "ringing", "in-progress", "accepted", "sending", "receiving"})
_GONE = {requests.codes.not_found, requests.codes.conflict}  # not there any more, or not over yet

Looks = tuple[Callable[..., list[Any]], str]
"""How records of one kind are listed, and what narrows the list to those before a day."""


@dataclass(frozen=True, slots=True)
class Records:
    """The account's records of calls and texts; every method raises RefusedError or UnreachableError.

    The account may be others' too, so only those are touched in which a number of ours stands. No error holds
    the network's words, in which a number may stand.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    api_url: str
    sleep: Callable[[float], None] = time.sleep
    elapsed: Callable[[], float] = time.monotonic

    def delete_between(self, number: str, own: Iterable[str]) -> int:
        """Delete those that are over between the number and one of our own; how many."""
        pairs = [pair for each in own for pair in ((number, each), (each, number))]
        with _named():
            found = [
                record
                for listed, _ in self._kinds()
                for first, second in pairs
                for record in listed(from_=first, to=second)
                if _is_between(record, first, second)
            ]
            return sum(self._delete(each) for each in found)

    def delete_older(self, own: Iterable[str], before: datetime, most: int) -> int:
        """Delete those of our own numbers from before that day, so many at most, and slowly; how many."""
        begun, number = self.elapsed(), 0
        with _named():
            for each in self._older(own, before):
                number += self._delete(each)
                self.sleep(PACE)
                if number >= most or self.elapsed() - begun > LONGEST:
                    break
        return number

    def count_older(self, own: Iterable[str], before: datetime, most: int) -> int:
        """How many `delete_older` would delete, as far as one page of each kind and number tells."""
        mine = tuple(own)
        with _named():
            found = {
                each.sid
                for listed, until in self._kinds()
                for side in _sides(mine)
                for each in listed(**side, **{until: _day(before)}, limit=PAGE, page_size=PAGE)
                if _is_old(each, mine, before)
            }
        return min(len(found), most)

    def _older(self, own: Iterable[str], before: datetime) -> Iterator[Any]:
        """Page after page, always the first: what was on it is deleted before the next is asked for."""
        mine, seen = tuple(own), set[str]()
        for listed, until in self._kinds():
            for side in _sides(mine):
                asked = {**side, until: _day(before), "limit": PAGE, "page_size": PAGE}
                while new := [
                    each for each in listed(**asked) if each.sid not in seen and _is_old(each, mine, before)
                ]:
                    seen.update(each.sid for each in new)
                    yield from new

    def _kinds(self) -> tuple[Looks, ...]:
        account = client(self.account_sid, self.auth_token, self.api_url)
        return (account.calls.list, "end_time_before"), (account.messages.list, "date_sent_before")

    @staticmethod
    def _delete(record: Any) -> bool:
        """Whether it is deleted now; False if it is not over, or gone."""
        if record.status in _LASTING:
            return False
        try:
            return bool(record.delete())
        except TwilioRestException as error:
            if error.status in _GONE:
                return False
            raise


def _day(before: datetime) -> str:
    """A day before that one: networks differ in whether what is of the day itself is listed too."""
    return f"{before - timedelta(days=1):%Y-%m-%d}"


def _sides(own: Iterable[str]) -> Iterator[dict[str, str]]:
    for each in own:
        yield {"to": each}
        yield {"from_": each}


def _sender(record: Any) -> str:
    """Who rang or wrote: the client calls it by another name for each."""
    return str(getattr(record, "from_", None) or getattr(record, "_from", None) or "")


def _is_between(record: Any, first: str, second: str) -> bool:
    return (_sender(record), record.to) == (first, second)


def _is_old(record: Any, own: Iterable[str], before: datetime) -> bool:
    over = getattr(record, "end_time", None) or getattr(record, "date_sent", None) or record.date_created
    return over is not None and over < before and bool({record.to, _sender(record)} & set(own))


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except (TwilioException, requests.RequestException) as error:
        raise _error(error) from error


def _error(error: Exception) -> RestError:
    # A list that is refused carries the whole answer instead of the status.
    answer = error.args[-1] if error.args else None
    status = getattr(error, "status", None) or getattr(answer, "status_code", None)
    if status in {requests.codes.unauthorized, requests.codes.forbidden}:
        return RefusedError(f"the network's REST API refused the account ({status})")
    return UnreachableError(f"the network's REST API: {type(error).__name__}{f' {status}' if status else ''}")

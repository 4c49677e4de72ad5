"""Staff numbers and PINs tried by phone: limits beside each number's own, for one phone and for all."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from ivr.storage.accounts_attempts import begin_attempt, take_back
from ivr.storage.accounts_keys import Try, pin_was_right, try_pin
from ivr.storage.tallies import count, take_off

MOST_WRONG_FROM_ONE_PHONE = 9
"""In a row, whatever staff numbers they are for; withheld numbers are one phone."""
MOST_WRONG_IN_AN_HOUR = 60
"""From all phones together: whoever calls may write any number as theirs."""
_WRONG = "wrong PINs by phone"
_KNOWN_FOR = timedelta(days=1)


def try_pin_from(connection: Connection, number: str, caller: str, at: datetime) -> Try:
    """Count an attempt for that staff number as `try_pin` does, and for the phone behind `caller`, its hash.

    A phone that is locked, or too many wrong ones in this hour, use up no attempt of a number's. Commit
    before `matches`; then, if it was right, `pin_was_right_from`.
    """
    until = begin_attempt(connection, attempts_of(caller), at, MOST_WRONG_FROM_ONE_PHONE)
    if until is None and not count(connection, _WRONG, _hour(at), at + _KNOWN_FOR, MOST_WRONG_IN_AN_HOUR):
        until = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return Try(None, "", until) if until else try_pin(connection, number, at)


def pin_was_right_from(connection: Connection, number: str, caller: str, at: datetime) -> None:
    """Forget the wrong attempts for that staff number, and this one of the phone and of the hour `at`."""
    pin_was_right(connection, number)
    take_back(connection, attempts_of(caller))
    take_off(connection, _WRONG, _hour(at))


def attempts_of(caller: str) -> str:
    """The subject of a phone's attempts, by what stands for its number; "" if it was withheld."""
    return f"phone:{caller}"


def _hour(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H}"

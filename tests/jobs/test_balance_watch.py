"""Staff are told once a day while little is left on the account."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from ivr.content.service import WatchTable
from ivr.jobs.balance_watch import BalanceWatch
from ivr.storage.engine import reading
from ivr.storage.tables_notices import notices

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class AwayError(Exception):
    """The network does not answer."""


@dataclass(frozen=True)
class Left:
    amount: Decimal
    currency: str = "ZAR"


@dataclass
class Account:
    """What is left there, or nothing that can be told; `asked` counts."""

    left: str = "20"
    asked: int = 0
    at: datetime = NOON

    def balance(self) -> Left:
        self.asked += 1
        if not self.left:
            raise AwayError
        return Left(Decimal(self.left))

    def now(self) -> datetime:
        return self.at


def watch(engine: Engine, account: Account, low: int = 10) -> BalanceWatch:
    table = WatchTable(low_balance=low)
    zone = ZoneInfo("Africa/Johannesburg")
    return BalanceWatch(engine, lambda: table, account.balance, (AwayError,), lambda: zone, account.now)


def told(engine: Engine) -> list[tuple[str, str]]:
    """The day and the balance of each notice."""
    with reading(engine) as connection:
        rows = connection.execute(select(notices.c.key, notices.c.facts).order_by(notices.c.id))
        return [(row.key, row.facts["balance"]) for row in rows]


@pytest.mark.parametrize(("left", "expected"), [("10", []), ("9.994", [("2026-01-05", "9.99 ZAR")])])
def test_too_little_is_told(either_engine: Engine, left: str, expected: list[tuple[str, str]]) -> None:
    watch(either_engine, Account(left)).work()

    assert expected == told(either_engine)


def test_it_is_told_once_a_day_of_the_helpline_and_not_asked_again_that_day(either_engine: Engine) -> None:
    account = Account("3")
    for _ in range(12):
        watch(either_engine, account).work()
        account.at += timedelta(hours=1)

    assert [("2026-01-05", "3.00 ZAR"), ("2026-01-06", "3.00 ZAR")] == told(either_engine)
    assert 2 == account.asked


def test_a_network_that_does_not_tell_is_asked_again_later(either_engine: Engine) -> None:
    account = Account("")
    watch(either_engine, account).work()
    account.left = "3"
    watch(either_engine, account).work()

    assert [("2026-01-05", "3.00 ZAR")] == told(either_engine)


def test_off_nobody_is_asked(tmp_path: Path, either_engine: Engine) -> None:
    account = Account("0")
    watch(either_engine, account, low=0).work()

    assert ([], 0) == (told(either_engine), account.asked)

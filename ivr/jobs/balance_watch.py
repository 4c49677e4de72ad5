"""Staff are told, once a day, while little is left on the telephone account."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from ivr.content.service import WatchTable
from ivr.jobs.notices import notify
from ivr.jobs.queue import Task
from ivr.storage.engine import reading, writing
from ivr.storage.notices import is_kept

_LOG = logging.getLogger(__name__)
TASK, LOOK_EVERY = "balance", 3600.0  # seconds


class Left(Protocol):
    """What is left on the account."""

    @property
    def amount(self) -> Decimal:
        """So much."""

    @property
    def currency(self) -> str:
        """Of that currency."""


@dataclass(frozen=True, slots=True)
class BalanceWatch:
    """Asks what is left, if `table` wants to know; `failures` is what `balance` raises."""

    engine: Engine
    table: Callable[[], WatchTable]
    balance: Callable[[], Left]
    failures: tuple[type[Exception], ...]
    zone: Callable[[], ZoneInfo]
    now: Callable[[], datetime]

    def task(self) -> Task:
        """What is to run."""
        return Task(TASK, self.work, LOOK_EVERY, threads=1)

    def work(self) -> None:
        """Ask, and have staff told if there is too little."""
        least = self.table().low_balance
        day = f"{self.now().astimezone(self.zone()):%Y-%m-%d}"
        if not least or self._told(day):
            return
        try:
            left = self.balance()
        except self.failures as error:
            _LOG.warning("What is left on the account is not known: %s", error)
            return
        if left.amount < least:
            with writing(self.engine) as connection:
                notify(connection, "low-balance", day, balance=f"{left.amount:.2f} {left.currency}")

    def _told(self, day: str) -> bool:
        with reading(self.engine) as connection:
            return is_kept(connection, "low-balance", day)

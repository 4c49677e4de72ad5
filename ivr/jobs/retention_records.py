"""The provider's own records of our calls and texts, which hold numbers: old ones are deleted there."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ivr.content.service import Service

_LOG = logging.getLogger(__name__)
KIND = "calls and texts at the provider"
MOST = 20_000
"""In one day: whoever has more begins late, and is through after some days."""


class Provider(Protocol):
    """The network's records; both raise errors of its own when it does not answer."""

    def delete_older(self, own: Iterable[str], before: datetime, most: int) -> int:
        """Delete those of our numbers from before that day; how many."""

    def count_older(self, own: Iterable[str], before: datetime, most: int) -> int:
        """How many there are, as far as a first look tells."""


@dataclass(frozen=True, slots=True)
class OldRecords:
    """Records of calls and texts in which a number of ours stands; without a `provider` nobody has any.

    `failures` are the provider's errors; what cannot be deleted today is tomorrow.
    """

    provider: Provider | None
    number: str
    service: Callable[[], Service]
    failures: tuple[type[Exception], ...]

    def delete(self, at: datetime) -> tuple[int, str]:
        """How many were deleted, and why that is not known."""
        return self._asked(self.provider.delete_older, at) if self.provider else (0, "")

    def count(self, at: datetime) -> tuple[int, str]:
        """The same, of what `delete` would do."""
        return self._asked(self.provider.count_older, at) if self.provider else (0, "")

    def _asked(self, ask: Callable[[Iterable[str], datetime, int], int], at: datetime) -> tuple[int, str]:
        service = self.service()
        days = service.retention.provider_records
        if not days:
            return 0, ""
        try:
            return ask(own_numbers(self.number, service), at - timedelta(days=days), MOST), ""
        except self.failures as error:
            _LOG.warning("The provider's records could not be deleted (%s)", type(error).__name__)
            return 0, str(error)


def own_numbers(number: str, service: Service) -> tuple[str, ...]:
    """Every number of the helpline's: callers', those that ring back, and staff's."""
    return number, *service.missed_call.numbers, *service.staff.numbers

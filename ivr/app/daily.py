"""What the helpline looks at by itself every day, put together from the settings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from ivr.content.service import WatchTable
from ivr.jobs.balance_watch import BalanceWatch
from ivr.jobs.publication import Publication
from ivr.jobs.queue import Task
from ivr.jobs.self_test import SelfTest
from ivr.settings import Settings
from ivr.telephony.twilio.balance import purse_of
from ivr.telephony.twilio.check_calls import CheckPhones
from ivr.telephony.twilio.leg_phones import Calls
from ivr.telephony.twilio.rest import RestError
from ivr.telephony.twilio.urls import Urls


@dataclass(frozen=True, slots=True)
class DailyParts:
    """What daily looks are made of; `calls` is the network's REST API for calls from a number of ours."""

    settings: Settings
    engine: Engine
    now: Callable[[], datetime]
    publication: Publication
    calls: Callable[[str], Calls]

    def self_test(self) -> SelfTest:
        """What rings the helpline."""
        return SelfTest(
            engine=self.engine,
            table=self._table,
            number=self.settings.helpline_number,
            language=lambda: self.publication.current().helpline.default_language,
            phones=CheckPhones(
                lambda: self.calls(self._table().self_test_from), Urls(self.settings.public_url)
            ),
            failures=(RestError,),
            zone=self._zone,
            now=self.now,
        )

    def tasks(self, test: SelfTest) -> Iterator[Task]:
        """What is to run; on our own exchange, which never fails and costs nothing, that is nothing."""
        purse = purse_of(self.settings)
        if purse:
            yield test.task()
            yield BalanceWatch(self.engine, self._table, purse, (RestError,), self._zone, self.now).task()

    def _table(self) -> WatchTable:
        return self.publication.current().content.service.watch

    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.publication.current().content.helpline.zone)

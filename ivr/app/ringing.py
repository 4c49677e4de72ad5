"""Ringing counsellors for callers in queues, put together from the settings."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from ivr.app.outbound import tolls_now
from ivr.app.who import helpline_of
from ivr.jobs.departures import Departures
from ivr.jobs.misses import Misses
from ivr.jobs.notices import notify
from ivr.jobs.own_duty import OwnDuty
from ivr.jobs.publication import Publication
from ivr.jobs.queue import Task
from ivr.jobs.ring_orders import Floor
from ivr.jobs.ring_purge import purge_queues
from ivr.jobs.ring_work import Helpers
from ivr.jobs.ringing import Ringing
from ivr.journal.snapshot import Snapshot
from ivr.settings import Settings
from ivr.telephony.exchange.address import read_address
from ivr.telephony.twilio.leg_phones import Calls, LegPhones
from ivr.telephony.twilio.rest import RestError, UnreachableError
from ivr.telephony.twilio.rest_calls import BadNumberError, RestCalls
from ivr.telephony.twilio.urls import Urls

PURGE_EVERY = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class RingParts:
    """What ringing is made of; `calls` is the network's REST API wherever it is just now."""

    settings: Settings
    engine: Engine
    now: Callable[[], datetime]
    secret: bytes
    publication: Publication
    snapshot: Snapshot
    calls: Callable[[], Calls]

    def ringing(self, pool: Executor | None = None) -> Ringing:
        """Ringing, not started; `pool` is where the network is asked, by default threads."""
        helpers = Helpers(
            phones=self._phones(),
            floor=self._floor,
            now=self.now,
            misses=Misses(lambda: self._floor().ring.misses, OwnDuty(self._zone())),
            notify=notify,
            bad_number=BadNumberError,
            failures=(RestError,),
            storage_away=lambda: self.snapshot.away,
        )
        return Ringing(self.engine, helpers, self._departures(), self.secret, pool)

    def purging(self) -> Task:
        """The task that deletes what is left of waiting at the network."""
        return Task("purge_queues", self.purge, PURGE_EVERY, threads=1)

    def purge(self) -> timedelta | None:
        """Delete queues whose calls are over."""
        purge_queues(self.engine, self._phones(), self.now, (RestError,))
        return None

    def _phones(self) -> LegPhones:
        return LegPhones(self.calls, Urls(self.settings.public_url))

    def _departures(self) -> Departures:
        return Departures(self.settings.data_dir / "departures")

    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.publication.current().content.helpline.zone)

    def _floor(self) -> Floor:
        published = self.publication.current()
        helpline, _ = helpline_of(self.settings, published, self.snapshot.current())
        return Floor(helpline, published.content.service.ring)


def calls_from(
    settings: Settings, account: tuple[str, str], publication: Publication, number: str
) -> RestCalls:
    """The same as `calls_of`, for calls that another number of ours makes."""
    return replace(calls_of(settings, account, publication), number=number)


def calls_of(settings: Settings, account: tuple[str, str], publication: Publication) -> RestCalls:
    """The provider's calls, or our exchange's wherever it is just now; UnreachableError if it is nowhere."""
    (sid, token), tolls = account, tolls_now(settings, publication)
    if not settings.exchange_mode:
        return RestCalls(sid, token, settings.api_url, settings.helpline_number, tolls)
    address = read_address(settings.data_dir)
    if address is None:
        raise UnreachableError("the exchange is not running")
    return RestCalls(sid, token, address.url, settings.helpline_number, tolls)

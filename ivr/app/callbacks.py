"""Call-backs and missed calls, put together from the settings."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from ivr.app.outbound import tolls_now
from ivr.app.who import helpline_of
from ivr.jobs.callback_orders import Failures, Terms
from ivr.jobs.callbacks import CallBackHelpers, CallBacks, Legs
from ivr.jobs.missed_calls import RingBacks
from ivr.jobs.notices import notify
from ivr.jobs.publication import Publication
from ivr.jobs.queue import Task
from ivr.jobs.untold import Untold
from ivr.journal.sealing import Sealing
from ivr.journal.snapshot import Snapshot
from ivr.settings import Settings
from ivr.telephony.twilio.callback_phones import CallBackPhones
from ivr.telephony.twilio.leg_phones import Calls
from ivr.telephony.twilio.rest import RefusedError
from ivr.telephony.twilio.rest_calls import AccountLimitError, BadNumberError, ImpossibleError
from ivr.telephony.twilio.urls import Urls

LOOK_EVERY = 5.0  # seconds
TELL_EVERY = 2.0  # seconds
_FAILURES = Failures((BadNumberError,), (AccountLimitError, RefusedError, ImpossibleError))


@dataclass(frozen=True, slots=True)
class Promised:
    """What rings callers as they were promised, not started."""

    callbacks: CallBacks
    ring_backs: RingBacks
    untold: Untold

    def tasks(self) -> tuple[Task, ...]:
        """Whom to ring now, in any process; and what webhooks have told this one."""
        return (
            Task("keep_callbacks", self.callbacks.look, LOOK_EVERY, threads=1),
            Task("ring_back", self.ring_backs.look, LOOK_EVERY, threads=1),
            Task("note_callbacks", self._tell, TELL_EVERY, threads=1, memory=True),
        )

    def _tell(self) -> timedelta | None:
        self.untold.tell()
        return None


@dataclass(frozen=True, slots=True)
class CallBackParts:
    """What call-backs are made of; `calls` is the network's REST API wherever it is just now."""

    settings: Settings
    engine: Engine
    now: Callable[[], datetime]
    sealing: Sealing
    publication: Publication
    snapshot: Snapshot
    calls: Callable[[], Calls]

    def promised(self, legs: Legs) -> Promised:
        """What rings callers; `legs` is told of counsellors' phones."""
        phones = CallBackPhones(self.calls, Urls(self.settings.public_url))
        untold = Untold(self.engine)
        wrap_up = self.publication.current().content.service.ring.wrap_up_seconds
        helpers = CallBackHelpers(
            phones=phones,
            legs=legs,
            terms=partial(terms, self.settings, self.publication, self.snapshot),
            now=self.now,
            sealing=self.sealing,
            notify=notify,
            failures=_FAILURES,
            wrap_up=timedelta(seconds=wrap_up),
            may_ring=lambda number: tolls_now(self.settings, self.publication).allow(number),
        )
        ring_backs = RingBacks(self.engine, untold, phones, self.sealing, _FAILURES, self.now)
        return Promised(CallBacks(self.engine, helpers, untold), ring_backs, untold)


def terms(settings: Settings, publication: Publication, snapshot: Snapshot) -> Terms:
    """The helpline of this moment, from memory."""
    published = publication.current()
    helpline, _ = helpline_of(settings, published, snapshot.current())
    return Terms(helpline, published.content.service.callback, ZoneInfo(published.content.helpline.zone))

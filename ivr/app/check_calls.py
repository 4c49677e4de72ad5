"""Calls that only check whether a phone can be reached, put together from the settings."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from ivr.jobs.check_calls import CheckCalls, Failures
from ivr.jobs.numbers import numbers_for
from ivr.jobs.publication import Publication
from ivr.journal.snapshot import Snapshot
from ivr.settings import Settings, is_e164
from ivr.telephony.twilio.check_calls import CheckDesk, CheckPhones
from ivr.telephony.twilio.desk import Desk
from ivr.telephony.twilio.leg_phones import Calls
from ivr.telephony.twilio.rest import RefusedError, RestError, UnreachableError
from ivr.telephony.twilio.rest_calls import AccountLimitError, BadNumberError
from ivr.telephony.twilio.urls import Urls

FAILURES = Failures(
    BadNumberError,
    (
        (AccountLimitError, "the account has as many calls as it may; try again in a minute"),
        (RefusedError, "the network refuses the account; see the settings check"),
        (UnreachableError, "the network does not answer; try again in a minute"),
        (RestError, "the network does not make this call"),
    ),
)


@dataclass(frozen=True, slots=True)
class CheckParts:
    """What check calls are made of; `calls` is the network's REST API wherever it is just now."""

    settings: Settings
    engine: Engine
    now: Callable[[], datetime]
    secret: bytes
    publication: Publication
    snapshot: Snapshot
    calls: Callable[[], Calls]

    def checks(self, pool: Executor | None = None) -> CheckCalls:
        """What rings; `pool` is where the network is asked, by default threads of its own."""
        phones = CheckPhones(self.calls, Urls(self.settings.public_url))
        return CheckCalls(self.engine, phones, self.allowed, FAILURES, self.now, self.secret, pool)

    def allowed(self, number: str) -> str | None:
        """The number, if staff may have it rung: a counsellor's, or one that callers could ask us to ring.

        On our own exchange nothing costs anything, so there it is any number but the helpline's own.
        """
        service = self.publication.current().content.service
        own = (self.settings.helpline_number, *service.missed_call.numbers, *service.staff.numbers)
        if number in own:
            return None
        people = self.snapshot.current().people
        if any(each.phone == number for each in people) or (self.settings.exchange_mode and is_e164(number)):
            return number
        return numbers_for(self.settings.helpline_number, service.callback.countries, own).told(number)


def check_desk(desk: Desk, checks: CheckCalls) -> CheckDesk:
    """How the webhooks of check calls see the world and act on it."""
    return CheckDesk(desk.urls, desk.now, desk.world, checks)

"""Numbers that reject a call and ring back, so that a caller without airtime pays nothing."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ivr.content.service import MissedCallTable
from ivr.jobs.numbers import numbers_for
from ivr.privacy import hashed
from ivr.telephony.twilio import verbs
from ivr.telephony.twilio.desk import PromiseNotKeptError
from ivr.telephony.twilio.parameters import Parameters, call_id

_LOG = logging.getLogger(__name__)


class KeepMissedCall(Protocol):
    """Makes the ringing back safe, or raises PromiseNotKeptError; beyond the limits nothing is promised."""

    def __call__(
        self,
        call: str,
        number: str,
        language: str,
        caller: str,
        at: datetime,
        *,
        per_day: int,
        per_hour: int,
    ) -> None:
        """`number` is E.164, `caller` its keyed hash."""


@dataclass(frozen=True, slots=True)
class MissedDesk:
    """How missed calls are seen: the settings of the moment, and where a promise is kept.

    `own` are the helpline's other numbers, which are not rung back whoever pretends to call from them.
    """

    helpline_number: str
    table: Callable[[], MissedCallTable]
    language: Callable[[], str]
    now: Callable[[], datetime]
    keep: KeepMissedCall
    secret: bytes = field(repr=False)
    own: Callable[[], Collection[str]] = tuple


def missed(desk: MissedDesk, parameters: Parameters) -> str | None:
    """The document for a call to a number that rings back; None for every other call.

    The call is rejected in any case; it is rung back if its number may be, and was not withheld.
    """
    table = desk.table()
    if parameters.get("To", "") not in table.numbers:
        return None
    numbers = numbers_for(desk.helpline_number, table.countries, (*table.numbers, *desk.own()))
    number = numbers.told(parameters.get("From", ""))
    call = call_id(parameters)
    if number is None or call is None:
        _LOG.warning("A missed call is not rung back: its number is withheld or not allowed")
    else:
        _keep(desk, table, call, number)
    return verbs.document("<Reject/>")


def _keep(desk: MissedDesk, table: MissedCallTable, call: str, number: str) -> None:
    caller = hashed(desk.secret, number)
    limits = {"per_day": table.per_day, "per_hour": table.per_hour}
    try:
        desk.keep(call, number, desk.language(), caller, desk.now(), **limits)
    except PromiseNotKeptError:
        _LOG.exception("A missed call could not be kept; it is not rung back")

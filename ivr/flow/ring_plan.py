"""Whom to ring next for a caller; finite by construction, and all of it decided here."""

from dataclasses import replace
from datetime import datetime

from ivr.flow.call import Call, Kind, at_place
from ivr.flow.helpline import Helpline
from ivr.flow.turns import Dial

FALLBACK = "0"
NETWORK_SECONDS = 5
"""A network rings a phone about this much longer than asked (twilio.com/docs/voice/twiml/dial)."""


def rings_in_a_try(helpline: Helpline) -> int:
    """How many phones can ring one after the other before a promise is offered."""
    each = helpline.limits.ring_seconds + NETWORK_SECONDS
    return max(1, helpline.limits.ring_total // each)


def next_person(helpline: Helpline, call: Call, at: datetime) -> str | None:
    """The key of the person to ring now, least rung first; None when this try is over.

    One phone rings at most once in a try, and at most `limits.tries` times for one caller.
    """
    if call.tries > helpline.limits.tries or call.rings >= rings_in_a_try(helpline):
        return None
    people = [each.key for each in helpline.roster.on_duty(at, call.language)]
    if helpline.fallback_number:
        people.append(FALLBACK)
    waiting = [key for key in people if call.rung.count(key) < call.tries]
    return min(waiting, key=call.rung.count, default=None)


def ring(helpline: Helpline, call: Call, person: str) -> tuple[Call, Dial]:
    """The call while `person` is being rung, and the ringing itself."""
    ringing = replace(at_place(call, Kind.RING), rung=(*call.rung, person), rings=call.rings + 1)
    return ringing, Dial(person, helpline.limits.ring_seconds)

"""Whom to ring next for a caller; finite by construction, and all of it decided here."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from ivr.flow.call import Call, Kind, at_place
from ivr.flow.helpline import Helpline
from ivr.flow.turns import Dial

FALLBACK = "0"
NETWORK_SECONDS = 5
"""A network rings a phone about this much longer than asked (twilio.com/docs/voice/twiml/dial)."""
LEAD_SECONDS = 6
"""What the caller hears before a phone rings."""
SCREENING_SECONDS = 30
"""A voicemail box that is asked twice for the key, and says nothing."""
SHORTEST_RING = 10
MOST_IN_A_WAIT = 2
MOST_IN_A_CALL = 3
"""How often one phone rings for one caller, whichever way it is rung."""


def seconds_to_ring(helpline: Helpline, call: Call) -> int:
    """How long the next phone may ring, so that even a voicemail box ends in time; 0: this try is over.

    The first phone of a try always rings.
    """
    limits = helpline.limits
    left = limits.ring_total - call.spent - LEAD_SECONDS - NETWORK_SECONDS - SCREENING_SECONDS
    if left < SHORTEST_RING and call.spent:
        return 0
    return min(limits.ring_seconds, max(SHORTEST_RING, left))


def next_person(helpline: Helpline, call: Call, at: datetime) -> str | None:
    """The key of the person to ring now, least rung first; None when this try is over.

    One phone rings at most once in a try, and at most MOST_IN_A_CALL times for one caller.
    """
    if call.tries > helpline.limits.tries or not seconds_to_ring(helpline, call):
        return None
    on_duty = helpline.roster.on_duty(at, call.language)
    people = [each.key for each in on_duty if each.key not in helpline.engaged]
    if helpline.fallback_number:
        people.append(FALLBACK)
    waiting = [key for key in people if call.rung.count(key) < call.tries]
    left = [key for key in waiting if times_rung(call, key) < MOST_IN_A_CALL]
    return min(left, key=partial(times_rung, call), default=None)


def times_rung(call: Call, person: str) -> int:
    """How often that phone has rung for the caller; at most, if what was done for the queue is not known."""
    if call.rung_in_queue is None:
        entries = call.wait.entry if call.wait else 0
        return call.rung.count(person) + min(MOST_IN_A_WAIT * entries, MOST_IN_A_CALL)
    return call.rung.count(person) + call.rung_in_queue.count(person)


def ring(helpline: Helpline, call: Call, person: str) -> tuple[Call, Dial]:
    """The call while `person` is being rung, and the ringing itself."""
    seconds = seconds_to_ring(helpline, call)
    spent = call.spent + LEAD_SECONDS + seconds + NETWORK_SECONDS
    return replace(at_place(call, Kind.RING), rung=(*call.rung, person), spent=spent), Dial(person, seconds)


def screened(call: Call, seconds: int | None) -> Call:
    """The call after a phone was picked up without accepting, for `seconds` if the network tells."""
    took = SCREENING_SECONDS if seconds is None else seconds
    return replace(call, spent=call.spent + took)

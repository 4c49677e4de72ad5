"""A caller's way to a person when even the flow has failed."""

import logging
from dataclasses import replace

from ivr.flow.call import Call, Kind, Place
from ivr.flow.codec import encode
from ivr.flow.turns import Play
from ivr.telephony.twilio.desk import Desk, World
from ivr.telephony.twilio.trouble import SoundsInTrouble, last_resort, trouble

_LOG = logging.getLogger(__name__)
LAST_RING_SECONDS = 20
LOST = "x"  # in URLs: nothing that a network tells, so the place decides how it goes on


def ring_without_flow(desk: Desk, world: World, call: Call) -> str:
    """The flow cannot be trusted any more, so this rings whoever is on duty and ends in words.

    With nobody to ring, the flow is tried again, as often as a caller may look for a person.
    """
    phones, sounds = _phones(desk, world, call), SoundsInTrouble(world.sounds)
    said = (Play("trouble", call.language),)
    if not phones and call.tries < world.helpline.limits.tries:
        again = replace(call, place=Place(Kind.RING), tries=call.tries + 1)
        return trouble(said, desk.urls.turn(LOST, call.language, encode(again)), sounds)
    return last_resort(
        said,
        phones,
        sounds,
        caller_id=desk.caller_id,
        seconds=LAST_RING_SECONDS,
        screen=desk.urls.screen(call.language, encode(replace(call, place=Place(Kind.RING)))),
        afterwards=(Play("trouble.nobody", call.language), Play("goodbye", call.language)),
    )


def _phones(desk: Desk, world: World, call: Call) -> tuple[str, ...]:
    fallback = (world.helpline.fallback_number,) if world.helpline.fallback_number else ()
    try:
        people = world.helpline.roster.on_duty(desk.now(), call.language)
    except Exception:  # noqa: BLE001 (whatever it is, the fallback number is rung)
        _LOG.exception("The roster failed")
        return fallback
    return (*(each.phone for each in people), *fallback)

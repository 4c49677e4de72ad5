"""The webhooks of phones that Dial rings for a caller: only a key 1 there lets the two be connected."""

import logging
from dataclasses import replace

from ivr.flow.call import Call
from ivr.flow.call_note import TAKEN, CallWord
from ivr.flow.codec import encode
from ivr.flow.events import Answered
from ivr.flow.screening import Accept, Ask, Leg, screen
from ivr.telephony.twilio import urls as to
from ivr.telephony.twilio.conversation import Asked, read_call
from ivr.telephony.twilio.desk import Desk, World
from ivr.telephony.twilio.parameters import gathered
from ivr.telephony.twilio.screening import render_accepted, render_declined, render_screen
from ivr.telephony.twilio.trouble import SoundsInTrouble

_LOG = logging.getLogger(__name__)


def screening_turn(desk: Desk, asked: Asked) -> str:
    """The document for a counsellor's leg: only their key 1 lets it end in a connection."""
    world = desk.world()
    sounds = SoundsInTrouble(world.sounds)
    try:
        return _screened(desk, replace(world, sounds=sounds), asked)
    except Exception:  # noqa: BLE001 (whatever it is, the caller is not connected, and the next phone rings)
        _LOG.exception("A screening failed: %s", asked.what)
        return render_declined((), sounds)


def _screened(desk: Desk, world: World, asked: Asked) -> str:
    call = read_call(world, asked)
    at = desk.now()
    leg = Leg(_language_of(world, call), call.language, call.topic, call.place.part)
    event = gathered(asked.parameters, at) if asked.what == to.SCREENED else Answered(at)
    leg, said = screen(world.helpline, leg, event)
    if isinstance(said, Ask):
        state = encode(replace(call, place=replace(call.place, part=leg.asked)))
        action = desk.urls.screened(call.language, state)
        return render_screen(said.plays, action, world.sounds, said.timeout)
    if isinstance(said, Accept):
        caller = asked.parameters.get("ParentCallSid", "")
        desk.by_dial.accepted(caller)
        desk.noted(CallWord(caller, TAKEN, at))
        return render_accepted((), world.sounds)
    return render_declined(said.plays, world.sounds)


def _language_of(world: World, call: Call) -> str:
    """The counsellor's own language if it has sound, else the caller's."""
    spoken = world.people.languages(call.rung[-1]) if call.rung else ()
    return next((each for each in spoken if each in world.helpline.languages), call.language)

"""What is heard: Play, Say and Pause, on their own and inside Gather."""

import asyncio

from ivr.telephony.exchange.errors import HungUp, TwimlError
from ivr.telephony.exchange.leg import Leg, Outcome, Sound
from ivr.telephony.exchange.races import done_before
from ivr.telephony.exchange.twiml import Verb

MOST_LOOPS = 1000  # what Twilio makes of loop="0"


async def play(leg: Leg, verb: Verb) -> Outcome:
    """A sound, from its beginning to its end, as often as asked."""
    sound = await _fetch(leg, verb.text)
    for _ in range(verb.number("loop", 1) or MOST_LOOPS):
        await hear(leg, sound)
    return None


async def say(leg: Leg, verb: Verb) -> Outcome:
    """Words the network reads out by itself."""
    for _ in range(verb.number("loop", 1) or MOST_LOOPS):
        await hear(leg, leg.network.spoken(verb.text, verb.get("language", "en-US")))
    return None


async def pause(leg: Leg, verb: Verb) -> Outcome:
    """Silence."""
    await rest(leg, verb.number("length", 1))
    return None


async def hear(leg: Leg, sound: Sound) -> str | None:
    """The sound on this leg, which is no longer quiet."""
    leg.quiet = 0
    return await leg.line.hear(sound)


async def rest(leg: Leg, seconds: float) -> str | None:
    """Silence on this leg; time that passes is no endless loop either."""
    if seconds > 0:
        leg.quiet = 0
    return await leg.line.rest(seconds)


async def prepare(leg: Leg, verbs: tuple[Verb, ...]) -> list[Sound | float]:
    """All that is nested in a Gather, fetched before the first is heard; numbers are seconds of silence."""
    ready: list[Sound | float] = []
    for verb in verbs:
        times = verb.number("loop", 1) or MOST_LOOPS
        ready.extend([await _one(leg, verb)] * times)
    return ready


async def _one(leg: Leg, verb: Verb) -> Sound | float:
    if verb.name == "Pause":
        return float(verb.number("length", 1))
    if verb.name == "Say":
        return leg.network.spoken(verb.text, verb.get("language", "en-US"))
    try:
        return await _fetch(leg, verb.text)
    except TwimlError as error:
        raise TwimlError(13325, f"in Gather: {error.message}", leg.document.text, error.url) from error


async def _fetch(leg: Leg, url: str) -> Sound:
    asked = asyncio.ensure_future(leg.network.sound(leg.document.absolute(url)))
    try:
        if not await done_before(asked, leg.line.hung_up()):
            raise HungUp
        return asked.result()
    finally:
        asked.cancel()  # nobody is left to hear it; when it is there, this does nothing

"""Gather: keys during what is nested and for `timeout` seconds after it, or after the last key."""

from ivr.telephony.exchange.leg import Leg, Listening, Outcome
from ivr.telephony.exchange.playing import hear, prepare, rest
from ivr.telephony.exchange.targets import action_or_same
from ivr.telephony.exchange.twiml import Verb


async def gather(leg: Leg, verb: Verb) -> Outcome:
    """The action with the digits; nothing pressed falls through, unless an empty result was asked for."""
    sounds = await prepare(leg, verb.nested)
    asked = Listening(verb.number("timeout", 5), verb.number("numDigits", 0), verb.get("finishOnKey", "#"))
    leg.line.listen(asked)
    try:
        key = None
        for each in sounds:
            key = await (rest(leg, each) if isinstance(each, float) else hear(leg, each))
            if key is not None:
                break
        digits = await _collect(leg, asked, key)
    finally:
        leg.line.deafen()
    if not digits and not verb.flag("actionOnEmptyResult"):
        return None
    return action_or_same(leg, verb, {"Digits": digits})


async def _collect(leg: Leg, asked: Listening, key: str | None) -> str:
    digits = ""
    if key is None:
        leg.line.show("silence", {"seconds": asked.seconds})
        key = await rest(leg, asked.seconds)
    while key is not None and key != asked.finish:
        digits += key
        if len(digits) == asked.digits:
            break
        key = await rest(leg, asked.seconds)
    return digits

"""The URLs a verb names: what is asked next, and who watches."""

from collections.abc import Mapping

from ivr.telephony.exchange.leg import Go, Leg, Watch
from ivr.telephony.exchange.twiml import Verb


def action(leg: Leg, verb: Verb, said: Mapping[str, str]) -> Go | None:
    """The verb's action with what is said to it; None when the next verb follows instead."""
    return _go(leg, verb, verb.get("action"), said) if verb.get("action") else None


def action_or_same(leg: Leg, verb: Verb, said: Mapping[str, str]) -> Go:
    """The verb's action; without one the present document's URL is asked again."""
    return _go(leg, verb, verb.get("action", leg.document.url), said)


def page(leg: Leg, noun: Verb) -> Go:
    """The document a noun names by its `url`."""
    return _go(leg, noun, noun.get("url"), {})


def watch(leg: Leg, verb: Verb, callback: str) -> Watch | None:
    """Who is told of what happens: the attribute `callback`, and those that begin with its name."""
    if not verb.get(callback):
        return None
    events = frozenset(verb.get(callback + "Event", "completed").split())
    url = leg.document.absolute(verb.get(callback))
    return Watch(url, verb.get(callback + "Method", "POST"), events)


def _go(leg: Leg, verb: Verb, url: str, said: Mapping[str, str]) -> Go:
    return Go(leg.document.absolute(url), verb.get("method", "POST"), said)

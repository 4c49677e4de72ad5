"""What the URLs of counsellors' phones, and of callers who are rung back, stand for."""

from collections.abc import Callable, Mapping

from ivr.content import Content
from ivr.flow.leg import Why, decode_leg
from ivr.flow.ring_back import HELPLINE, decode_ring_back
from ivr.telephony.twilio import callback_phones, leg_phones

HAPPENED = {
    leg_phones.PICKED_UP: "a counsellor's phone, rung for a caller in the queue, was picked up",
    leg_phones.KEYED: "that counsellor was asked to press 1",
    leg_phones.DIAL_ENDED: "the counsellor is no longer connected to the queue",
    leg_phones.JUDGED: "the counsellor was asked how the conversation went",
    leg_phones.LET_GO: "the counsellor is told why there is no caller for them",
    leg_phones.NOTED: "news of a counsellor's phone: it rings, was picked up, or the call is over",
    callback_phones.OFFERED: "a counsellor's phone, rung for a call-back, was picked up",
    callback_phones.KEYED: "that counsellor was asked whether they take the call-back",
    callback_phones.CALLEE: "the phone of somebody who is rung back was picked up",
    callback_phones.CONFIRMED: "whoever picked it up was asked whether they asked for a call",
    callback_phones.ENDED: "the call to somebody who is rung back is over",
}
_WHY = {None: "", Why.TAKEN: "another counsellor has the caller", Why.GONE: "the caller has gone"}


def leg_lines(content: Content, language: str, what: str, state: str) -> Mapping[str, object]:
    """The URL of a phone in words, by their names; UnknownState if its state is none."""
    return {"what happened": HAPPENED[what], **_READ[what in _OF_CALL_BACKS](content, language, state)}


def _leg(content: Content, language: str, state: str) -> Mapping[str, object]:
    leg = decode_leg(content.helpline, language, state)
    return {
        "caller's language": leg.language,
        "leg": leg.leg,
        "counsellor's key": leg.person,
        "queue": leg.queue,
        "last segment": leg.topic,
        "minutes waited": leg.minutes,
        "times asked": leg.asked,
        "let go because": _WHY[leg.why],
    }


def _ring_back(content: Content, language: str, state: str) -> Mapping[str, object]:
    del content
    leg = decode_ring_back(language, state)
    return {
        "caller's language": leg.language,
        "promise": leg.promise,
        "claimed by": leg.claim,
        "counsellor's key": "" if leg.person == HELPLINE else leg.person,
        "times asked": leg.asked,
    }


_OF_CALL_BACKS = frozenset(
    {
        callback_phones.OFFERED,
        callback_phones.KEYED,
        callback_phones.CALLEE,
        callback_phones.CONFIRMED,
        callback_phones.ENDED,
    }
)
_READ: dict[bool, Callable[[Content, str, str], Mapping[str, object]]] = {False: _leg, True: _ring_back}

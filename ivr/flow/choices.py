"""What a key chooses where it has a meaning of the place's own; None: it has none there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ivr.flow.beginning import language_key
from ivr.flow.call import Call, Kind, at_place, below
from ivr.flow.callback import ask_for_it, check_key, number_key, safe_key, when_key
from ivr.flow.helpline import Helpline
from ivr.flow.message import offer_recorder, review_key
from ivr.flow.moves import Next, Way, arrive, hear, to_main
from ivr.flow.reaching import seek
from ivr.flow.turns import ConversationJudged
from ivr.flow.waiting import leave_for_message, wait_key

YES, NO = "1", "2"


def _menu_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    choices = helpline.menus[call.place.name].choices
    target = next((choice.leads_to for choice in choices if choice.key == key), None)
    return _go(helpline, call, target, at) if target else None


def _go(helpline: Helpline, call: Call, target: str, at: datetime) -> Next:
    if target == "counsellor":
        return seek(helpline, call, at)
    if target == "message":
        return leave_for_message(call) if call.queued else offer_recorder(helpline, below(call), at)
    if target in helpline.menus:
        return arrive(helpline, at_place(below(call), Kind.MENU, target), at)
    return hear(helpline, call, target, at)


def _no_keys(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    del helpline, call, key, at
    return None


def _closed_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    steps: dict[str, Way] = {"1": offer_recorder, "2": seek, "3": to_main}
    if helpline.callbacks:
        steps["4"] = ask_for_it
    return steps[key](helpline, call, at) if key in steps else None


def _after_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    return to_main(helpline, call, at) if key == "3" else None


def _question_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    if key not in {YES, NO}:
        return None
    after, turn = arrive(helpline, at_place(call, Kind.AFTER), at, "question.thanks")
    return after, replace(turn, happened=(ConversationJudged(key == YES),))


OWN_KEYS: dict[Kind, Callable[[Helpline, Call, str, datetime], Next | None]] = {
    Kind.LANGUAGE: language_key,
    Kind.MENU: _menu_key,
    Kind.SEGMENT: _no_keys,
    Kind.END: _no_keys,
    Kind.CLOSED: _closed_key,
    Kind.REVIEW: review_key,
    Kind.AFTER: _after_key,
    Kind.WAIT: wait_key,
    Kind.SAFE: safe_key,
    Kind.WHEN: when_key,
    Kind.NUMBER: number_key,
    Kind.CHECK: check_key,
    Kind.QUESTION: _question_key,
}

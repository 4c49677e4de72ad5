"""The telephony URLs: nothing without the account's signature, and never an error to a caller.

They are answered without the web framework: it would cost as much as the turn itself (measured).
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from time import perf_counter
from typing import Any

from ivr.flow.call_note import ENDED, CallWord
from ivr.logs import begin_call, end_call
from ivr.telephony.twilio import urls as to
from ivr.telephony.twilio.conversation import Asked, first_turn, next_turn
from ivr.telephony.twilio.desk import Desk
from ivr.telephony.twilio.dialled_phones import screening_turn
from ivr.telephony.twilio.parameters import (
    Parameters,
    call_id,
    has_ended,
    ready_recording,
    seen_from_caller,
)
from ivr.telephony.twilio.wire import TooLargeError, Webhook, read_webhook

_LOG = logging.getLogger(__name__)
TWIML = "text/xml; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
PATHS = (
    "/voice",
    "/voice/status",
    "/voice/<language>/recording",
    "/voice/<language>/<what>/<state>",
    "/voice/<path:rest>",
)
"""Everything below is answered here, as the web framework writes it in its list of routes."""


First = Callable[[Parameters], str | None]
"""What answers a call that comes in, before the caller's flow does; None: it is not theirs."""
Turn = Callable[[Asked], str | None]
"""The document for a webhook; None: there is nothing to say (204)."""


@dataclass(frozen=True, slots=True)
class Branches:
    """Calls and legs that are not a caller's: who may answer a call first, and whose letters are whose."""

    firsts: Sequence[First] = ()
    turns: Mapping[str, Turn] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook is answered with; without a document there is nothing to say."""

    document: str = ""
    status: HTTPStatus = HTTPStatus.OK
    kind: str = TWIML


Webhooks = Callable[[Mapping[str, Any]], Answer]


NOTED = Answer(status=HTTPStatus.NO_CONTENT)
REFUSED = Answer("The signature is not right.\n", HTTPStatus.FORBIDDEN, PLAIN)
TOO_LARGE = Answer("That is too much.\n", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, PLAIN)
FAILED = Answer("Something has failed here.\n", HTTPStatus.INTERNAL_SERVER_ERROR, PLAIN)


def webhooks(desk: Desk, branches: Branches | None = None) -> Webhooks:
    """POST /voice and everything that a document of ours leads to."""
    return partial(_safely, desk, branches or Branches())


def _safely(desk: Desk, branches: Branches, environ: Mapping[str, Any]) -> Answer:
    try:
        asked = read_webhook(environ)
        return _logged(desk, branches, asked) if asked.is_signed(desk.check) else REFUSED
    except TooLargeError:
        return TOO_LARGE
    except Exception:  # noqa: BLE001 (the log leaves out numbers, the server's own would not)
        _LOG.exception("A webhook could not be answered")
        return FAILED


def _logged(desk: Desk, branches: Branches, asked: Webhook) -> Answer:
    """The answer; whatever is logged meanwhile names the call."""
    begun, before = perf_counter(), begin_call(asked.call())
    try:
        answer = _answered(desk, branches, asked)
        _LOG.info("%s: %d in %.1f ms", asked.path, answer.status, (perf_counter() - begun) * 1000)
        return answer
    finally:
        end_call(before)


def _answered(desk: Desk, branches: Branches, asked: Webhook) -> Answer:
    match asked.path.split("/")[2:]:
        case []:
            return Answer(_first(desk, branches, asked.parameters()))
        case ["status"]:
            return _status(desk, asked.parameters())
        case [_, "recording"]:
            return _recording(desk, asked.parameters())
        case [language, what, state]:
            return _turned(desk, branches, Asked(language, what, state, asked.parameters()))
        case rest:
            return _turned(desk, branches, Asked("", "", "/".join(rest), asked.parameters()))


def _first(desk: Desk, branches: Branches, parameters: Parameters) -> str:
    for first in branches.firsts:
        try:
            document = first(parameters)
        except Exception:  # noqa: BLE001 (whatever it is, a caller is answered)
            _LOG.exception("A call is answered as a caller's, because what comes before failed")
            continue
        if document is not None:
            return document
    return first_turn(desk, parameters)


def _turned(desk: Desk, branches: Branches, asked: Asked) -> Answer:
    if asked.what in branches.turns:
        document = branches.turns[asked.what](asked)
        return NOTED if document is None else Answer(document)
    if asked.what in {to.SCREEN, to.SCREENED}:
        return Answer(screening_turn(desk, asked))
    seen = seen_from_caller(asked.parameters)
    return Answer(next_turn(desk, asked if seen is asked.parameters else replace(asked, parameters=seen)))


def _status(desk: Desk, parameters: Parameters) -> Answer:
    call = call_id(parameters)
    if call and has_ended(parameters):
        desk.ringing.gone(call)
        desk.noted(CallWord(call, ENDED, desk.now()))
    return NOTED


def _recording(desk: Desk, parameters: Parameters) -> Answer:
    recording = ready_recording(parameters)
    if recording:
        desk.fetch_soon(recording)
    return NOTED

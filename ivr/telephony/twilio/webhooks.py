"""The telephony URLs: nothing without the account's signature, and never an error to a caller."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Request, Response, request

from ivr.flow.call_note import ENDED, CallWord
from ivr.telephony.twilio import urls as to
from ivr.telephony.twilio.conversation import Asked, first_turn, next_turn
from ivr.telephony.twilio.desk import Desk
from ivr.telephony.twilio.dialled_phones import screening_turn
from ivr.telephony.twilio.parameters import (
    SAME_WEBHOOK,
    Parameters,
    call_id,
    has_ended,
    ready_recording,
    seen_from_caller,
)

_LOG = logging.getLogger(__name__)
TWIML = "text/xml; charset=utf-8"
METHODS = ["GET", "POST"]


First = Callable[[Parameters], str | None]
"""What answers a call that comes in, before the caller's flow does; None: it is not theirs."""
Turn = Callable[[Asked], str | None]
"""The document for a webhook; None: there is nothing to say (204)."""


@dataclass(frozen=True, slots=True)
class Branches:
    """Calls and legs that are not a caller's: who may answer a call first, and whose letters are whose."""

    firsts: Sequence[First] = ()
    turns: Mapping[str, Turn] = field(default_factory=dict)


def webhooks(desk: Desk, branches: Branches | None = None) -> Blueprint:
    """POST /voice and everything that a document of ours leads to."""
    branches = branches or Branches()
    blueprint = Blueprint("voice", __name__)

    @blueprint.before_request
    def only_signed() -> Response | None:
        return None if _signed(desk, request) else Response("The signature is not right.\n", 403)

    def route(path: str, name: str, answer: Callable[..., Response]) -> None:
        blueprint.add_url_rule(path, name, answer, methods=METHODS)

    route("/voice", "voice", lambda: _twiml(_first(desk, branches, _parameters())))
    route("/voice/status", "status", lambda: _status(desk))
    route("/voice/<language>/recording", "recording", lambda language: _recording(desk))  # noqa: ARG005
    route("/voice/<language>/<what>/<state>", "turn", lambda **path: _turned(desk, branches, **path))
    route("/voice/<path:rest>", "lost", lambda rest: _turned(desk, branches, "", "", rest))
    return blueprint


def raw_target(environ: Mapping[str, Any]) -> str:
    """The path and query as they came over the wire; the query is never re-ordered or re-encoded.

    Granian hands over a decoded path only, so that is encoded again; ours are made of characters that need
    no encoding, and PUBLIC_URL's are what it says.
    """
    raw = str(environ.get("RAW_URI", ""))
    if raw.startswith("/"):
        return raw
    # WSGI's strings are bytes in Latin-1 (PEP 3333).
    decoded = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}".encode("latin-1", "replace")
    path, query = quote(decoded, safe="/~:@!$&'()*+,;=-._"), environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _signed(desk: Desk, asked: Request) -> bool:
    signature = asked.headers.get("X-Twilio-Signature")
    if not signature:
        return False
    body = asked.get_data(cache=True)
    fields = list(asked.form.items(multi=True))
    target = raw_target(asked.environ)
    kind = asked.headers.get("Content-Type")
    return desk.check.accepts(asked.method, target, fields, signature, body, kind)


def _parameters() -> Parameters:
    found = (request.form if request.method == "POST" else request.args).to_dict()
    token = request.headers.get(SAME_WEBHOOK)
    return {**found, SAME_WEBHOOK: token} if token else found


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


def _turned(desk: Desk, branches: Branches, language: str, what: str, state: str) -> Response:
    asked = Asked(language, what, state, _parameters())
    if what in branches.turns:
        document = branches.turns[what](asked)
        return _noted() if document is None else _twiml(document)
    if what in {to.SCREEN, to.SCREENED}:
        return _twiml(screening_turn(desk, asked))
    return _twiml(next_turn(desk, replace(asked, parameters=seen_from_caller(asked.parameters))))


def _twiml(document: str) -> Response:
    return Response(document, content_type=TWIML)


def _status(desk: Desk) -> Response:
    parameters = _parameters()
    call = call_id(parameters)
    if call and has_ended(parameters):
        desk.ringing.gone(call)
        desk.noted(CallWord(call, ENDED, desk.now()))
    return _noted()


def _noted() -> Response:
    return Response(status=204)


def _recording(desk: Desk) -> Response:
    recording = ready_recording(_parameters())
    if recording:
        desk.fetch_soon(recording)
    return _noted()

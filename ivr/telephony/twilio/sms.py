"""POST /sms: what counsellors send by SMS; nobody else gets an answer, nor leaves a trace."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Request, Response, request

from ivr.flow.roster import Counsellor
from ivr.telephony.twilio import verbs
from ivr.telephony.twilio.signature import SignatureCheck
from ivr.telephony.twilio.webhooks import TWIML
from ivr.telephony.twilio.wire import raw_target

LONGEST_TEXT = 1600  # letters; no network hands over more
SMS_PATH = "/sms"


@dataclass(frozen=True, slots=True)
class SmsDesk:
    """What the webhook needs; `who` finds the counsellor with a PIN behind a number, from memory.

    `received` does what they ask for under the network's id of the message, once; False: tell it again.
    """

    check: SignatureCheck
    now: Callable[[], datetime]
    who: Callable[[str], Counsellor | None]
    received: Callable[[str, Counsellor, str, datetime], bool]


def sms(desk: SmsDesk) -> Blueprint:
    """POST /sms, signed as every webhook of the network."""
    blueprint = Blueprint("sms", __name__)

    @blueprint.post(SMS_PATH)
    def received() -> Response:
        if not is_signed(desk.check, request):
            return Response("The signature is not right.\n", 403)
        fields = request.form
        person, id_ = desk.who(fields.get("From", "")), fields.get("MessageSid", "")
        if person is None or not id_:
            return _nothing()
        done = desk.received(id_[:64], person, fields.get("Body", "")[:LONGEST_TEXT], desk.now())
        return _nothing() if done else Response("Storage is away; tell it again.\n", 503)

    return blueprint


def is_signed(check: SignatureCheck, asked: Request) -> bool:
    """Whether the request comes from the account."""
    signature = asked.headers.get("X-Twilio-Signature")
    if not signature:
        return False
    body = asked.get_data(cache=True)
    fields = list(asked.form.items(multi=True))
    kind = asked.headers.get("Content-Type")
    return check.accepts(asked.method, raw_target(asked.environ), fields, signature, body, kind)


def _nothing() -> Response:
    return Response(verbs.document(), content_type=TWIML)

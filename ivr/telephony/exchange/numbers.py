"""The account's numbers, and what is said about a call on every request."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.telephony.exchange.leg import Call, Go, Watch

API_VERSION = "2010-04-01"


def new_sid(kind: str) -> str:
    """A fresh id as Twilio writes them: two letters and 32 hexadecimal digits."""
    return kind + secrets.token_hex(16)


def dialled(text: str) -> str:
    """The digits of a telephone number, and its plus, without what people write between them."""
    return re.sub(r"[\s().-]", "", text)


@dataclass(slots=True)
class Number:
    """A number of the account, and what happens when it is called."""

    number: str
    voice: Go
    fallback: Go | None = None
    status: Watch | None = None
    sid: str = field(default_factory=lambda: new_sid("PN"))


def about(call: Call, account: str) -> dict[str, str]:
    """The parameters of every request about this call."""
    said = {
        "CallSid": call.sid,
        "AccountSid": account,
        "From": call.caller,
        "To": call.to,
        "Caller": call.caller,
        "Called": call.to,
        "CallStatus": call.status.value,
        "ApiVersion": API_VERSION,
        "Direction": call.direction,
    }
    if call.parent:
        said["ParentCallSid"] = call.parent
    return said


def progress(call: Call, timestamp: str, seconds: int) -> Mapping[str, str]:
    """What a status callback says beside that."""
    said = {
        "Timestamp": timestamp,
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(call.sequence),
    }
    if call.status.final:
        said |= {"CallDuration": str(seconds), "Duration": str(-(-seconds // 60))}
    return said

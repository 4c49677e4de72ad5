"""The provider's words as our events, by explicit tables, and never an exception to a caller.

Names and values: twilio.com/docs/voice/twiml (gather, record, dial) and docs/voice/api/call-resource.
A parameter that comes twice counts once, the first time; ones we do not know are not looked at.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from ivr.flow.events import (
    DialEnded,
    DialOutcome,
    NothingRecorded,
    Pressed,
    QueueEnded,
    QueueOutcome,
    Recorded,
    TimedOut,
)

Parameters = Mapping[str, str]

SAME_WEBHOOK = "I-Twilio-Idempotency-Token"
"""A header, put beside the parameters: the same for every repeat of a webhook."""

_KEYS = re.compile(r"[0-9*#ABCD]{1,32}")  # no question of ours takes more than a telephone number
_CALL = re.compile(r"CA[0-9a-f]{32}")
_QUEUE = re.compile(r"QU[0-9a-f]{32}")
_RECORDING = re.compile(r"RE[0-9a-f]{32}")
_RECORDING_URL = re.compile(r".*/(RE[0-9a-f]{32})(?:\.wav|\.mp3)?")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE spelled on a keypad, as older networks write them.
_SPELLED_OUT = {"+266696687", "+7378742833", "+2562533", "+8656696", "+8566696", "+86282452253"}
_OVER = {"completed", "busy", "failed", "no-answer", "canceled"}
_SECONDS = re.compile(r"[0-9]{1,5}")  # a day has 86,400
# "completed" and "answered" are also said of a leg that nobody accepted with a key: see DialBridged.
_DIAL_STATUSES = {
    "completed": DialOutcome.DECLINED,
    "answered": DialOutcome.DECLINED,
    "busy": DialOutcome.BUSY,
    "no-answer": DialOutcome.NO_ANSWER,
    "failed": DialOutcome.FAILED,
    "canceled": DialOutcome.CANCELED,
}
_CONNECTED = {"completed", "answered"}

# "bridging-in-process": somebody is just taking the caller, so the two are about to speak.
_QUEUE_RESULTS = {
    "bridged": QueueOutcome.REACHED,
    "bridging-in-process": QueueOutcome.REACHED,
    "leave": QueueOutcome.LEFT,
    "hangup": QueueOutcome.GONE,
    "redirected": QueueOutcome.REDIRECTED,
    "redirected-from-bridged": QueueOutcome.REDIRECTED,
    "queue-full": QueueOutcome.FAILED,
    "error": QueueOutcome.FAILED,
    "system-error": QueueOutcome.FAILED,
}


def gathered(parameters: Parameters, at: datetime) -> Pressed | TimedOut:
    """What came of a Gather; a result that is empty, missing or beyond any telephone's keys is silence."""
    keys = parameters.get("Digits", "")
    return Pressed(at, keys) if _KEYS.fullmatch(keys) else TimedOut(at)


def recorded(parameters: Parameters, at: datetime) -> Recorded | Pressed | NothingRecorded:
    """What came of a Record; of a length that is no number nothing is known."""
    recording, said = recording_id(parameters), parameters.get("Digits", "")
    keys = said if _KEYS.fullmatch(said) else ""
    if recording is None:
        return Pressed(at, keys) if keys else NothingRecorded(at)
    seconds = _seconds(parameters, "RecordingDuration")
    return Recorded(at, recording, seconds, hung_up=said == "hangup", keys=keys)


def recording_id(parameters: Parameters) -> str | None:
    """The network's id of the recording that a webhook speaks of."""
    sid = parameters.get("RecordingSid", "")
    if _RECORDING.fullmatch(sid):
        return sid
    found = _RECORDING_URL.fullmatch(parameters.get("RecordingUrl", ""))
    return found[1] if found else None


def ready_recording(parameters: Parameters) -> str | None:
    """The id of the recording that can be fetched from now on, as its status callback says."""
    return recording_id(parameters) if parameters.get("RecordingStatus") == "completed" else None


def dialled(parameters: Parameters, at: datetime) -> DialEnded:
    """How a Dial ended; only DialBridged=true proves that the two spoke, and an unknown word means failed."""
    seconds = _seconds(parameters, "DialCallDuration")
    if parameters.get("DialBridged") == "true":
        return DialEnded(at, DialOutcome.REACHED, seconds)
    outcome = _DIAL_STATUSES.get(parameters.get("DialCallStatus", ""), DialOutcome.FAILED)
    return DialEnded(at, outcome, seconds)


def took_from_queue(parameters: Parameters) -> bool:
    """Whether a Dial has connected somebody to the caller of a queue.

    Nobody is screened there, so of a network that says nothing of bridges the status is proof enough.
    """
    bridged = parameters.get("DialBridged")
    return bridged == "true" if bridged else parameters.get("DialCallStatus", "") in _CONNECTED


def queue_ended(parameters: Parameters, at: datetime) -> QueueEnded:
    """How an Enqueue ended; an unknown word means that it failed."""
    return QueueEnded(at, _QUEUE_RESULTS.get(parameters.get("QueueResult", ""), QueueOutcome.FAILED))


def queue_seconds(parameters: Parameters) -> int | None:
    """How long the caller has been in the queue, if the network tells."""
    return _seconds(parameters, "QueueTime")


def queue_id(parameters: Parameters) -> str:
    """The network's id of the queue, if it is one, else nothing."""
    sid = parameters.get("QueueSid", "")
    return sid if _QUEUE.fullmatch(sid) else ""


def caller(parameters: Parameters) -> str | None:
    """The caller's number, E.164; None if it is withheld or nothing that could be rung."""
    number = parameters.get("From", "")
    return number if _E164.fullmatch(number) and number not in _SPELLED_OUT else None


def seen_from_caller(parameters: Parameters) -> Parameters:
    """The same, with the caller as From also in a call that the helpline has made to them."""
    if not parameters.get("Direction", "").startswith("outbound"):
        return parameters
    return {**parameters, "From": parameters.get("To", ""), "To": parameters.get("From", "")}


def has_ended(parameters: Parameters) -> bool:
    """Whether a status callback says that the call is over."""
    return parameters.get("CallStatus", "") in _OVER


def call_id(parameters: Parameters) -> str | None:
    """The network's id of the call, if it is one."""
    sid = parameters.get("CallSid", "")
    return sid if _CALL.fullmatch(sid) else None


def _seconds(parameters: Parameters, name: str) -> int | None:
    seconds = parameters.get(name, "")
    return int(seconds) if _SECONDS.fullmatch(seconds) else None

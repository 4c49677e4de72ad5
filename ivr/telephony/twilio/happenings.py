"""What a turn has made happen besides words, done at the desk."""

from datetime import datetime

from ivr.flow.turns import (
    CallBackAsked,
    ConversationJudged,
    Happening,
    MessageLeft,
    NobodyReached,
    RecordingDropped,
)
from ivr.telephony.twilio.desk import Desk, PromiseNotKeptError, World
from ivr.telephony.twilio.parameters import Parameters, call_id, caller


def do(desk: Desk, world: World, happening: Happening, parameters: Parameters, at: datetime) -> None:
    """Do it; a PromiseNotKeptError if what the caller was promised is safe nowhere."""
    if isinstance(happening, MessageLeft):
        call = call_id(parameters) or happening.recording
        named = call if happening.message == 1 else f"{call}.{happening.message}"
        desk.keep(named, happening, at, caller(parameters) or "")
        desk.fetch_soon(happening.recording)
    elif isinstance(happening, RecordingDropped):
        desk.drop(happening.recording)
    elif isinstance(happening, ConversationJudged):
        desk.ringing.answered(call_id(parameters) or "", "yes" if happening.helped else "no")
    elif isinstance(happening, NobodyReached):
        desk.nobody_reached(call_id(parameters) or "", happening.language)
    else:
        _promise_call(desk, world, happening, parameters, at)


def _promise_call(
    desk: Desk, world: World, asked: CallBackAsked, parameters: Parameters, at: datetime
) -> None:
    number = asked.number or own_number(world, parameters)
    if number is None:
        raise PromiseNotKeptError("there is no number to call back")
    desk.keep_callback(call_id(parameters) or "", asked, number, at, caller(parameters) or "")


def own_number(world: World, parameters: Parameters) -> str | None:
    """The caller's number, E.164, if they can be rung back at it."""
    return world.helpline.numbers.told(parameters.get("From", ""))

"""What the webhooks of call-backs and missed calls need of the parts."""

from datetime import datetime
from functools import partial

from ivr.app.counted import CountedCallBacks, CountedRingBacks
from ivr.app.parts import Parts
from ivr.flow.call_note import ENDED, CallWord
from ivr.journal.promises import NotKeptError
from ivr.telephony.twilio.callbacks import CallBackDesk
from ivr.telephony.twilio.conversation import first_turn
from ivr.telephony.twilio.desk import Desk, PromiseNotKeptError
from ivr.telephony.twilio.missed import MissedDesk


def callback_desk(parts: Parts, desk: Desk) -> CallBackDesk:
    """How the webhooks of call-backs act on the parts."""
    counted = parts.figures.leg
    return CallBackDesk(
        urls=desk.urls,
        caller_id=desk.caller_id,
        now=desk.now,
        world=desk.world,
        callbacks=CountedCallBacks(parts.promised.callbacks, partial(counted, by="call-back")),
        ring_backs=CountedRingBacks(parts.promised.ring_backs, partial(counted, by="ring-back")),
        first=partial(first_turn, desk),
        gone=partial(_gone, desk),
    )


def _gone(desk: Desk, call: str) -> None:
    desk.ringing.gone(call)
    desk.noted(CallWord(call, ENDED, desk.now()))


def missed_desk(parts: Parts) -> MissedDesk:
    """How calls to the numbers that ring back act on the parts."""

    def keep(
        call: str, number: str, language: str, caller: str, at: datetime, *, per_day: int, per_hour: int
    ) -> None:
        try:
            parts.journal.keep_missed_call(
                call, number, language, caller, at, per_day=per_day, per_hour=per_hour
            )
        except NotKeptError as error:
            raise PromiseNotKeptError from error

    return MissedDesk(
        helpline_number=parts.settings.helpline_number,
        table=lambda: parts.publication.current().content.service.missed_call,
        language=lambda: parts.publication.current().helpline.default_language,
        now=parts.now,
        keep=keep,
        secret=parts.secret,
        own=lambda: parts.publication.current().content.service.staff.numbers,
    )

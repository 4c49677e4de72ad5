"""The counsellors' own line, by phone and by SMS, put together from the settings."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from ivr.content.line_texts import LineTexts, read_line_texts
from ivr.content.notices import chain_of
from ivr.flow.roster import Counsellor
from ivr.jobs.line_answers import LineAnswers
from ivr.jobs.line_calls import Claims, LineCalls
from ivr.jobs.line_deeds import LineDeeds
from ivr.jobs.line_messages import LineMessages
from ivr.jobs.own_duty import OwnDuty
from ivr.jobs.publication import Publication
from ivr.jobs.queue import Task
from ivr.journal.snapshot import Row, Snapshot
from ivr.settings import Settings
from ivr.storage.pins import people_with_pins
from ivr.telephony.twilio.counsellor_line import LineDesk
from ivr.telephony.twilio.desk import World
from ivr.telephony.twilio.rest import RestError
from ivr.telephony.twilio.signature import SignatureCheck
from ivr.telephony.twilio.sms import SmsDesk
from ivr.telephony.twilio.urls import Urls

PINS = "pins"
ANSWERS = "line_answers"
LOOK_EVERY = 5.0  # seconds


def pin_rows(connection: Connection) -> list[Row]:
    """For the snapshot: whose phones may sign in, and nothing else about their PINs."""
    return [{"person": key} for key in people_with_pins(connection)]


@dataclass(frozen=True, slots=True)
class StaffLineParts:
    """What the line is made of; `send` sends an SMS from the helpline's number, `soon` wakes a task."""

    settings: Settings
    engine: Engine
    now: Callable[[], datetime]
    secret: bytes
    publication: Publication
    snapshot: Snapshot
    send: Callable[[str, str], object]
    soon: Callable[[str], None]
    older: tuple[bytes, ...]

    def who(self, phone: str) -> Counsellor | None:
        """The counsellor with a PIN whose phone that is; from memory."""
        held = self.snapshot.current()
        keys = {row["person"] for row in held.rows(PINS)}
        return next((each for each in held.people if each.phone == phone and each.key in keys), None)

    def desk(self, world: Callable[[], World], lend: Callable[[str], str], claims: Claims) -> LineDesk:
        """How the webhooks of the line see the world and act on it."""
        return LineDesk(
            secret=self.secret,
            urls=Urls(self.settings.public_url),
            caller_id=self.settings.helpline_number,
            staff_number=lambda: self.publication.current().content.service.staff.number,
            now=self.now,
            world=world,
            who=self.who,
            deeds=LineDeeds(self.engine, self._duty(), lambda: self.snapshot.current().roster),
            lend=lend,
            call_backs=LineCalls(claims, self.engine, self._wrap_up),
            older=self.older,
        )

    def sms(self, check: SignatureCheck) -> SmsDesk:
        """How POST /sms acts on the world."""
        messages = LineMessages(
            engine=self.engine,
            duty=self._duty(),
            texts=self._texts,
            chain=lambda person: chain_of(self.publication.current().content, person.languages),
            roster=lambda: self.snapshot.current().roster,
            helpline=self.publication.current().content.helpline.name,
            soon=lambda: self.soon(ANSWERS),
        )
        return SmsDesk(check, self.now, self.who, messages.received)

    def task(self) -> Task:
        """What is to run: sending answers."""
        sending = LineAnswers(self.engine, self.send, self.now, (RestError,))
        return Task(ANSWERS, sending.work, LOOK_EVERY)

    def _duty(self) -> OwnDuty:
        return OwnDuty(ZoneInfo(self.publication.current().content.helpline.zone))

    def _texts(self) -> LineTexts:
        return read_line_texts(self.settings.prompts_dir, self.publication.current().content)

    def _wrap_up(self) -> timedelta:
        return timedelta(seconds=self.publication.current().content.service.ring.wrap_up_seconds)

"""Sends what is in the outbox: once to a person's phone, again after a failure, given up after a day."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine

from ivr.content import Content
from ivr.content.notices import Notices, read_notices
from ivr.flow.roster import Counsellor
from ivr.jobs.notices import PERSON, recipients
from ivr.jobs.notices_mail import MailError, MailRefusedError
from ivr.jobs.notices_words import Worded, worded
from ivr.jobs.queue import Task
from ivr.logs import about
from ivr.privacy import without_numbers
from ivr.storage import notices as outbox
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import reading, writing
from ivr.storage.notice_facts import call_of_delivery, call_of_notice, is_settled

_LOG = logging.getLogger(__name__)
TASK = "notices"
LOOK_EVERY = 5.0  # seconds
LEASE = timedelta(minutes=3)  # longer than all time-outs of one message together
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
PATIENCE = timedelta(days=1)
#: Of these, one in so long a time says it all.
SELDOM = {"nobody-reachable": timedelta(minutes=15)}


class Texting(Protocol):
    """Short messages at the provider; both raise an error of the adapter if it does not answer."""

    def send_sms(self, to: str, body: str) -> object:
        """Send it from the helpline's number."""

    def was_sent(self, to: str, body: str, since: datetime) -> bool:
        """Whether the provider has taken that message for that number since then."""


class Mailing(Protocol):
    """An e-mail server, as `ivr.jobs.notices_mail.Mail`."""

    def send(self, to: str, subject: str, text: str, key: str, at: datetime) -> None:
        """Hand it to the server, or raise; mail of one `key` is one mail."""


class NoSuchPersonError(Exception):
    """The counsellor is not there any more."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Addresses and sends; `hopeless` are errors after which trying again will not help.

    An SMS that was begun and not noted as sent (a time-out, a process killed in between) is looked for at the
    provider before it is sent again. A second e-mail has the Message-ID of the first.
    """

    engine: Engine
    prompts_dir: Path
    content: Callable[[], Content]
    texting: Texting
    mail: Mailing
    now: Callable[[], datetime]
    hopeless: tuple[type[Exception], ...] = ()
    _never: tuple[type[Exception], ...] = field(default=(NoSuchPersonError, MailRefusedError), init=False)

    def task(self) -> Task:
        """What is to run."""
        return Task(TASK, self.work, LOOK_EVERY)

    def work(self) -> None:
        """Address what is new, send what is due."""
        at = self.now()
        with reading(self.engine) as connection:
            new = outbox.unaddressed(connection)
            due = outbox.due_deliveries(connection, at)
            people = {each.key: each for each in list_counsellors(connection)} if new or due else {}
        if not (new or due):
            return
        content = self.content()
        notices = read_notices(self.prompts_dir, content)
        for notice in new:
            with writing(self.engine) as connection, about(call_of_notice(connection, notice.id)):
                self._address(connection, notice, tuple(recipients(notice, content, notices, people)), at)
        with reading(self.engine) as connection:
            due = outbox.due_deliveries(connection, at)
            calls = [call_of_delivery(connection, each.id) for each in due]
        for delivery, call in zip(due, calls, strict=True):
            with about(call):
                self._deliver(delivery, content, notices, people)

    def _address(
        self,
        connection: Connection,
        notice: outbox.Notice,
        to: tuple[outbox.Recipient, ...],
        at: datetime,
    ) -> None:
        if is_settled(connection, notice.facts.get("promise")):
            outbox.address(connection, notice.id, (), notice.created or at)
            return
        if not to and at - (notice.created or at) < PATIENCE:
            # Somebody may still be put into [notify].
            outbox.first_seen(connection, notice.id, at)
            return
        if not to:
            _LOG.warning("Nobody was told of %s: name numbers or addresses in [notify]", notice.kind)
        seldom = SELDOM.get(notice.kind)
        said = seldom is not None and outbox.told_since(connection, notice.kind, at - seldom)
        if said:
            outbox.address(connection, notice.id, (), notice.created or at)
        else:
            outbox.address(connection, notice.id, to, at)

    def _deliver(
        self, delivery: outbox.Delivery, content: Content, notices: Notices, people: dict[str, Counsellor]
    ) -> None:
        at = self.now()
        with writing(self.engine) as connection:
            if not outbox.claim_delivery(connection, delivery, at, LEASE):
                return
        try:
            self._send(delivery, worded(delivery, content, notices, people), people)
        except Exception as error:  # noqa: BLE001 (whatever it is, it is noted, and others shall be told)
            self._failed(delivery, error)
        else:
            _LOG.info("Staff were told of %s by %s", delivery.kind, delivery.recipient.channel)
            with writing(self.engine) as connection:
                outbox.delivered(connection, delivery.id, self.now())

    def _send(self, delivery: outbox.Delivery, words: Worded, people: dict[str, Counsellor]) -> None:
        to, created = delivery.recipient, delivery.created
        if to.channel == outbox.EMAIL:
            key = f"notice-{delivery.id}-{created:%Y%m%d%H%M%S}"
            self.mail.send(to.address, words.subject, words.text, key, created)
            return
        number = _number(to.address, people)
        if delivery.tries and self.texting.was_sent(number, words.sms, created):
            return
        self.texting.send_sms(number, words.sms)

    def _failed(self, delivery: outbox.Delivery, error: Exception) -> None:
        at, name = self.now(), self._name(error)
        pause = min(FIRST_PAUSE * 2 ** min(delivery.tries, 12), LONGEST_PAUSE)
        hopeless = isinstance(error, (*self.hopeless, *self._never))
        later = None if hopeless or at + pause - delivery.created > PATIENCE else at + pause
        told = _LOG.warning if later else _LOG.error
        outlook = f"again in {pause}" if later else "given up; see: ivr notices"
        told("%s was not told by %s (%s); %s", delivery.kind, delivery.recipient.channel, name, outlook)
        with writing(self.engine) as connection:
            outbox.not_delivered(connection, delivery.id, later, name)

    def _name(self, error: Exception) -> str:
        """What went wrong; in full only for errors of ours, which hold nobody's number or address."""
        name = type(error).__name__
        ours = isinstance(error, (MailError, *self.hopeless))
        return f"{name}: {without_numbers(str(error))}" if ours and str(error) else name


def _number(address: str, people: dict[str, Counsellor]) -> str:
    if not address.startswith(PERSON):
        return address
    person = people.get(address.removeprefix(PERSON))
    if person is None:
        raise NoSuchPersonError
    return person.phone

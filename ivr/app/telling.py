"""What staff are told, put together from the settings: the outbox, what watches, and the ways out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from ivr.app.outbound import tolls_now
from ivr.duty.roster import Gap, gaps_ahead
from ivr.jobs.notices_mail import Mail
from ivr.jobs.notices_telling import Telling
from ivr.jobs.publication import Publication
from ivr.jobs.queue import Task
from ivr.jobs.watches import Watches
from ivr.journal.snapshot import Snapshot
from ivr.settings import Settings
from ivr.telephony.exchange.address import read_address
from ivr.telephony.twilio.rest import UnreachableError
from ivr.telephony.twilio.rest_texts import NotTextableError, Texts


@dataclass(frozen=True, slots=True)
class TellingParts:
    """What telling is made of; `account` is the network's, or our exchange's."""

    settings: Settings
    engine: Engine
    now: Callable[[], datetime]
    publication: Publication
    snapshot: Snapshot
    account: tuple[str, str]

    def tasks(self) -> tuple[Task, ...]:
        """What tells, and what watches."""
        return self.telling().task(), self.watches().task()

    def telling(self) -> Telling:
        """The outbox with its ways out."""
        return Telling(
            engine=self.engine,
            prompts_dir=self.settings.prompts_dir,
            content=lambda: self.publication.current().content,
            texting=Texting(self.settings, self.account, self.publication),
            mail=Mail(self.settings.smtp_url, self.settings.mail_from),
            now=self.now,
            hopeless=(NotTextableError,),
        )

    def watches(self) -> Watches:
        """What looks for news."""
        return Watches(
            engine=self.engine,
            table=lambda: self.publication.current().content.service.notify,
            gaps=self._gaps,
            now=self.now,
        )

    def _gaps(self, at: datetime, hours: int) -> list[Gap]:
        """Without any counsellor there is no roster yet, so there are no gaps in it."""
        snapshot = self.snapshot.current()
        return gaps_ahead(snapshot.roster, at, hours) if snapshot.people else []


@dataclass(frozen=True, slots=True)
class Texting:
    """The provider's short messages, or our exchange's wherever it is just now."""

    settings: Settings
    account: tuple[str, str]
    publication: Publication

    def send_sms(self, to: str, body: str) -> str:
        """Send it from the helpline's number, or a RestError."""
        return self._texts().send_sms(to, body)

    def was_sent(self, to: str, body: str, since: datetime) -> bool:
        """Whether the network has taken it since then, or a RestError."""
        return self._texts().was_sent(to, body, since)

    def _texts(self) -> Texts:
        sid, token = self.account
        number, tolls = self.settings.helpline_number, tolls_now(self.settings, self.publication)
        if not self.settings.exchange_mode:
            return Texts(sid, token, self.settings.api_url, number, tolls)
        address = read_address(self.settings.data_dir)
        if address is None:
            raise UnreachableError("the exchange is not running")
        return Texts(sid, token, address.url, number, tolls)

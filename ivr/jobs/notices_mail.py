"""E-mail over SMTP: bounded in time, and no password over an open line."""

import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import SplitResult, unquote, urlsplit

from ivr.settings import is_loopback

TIMEOUT = 10.0  # seconds for the connection, and for each answer
_PERMANENT = 500


class MailError(Exception):
    """The e-mail was not taken; trying again later may help."""


class MailRefusedError(MailError):
    """The e-mail server will not take mail for this address: trying again will not help."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A server as SMTP_URL names it: smtps:// is encrypted from the start, smtp:// once it offers that."""

    url: str = field(repr=False)
    sender: str
    timeout: float = TIMEOUT
    trust: ssl.SSLContext | None = field(default=None, repr=False)

    def send(self, to: str, subject: str, text: str, key: str, at: datetime) -> None:
        """Hand it to the server, or a MailError; mail of one `key` is one mail, however often it arrives."""
        if not self.url:
            raise MailError("SMTP_URL is not set")
        try:
            with self._connected(urlsplit(self.url)) as server:
                server.send_message(self._message(to, subject, text, key, at))
        except smtplib.SMTPRecipientsRefused as error:
            refused = [code for code, _ in error.recipients.values()]
            kind = MailRefusedError if min(refused) >= _PERMANENT else MailError
            raise kind(f"the address was refused: {refused[0]}") from error
        except smtplib.SMTPResponseException as error:
            raise MailError(f"{type(error).__name__}: {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailError(type(error).__name__) from error

    def _connected(self, url: SplitResult) -> smtplib.SMTP:
        host, trust = url.hostname or "", self.trust or ssl.create_default_context()
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, url.port or smtplib.SMTP_SSL_PORT, timeout=self.timeout, context=trust
            )
        else:
            server = smtplib.SMTP(host, url.port or (587 if url.username else 25), timeout=self.timeout)
        try:
            self._greet(server, url, trust)
        except BaseException:
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP, url: SplitResult, trust: ssl.SSLContext) -> None:
        server.ehlo()
        encrypted = url.scheme == "smtps"
        if not encrypted and server.has_extn("starttls"):
            server.starttls(context=trust)
            encrypted = True
        if url.username is None:
            return
        if not encrypted and not is_loopback(url.hostname or ""):
            raise MailError("the server offers no STARTTLS, and no password goes over an open line")
        server.login(unquote(url.username), unquote(url.password or ""))

    def _message(self, to: str, subject: str, text: str, key: str, at: datetime) -> EmailMessage:
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = subject, self.sender, to
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{key}@{self.sender.rpartition('@')[2].rstrip('>')}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message

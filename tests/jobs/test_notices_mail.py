"""E-mail reaches a server as written, encrypted where it can be, and no password goes over an open line."""

import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from socket import create_server
from time import monotonic
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from ivr.jobs.notices_mail import Mail, MailError, MailRefusedError

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
TO = "office@helpline.example"


@dataclass
class Server:
    """What the server has taken; `refusal` is what it says to every recipient."""

    refusal: str = ""
    taken: list[Message] = field(default_factory=list)
    passwords: list[bytes] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, _: Any) -> str:  # noqa: N802
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(message_from_bytes(envelope.content))
        return "250 OK"

    def log_in(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.passwords.append(data.password)
        return AuthResult(success=data.login == b"helpline@host")

    def mail(self, scheme: str = "smtp", user: str = "", trust: ssl.SSLContext | None = None) -> Mail:
        url = f"{scheme}://{user}127.0.0.1:{self.port}"
        return Mail(url, "Themba <help@helpline.example>", timeout=2, trust=trust)


class OnAnyPort(Controller):
    """Asks the port that it got, not the one that it was given."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


Starting = Callable[..., Server]


@pytest.fixture
def start() -> Iterator[Starting]:
    running: list[Controller] = []

    def started(server: Server, **options: Any) -> Server:
        found = OnAnyPort(
            server, "127.0.0.1", 0, authenticator=server.log_in, auth_require_tls=False, **options
        )
        found.start()
        running.append(found)
        server.port = found.port
        return server

    yield started
    for each in running:
        each.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, made = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", made],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, made


def test_a_mail_arrives_as_written(start: Starting) -> None:
    server = start(Server())
    server.mail().send(TO, "Okusha: umlayezo", "Themba: ucingo — ê", "notice-7", AT)
    [mail] = server.taken

    assert ("Okusha: umlayezo", "Themba <help@helpline.example>", TO) == (
        mail["Subject"],
        mail["From"],
        mail["To"],
    )
    assert ("<notice-7@helpline.example>", "auto-generated") == (mail["Message-ID"], mail["Auto-Submitted"])
    assert "Sun, 22 Nov 2026 13:00:00 +0000" == mail["Date"]
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "Themba: ucingo — ê" == body.decode().strip()


def test_a_password_is_decoded_and_sent_to_this_machine(start: Starting) -> None:
    server = start(Server())
    server.mail(user="helpline%40host:s%3Acret@").send(TO, "a", "b", "k", AT)

    assert [b"s:cret"] == server.passwords
    assert 1 == len(server.taken)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_it_is_encrypted_where_the_server_can(
    start: Starting, certificate: tuple[Path, Path], scheme: str
) -> None:
    key, made = certificate
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(made, key)
    options = {"ssl_context": own} if scheme == "smtps" else {"tls_context": own, "require_starttls": True}
    server = start(Server(), **options)
    trust = ssl.create_default_context(cafile=str(made))
    server.mail(scheme, trust=trust).send(TO, "a", "b", "k", AT)

    assert 1 == len(server.taken)
    with pytest.raises(MailError, match="SSLCertVerificationError"):
        server.mail(scheme).send(TO, "a", "b", "k", AT)


def test_no_password_goes_over_an_open_line_to_another_machine(
    start: Starting, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start(Server())
    monkeypatch.setattr("ivr.jobs.notices_mail.is_loopback", lambda _: False)

    with pytest.raises(MailError, match="no STARTTLS"):
        server.mail(user="helpline%40host:secret@").send(TO, "a", "b", "k", AT)
    assert [] == server.passwords


@pytest.mark.parametrize(("refusal", "kind"), [("550 nobody", MailRefusedError), ("450 later", MailError)])
def test_an_address_that_is_refused_for_good_has_a_name(
    start: Starting, refusal: str, kind: type[MailError]
) -> None:
    with pytest.raises(MailError) as caught:
        start(Server(refusal)).mail().send(TO, "a", "b", "k", AT)

    assert kind is type(caught.value)
    assert TO not in str(caught.value)


def test_a_server_that_says_nothing_is_given_up_after_its_time() -> None:
    with create_server(("127.0.0.1", 0)) as silent:
        began = monotonic()
        mail = Mail(f"smtp://127.0.0.1:{silent.getsockname()[1]}", "a@b.example", timeout=0.3)
        with pytest.raises(MailError, match="SMTPServerDisconnected"):
            mail.send(TO, "a", "b", "k", AT)

    assert monotonic() - began < 2


def test_a_server_that_is_not_there_or_not_set_is_an_error() -> None:
    with pytest.raises(MailError, match="ConnectionRefusedError"):
        Mail("smtp://127.0.0.1:1", "a@b.example").send(TO, "a", "b", "k", AT)
    with pytest.raises(MailError, match="SMTP_URL is not set"):
        Mail("", "").send(TO, "a", "b", "k", AT)

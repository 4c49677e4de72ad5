"""The helpline seen from outside: what its own addresses answer to somebody who comes over the network."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from socket import create_connection
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from ivr.console.settings_facts import Check, Level
from ivr.settings import Settings, is_loopback

PATIENCE = 10.0  # seconds for one answer; a network waits for 15
SLOW = 1.0  # seconds; what a caller notices
_RENEWED_BEFORE = timedelta(days=14)
_MOST = 1_000_000  # bytes
_OK, _REFUSED = 200, 403


class NoAnswerError(Exception):
    """Nothing answers there; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, after so many seconds."""

    status: int
    seconds: float
    text: str


class Asks(Protocol):
    """Asks addresses; each method raises a NoAnswerError."""

    def get(self, url: str) -> Answer:
        """What a GET is answered."""

    def post(self, url: str) -> Answer:
        """What an unsigned POST is answered."""

    def certificate_ends(self, host: str, port: int) -> datetime:
        """Until when the server's certificate is good, if it is now."""


class Asking:
    """Asks over the network."""

    def get(self, url: str) -> Answer:
        """What a GET is answered."""
        return _asked("GET", url)

    def post(self, url: str) -> Answer:
        """What an unsigned POST is answered."""
        return _asked("POST", url)

    def certificate_ends(self, host: str, port: int) -> datetime:
        """Until when the server's certificate is good, if it is now."""
        try:
            with (
                create_connection((host, port), timeout=PATIENCE) as plain,
                ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secured,
            ):
                told: Any = secured.getpeercert()
        except OSError as error:
            raise NoAnswerError(str(error)) from error
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(told["notAfter"]), UTC)


def seen_from_outside(settings: Settings, sound: str, asks: Asks, at: datetime) -> Iterator[Check]:
    """Whether calls, sounds and the emergency answer are found where the network looks for them.

    `sound` is the address of a prompt that callers hear, "" for none.
    """
    yield from _calls(settings, asks)
    if sound:
        yield _sound(sound, asks)
    if settings.fallback_url:
        yield _emergency(settings.fallback_url, asks)
    parts = urlsplit(settings.public_url)
    if parts.scheme == "https" and parts.hostname:
        yield _certificate(parts.hostname, parts.port or 443, asks, at)


def _calls(settings: Settings, asks: Asks) -> Iterator[Check]:
    name, url = "Calls from outside", f"{settings.public_url}/voice"
    try:
        answer = asks.post(url)
    except NoAnswerError as error:
        todo = "Start the server, and see that the proxy, the name and the firewall lead to it."
        yield Check(name, Level.MISSING, f"{url} does not answer: {error}.", todo)
        return
    if answer.status != _REFUSED:
        told = f"{url} answers an unsigned request with {answer.status}, not {_REFUSED}."
        yield Check(name, Level.MISSING, told, "See that PUBLIC_URL leads to this helpline and nothing else.")
    elif answer.seconds > SLOW:
        told = f"{url} took {answer.seconds:.1f} seconds to answer."
        yield Check(name, Level.WARNING, told, "See what keeps the machine busy, or use a nearer one.")
    else:
        yield Check(name, Level.OK, f"{url} answers, and refuses what is not signed.")


def _sound(url: str, asks: Asks) -> Check:
    todo = "See that AUDIO_URL leads to this server's /audio, or to a copy of AUDIO_DIR and DATA_DIR/takes."
    try:
        answer = asks.get(url)
    except NoAnswerError as error:
        return Check("Sounds from outside", Level.MISSING, f"{url} does not answer: {error}.", todo)
    if answer.status != _OK or not answer.text.startswith("RIFF"):
        told = f"{url} answers {answer.status}, and not with a sound."
        return Check("Sounds from outside", Level.MISSING, told, todo)
    return Check("Sounds from outside", Level.OK, "What callers hear first is found there.")


def _emergency(url: str, asks: Asks) -> Check:
    name, todo = "Emergency answer", "Put there what `ivr twilio fallback` writes; it must answer a GET."
    try:
        answer = asks.get(url)
    except NoAnswerError as error:
        return Check(name, Level.MISSING, f"{url} does not answer: {error}.", todo)
    if answer.status != _OK or "<Response" not in answer.text:
        return Check(name, Level.MISSING, f"{url} answers {answer.status}, and not with TwiML.", todo)
    return Check(name, Level.OK, f"{url} answers.")


def _certificate(host: str, port: int, asks: Asks, at: datetime) -> Check:
    name, todo = "Certificate", "Have it renewed: the network does not call an address it cannot trust."
    try:
        ends = asks.certificate_ends(host, port)
    except NoAnswerError as error:
        return Check(name, Level.MISSING, f"{host} shows none that can be trusted: {error}.", todo)
    level = Level.WARNING if ends - at < _RENEWED_BEFORE else Level.OK
    return Check(name, level, f"Good until {ends:%d %b %Y}.", todo if level is Level.WARNING else "")


def _asked(method: str, url: str) -> Answer:
    with requests.Session() as session:
        session.trust_env = not is_loopback(urlsplit(url).hostname or "")
        try:
            with session.request(method, url, timeout=PATIENCE, stream=True, allow_redirects=False) as answer:
                text = answer.raw.read(_MOST, decode_content=True).decode("latin-1")
                return Answer(answer.status_code, answer.elapsed.total_seconds(), text)
        except (requests.RequestException, OSError) as error:
            raise NoAnswerError(type(error).__name__) from error

"""The way to Google's voice: one request at a time, paced, retried, and every odd answer an error."""

import base64
import binascii
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import requests

from ivr.clock import now
from ivr.speech.engine import RefusedError, SpeechError

PACE = 0.5  # the service blocks addresses that ask faster for long
TIMEOUT = (5.0, 20.0)
BACK_OFF = (1.0, 2.0, 4.0, 8.0)
PATIENCE = 120.0
RETRIED = frozenset({302, 408, 425, 429})  # 302 leads to a page for humans
FORBIDDEN = 403
GOOD = 200
SERVER_ERRORS = range(500, 600)
AUDIO = re.compile(rb'jQ1olc","\[\\"(.*)\\"\]')
LEAST_AUDIO = 200
LARGEST_ANSWER = 8_000_000


@dataclass(slots=True)
class Wire:
    """Sends requests for speech no faster than one each `pace` seconds; `back_off` is empty for one try."""

    back_off: tuple[float, ...] = BACK_OFF
    timeout: tuple[float, float] = TIMEOUT
    pace: float = PACE
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    _session: requests.Session = field(default_factory=requests.Session)
    _next: float = float("-inf")

    def fetch(self, request: requests.PreparedRequest) -> bytes:
        """The sound in the answer; RefusedError if asking again would make it worse, else SpeechError."""
        for pause in (*self.back_off, None):
            status, answer, wanted = self._ask(request)
            if status == GOOD:
                return _audio(answer)
            if status == FORBIDDEN:
                raise RefusedError("Google's voice refuses this address (403); use --voice espeak for now")
            if pause is None or not _worth_another_try(status):
                break
            self._wait(pause, wanted)
        raise SpeechError(f"Google's voice {_reason(status, answer)}")

    def _ask(self, request: requests.PreparedRequest) -> tuple[int, bytes, str]:
        self._keep_pace()
        environment = self._session.merge_environment_settings(request.url, {}, True, None, None)
        try:
            with self._session.send(
                request, timeout=self.timeout, allow_redirects=False, **environment
            ) as response:
                return response.status_code, _body(response), response.headers.get("Retry-After", "")
        except requests.exceptions.SSLError as error:
            raise RefusedError(f"Google's voice has no certificate we trust: {error}") from error
        except requests.RequestException as error:
            return 0, type(error).__name__.encode(), ""

    def _keep_pace(self) -> None:
        early = self._next - self.monotonic()
        if early > 0:
            self.sleep(early)
        self._next = self.monotonic() + self.pace

    def _wait(self, pause: float, wanted: str) -> None:
        seconds = _seconds(wanted)
        if seconds > PATIENCE:
            raise RefusedError(f"Google's voice asks to wait {seconds:.0f} seconds; run it again then")
        self.sleep(max(seconds, pause * (1 + secrets.randbelow(250) / 1000)))


def _body(response: requests.Response) -> bytes:
    body = b""
    for part in response.iter_content(65536):
        body += part
        if len(body) > LARGEST_ANSWER:
            raise SpeechError("Google's voice answers without end")
    return body


def _audio(answer: bytes) -> bytes:
    found = AUDIO.search(answer)
    if not found:
        raise SpeechError(
            "Google's voice answers with a page instead of sound (consent, captcha or a new form)"
        )
    try:
        # Inside the string in the string, "=" and "/" may come escaped.
        plain = re.sub(rb"\\+u003d", b"=", found[1]).replace(b"\\", b"")
        audio = base64.b64decode(plain, validate=True)
    except binascii.Error as error:
        raise SpeechError(f"Google's voice answers with damaged sound: {error}") from error
    if len(audio) < LEAST_AUDIO:
        raise SpeechError(f"Google's voice answers with {len(audio)} bytes, which is no speech")
    return audio


def _worth_another_try(status: int) -> bool:
    return status == 0 or status in RETRIED or status in SERVER_ERRORS


def _reason(status: int, answer: bytes) -> str:
    return f"cannot be reached ({answer.decode()})" if status == 0 else f"answers {status}"


def _seconds(wanted: str) -> float:
    if wanted.strip().isdigit():
        return float(wanted)
    try:
        return max(0.0, (parsedate_to_datetime(wanted) - now()).total_seconds()) if wanted else 0.0
    except (ValueError, TypeError):  # neither seconds nor a date: our own pauses do
        return 0.0

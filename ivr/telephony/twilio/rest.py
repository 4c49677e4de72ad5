"""The network's REST API: every call bounded in time and size, every refusal an error with a name."""

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ivr.settings import is_loopback

_LOG = logging.getLogger(__name__)
TIMEOUT = 10.0  # seconds for a connection, and for each answer
PATIENCE = 60.0  # seconds for a whole recording: two minutes of speech are 2 MB
LARGEST_RECORDING = 20 * 1024 * 1024  # bytes
PAGE_SIZE = 1000  # recordings in one answer
_CHUNK = 64 * 1024
_RECORDING = re.compile(r"RE[0-9a-f]{32}")


class RestError(Exception):
    """The network's REST API did not do what was asked."""


class NotYetError(RestError):
    """There is no such recording: not yet, or not any more."""


class RefusedError(RestError):
    """The account or its token is wrong; trying again will not help."""


class UnreachableError(RestError):
    """The network does not answer, or not as it should; trying again later may help."""


class TooLargeError(RestError):
    """A recording beyond LARGEST_RECORDING."""


def client(account_sid: str, auth_token: str, api_url: str) -> Client:
    """The provider's client for the API under `api_url`; each request waits TIMEOUT at most."""
    http = TwilioHttpClient(timeout=TIMEOUT)
    if http.session is not None:
        http.session.trust_env = not _stays_here(api_url)
    made = Client(account_sid, auth_token, http_client=http)
    # These come from the environment and would rewrite the host of another provider or a stand-in.
    made.edge = None
    made.region = None
    made.api.base_url = api_url.rstrip("/")
    return made


@dataclass(frozen=True, slots=True)
class Recordings:
    """The account's recordings; fetched and deleted by id, with credentials."""

    account_sid: str
    auth_token: str = field(repr=False)
    api_url: str
    largest: int = LARGEST_RECORDING
    timeout: float = TIMEOUT
    patience: float = PATIENCE
    elapsed: Callable[[], float] = time.monotonic

    def fetch(self, recording: str) -> bytes:
        """The recording as WAV; NotYetError, RefusedError, UnreachableError or TooLargeError."""
        with self._asked("GET", self._url(recording, "wav")) as answer:
            sound = b"".join(self._bounded(answer))
        if not sound.startswith(b"RIFF"):
            raise UnreachableError(f"the network answered with {len(sound)} bytes that are not a WAV file")
        return sound

    def delete(self, recording: str) -> None:
        """Remove the recording from the network, if it is still there; RefusedError or UnreachableError."""
        try:
            with self._asked("DELETE", self._url(recording, "json")):
                return
        except NotYetError:
            return

    def older_than(self, moment: datetime) -> Iterator[tuple[str, str, datetime]]:
        """The account's recordings made before then: id, call, when; RefusedError or UnreachableError."""
        query = urlencode({"DateCreated<": f"{moment:%Y-%m-%d}", "PageSize": PAGE_SIZE})
        path: str | None = f"/2010-04-01/Accounts/{self.account_sid}/Recordings.json?{query}"
        while path:
            page = self._page(path)
            for each in page.recordings:
                if each[2] < moment:
                    yield each
            path = page.next

    def _page(self, path: str) -> "_Page":
        if not path.startswith("/2010-04-01/"):
            raise UnreachableError("the network's list of recordings goes on somewhere else")
        try:
            with self._asked("GET", self.api_url.rstrip("/") + path) as answer:
                return _page(json.loads(b"".join(self._bounded(answer))))
        except (ValueError, KeyError, TypeError) as error:
            raise UnreachableError("the network's list of recordings cannot be read") from error

    def _url(self, recording: str, kind: str) -> str:
        if not _RECORDING.fullmatch(recording):
            raise ValueError(f"{recording!r} is not the id of a recording: RE and 32 hexadecimal digits")
        account = f"{self.api_url.rstrip('/')}/2010-04-01/Accounts/{self.account_sid}"
        return f"{account}/Recordings/{recording}.{kind}"

    @contextmanager
    def _asked(self, method: str, url: str) -> Iterator[requests.Response]:
        """The checked answer to one request; whatever goes wrong while it is read has a name of ours too."""
        with requests.Session() as session:
            session.trust_env = not _stays_here(self.api_url)
            session.auth = (self.account_sid, self.auth_token)
            try:
                with session.request(method, url, timeout=self.timeout, stream=True) as answer:
                    _LOG.info("REST %s %s: %d", method, urlsplit(url).path, answer.status_code)
                    _check(answer.status_code)
                    yield answer
            except requests.RequestException as error:
                raise UnreachableError(f"the network's REST API: {type(error).__name__}") from error

    def _bounded(self, answer: requests.Response) -> Iterator[bytes]:
        begun, size = self.elapsed(), 0
        for chunk in answer.iter_content(_CHUNK):
            size += len(chunk)
            if size > self.largest:
                raise TooLargeError(f"a recording of more than {self.largest} bytes is not fetched")
            if self.elapsed() - begun > self.patience:
                raise UnreachableError(f"a recording took more than {self.patience:.0f} seconds to come")
            yield chunk


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of the list, and the path of the next."""

    recordings: tuple[tuple[str, str, datetime], ...]
    next: str | None


def _page(told: dict[str, Any]) -> _Page:
    found = (
        (str(each["sid"]), str(each["call_sid"] or ""), _moment(each["date_created"]))
        for each in told["recordings"]
    )
    return _Page(tuple(found), told["next_page_uri"])


def _moment(text: str) -> datetime:
    """A moment as the network writes it; without an offset it means UTC."""
    found = parsedate_to_datetime(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _check(status: int) -> None:
    if status == requests.codes.not_found:
        raise NotYetError("the network has no such recording")
    if status in {requests.codes.unauthorized, requests.codes.forbidden}:
        raise RefusedError(
            f"the network refused the account ({status}); check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
        )
    if not requests.codes.ok <= status < requests.codes.multiple_choices:
        raise UnreachableError(f"the network's REST API answered {status}")


def _stays_here(api_url: str) -> bool:
    """On this machine: no proxy of the environment stands between."""
    return is_loopback(urlsplit(api_url).hostname or "")

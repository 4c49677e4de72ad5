"""Webhooks: one request signed, repeated as its URL's fragment asks, and its answer."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit
from uuid import uuid4

from ivr.telephony.exchange.account import Account
from ivr.telephony.exchange.errors import TwimlError
from ivr.telephony.exchange.leg import Go
from ivr.telephony.exchange.signature import sign
from ivr.telephony.exchange.urls import bare

CEILING = 15.0  # seconds in all, whatever the overrides say
MOST_MOVES = 10  # HTTP redirects followed
OVERRIDES: Mapping[str, tuple[int, int, int]] = {  # lowest, highest, default
    "ct": (100, 10_000, 5_000),
    "rt": (100, 15_000, 15_000),
    "tt": (100, 15_000, 15_000),
    "rc": (0, 5, 1),
}


@dataclass(frozen=True, slots=True)
class Request:
    """What goes over the wire; a form only with POST. Times in seconds."""

    method: str
    url: str
    form: Mapping[str, str]
    headers: Mapping[str, str]
    connect: float = 5.0
    read: float = 15.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    content_type: str
    body: bytes
    location: str = ""


class Unreachable(Exception):  # noqa: N818 (an outcome, told as an exception)
    """No answer came; `kind` is `ct` when no connection was made, `rt` when it was too slow or broke."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Wire(Protocol):
    """Carries one request; aiohttp in life, the application's own test client in tests."""

    async def send(self, request: Request) -> Answer:
        """The answer, or Unreachable."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """How often and how long, from a URL's fragment."""

    connect: float
    read: float
    total: float
    retries: int
    policy: frozenset[str]

    def retry(self, outcome: Answer | Unreachable) -> bool:
        """Whether this outcome is one to try again."""
        if isinstance(outcome, Unreachable):
            kind = outcome.kind
        elif outcome.status >= 400:  # noqa: PLR2004 (HTTP's border between fine and not)
            kind = f"{outcome.status // 100}xx"
        else:
            return False
        return kind in self.policy or "all" in self.policy


def read_overrides(url: str) -> Overrides:
    """The connection overrides in a URL's fragment, each within its range."""
    said = dict(parse_qsl(urlsplit(url).fragment))
    values = {name: _within(said.get(name, ""), *limits) for name, limits in OVERRIDES.items()}
    return Overrides(
        connect=values["ct"] / 1000,
        read=values["rt"] / 1000,
        total=values["tt"] / 1000,
        retries=values["rc"],
        policy=frozenset(said.get("rp", "ct").split(",")),
    )


def _within(said: str, low: int, high: int, default: int) -> int:
    return min(max(int(said), low), high) if re.fullmatch(r"[0-9]{1,6}", said) else default


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Asks an application for documents, as this account's network."""

    wire: Wire
    account: Account

    async def ask(self, go: Go, said: Mapping[str, str]) -> tuple[Answer, str]:
        """The answer and the URL it finally came from; TwimlError 11200 or 11205 without a good one."""
        url, method, form = go.url, go.method, dict(said)
        for _ in range(MOST_MOVES + 1):
            answer = await self._try(url, method, form)
            if not answer.location:
                return _good(answer, url), bare(url)
            url, method, form = urljoin(bare(url), answer.location), "GET", {}
        raise TwimlError(
            11215, f"{bare(go.url)} leads through more than {MOST_MOVES} redirects", url=bare(go.url)
        )

    async def _try(self, url: str, method: str, form: Mapping[str, str]) -> Answer:
        overrides = read_overrides(url)
        outcome = await self._repeat(self._request(url, method, form, overrides), overrides)
        if isinstance(outcome, Unreachable):
            code = 11205 if outcome.kind == "ct" else 11200
            raise TwimlError(code, f"{bare(url)} cannot be reached: {outcome}", url=bare(url)) from outcome
        return outcome

    async def _repeat(self, request: Request, overrides: Overrides) -> Answer | Unreachable:
        outcome: Answer | Unreachable = Unreachable("rt", "it took too long to answer")
        with suppress(TimeoutError):
            async with asyncio.timeout(overrides.total):
                for _ in range(overrides.retries + 1):
                    outcome = await self._once(request)
                    if not overrides.retry(outcome):
                        break
        return outcome

    async def _once(self, request: Request) -> Answer | Unreachable:
        try:
            return await self.wire.send(request)
        except Unreachable as error:
            return error

    def _request(self, url: str, method: str, form: Mapping[str, str], limits: Overrides) -> Request:
        asked, sent = bare(url), dict(form)
        if method == "GET" and sent:
            asked, sent = asked + ("&" if urlsplit(asked).query else "?") + urlencode(sent), {}
        headers = {
            "X-Twilio-Signature": sign(self.account.token, asked, sent),
            "I-Twilio-Idempotency-Token": str(uuid4()),
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        return Request(method, asked, sent, headers, limits.connect, limits.read)


def _good(answer: Answer, url: str) -> Answer:
    if 200 <= answer.status < 300:  # noqa: PLR2004 (HTTP's range of success)
        return answer
    text = answer.body[:2000].decode("utf-8", "replace")
    raise TwimlError(11200, f"{bare(url)} answered {answer.status}", text, bare(url))

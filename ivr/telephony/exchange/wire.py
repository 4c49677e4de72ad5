"""The exchange's own client: webhooks and sounds over HTTP."""

import asyncio

import aiohttp
from yarl import URL

from ivr.telephony.exchange.errors import TwimlError
from ivr.telephony.exchange.sounds import Media
from ivr.telephony.exchange.twiml import LONGEST
from ivr.telephony.exchange.webhooks import CEILING, Answer, Request, Unreachable

MOST_SOUND = 32 * 1024 * 1024
MOVED = frozenset({301, 302, 303, 307, 308})


def open_session() -> aiohttp.ClientSession:
    """A session without cookies or limit; each request has a connection of its own.

    On one that was kept, the next webhook would be lost whenever the application restarts.
    """
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


class HttpWire:
    """Sends webhooks; redirects are answered to whoever asked, because each is signed anew."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def send(self, request: Request) -> Answer:
        """The answer, or Unreachable after at most fifteen seconds."""
        limits = aiohttp.ClientTimeout(total=CEILING, sock_connect=request.connect, sock_read=request.read)
        try:
            async with self._session.request(
                request.method,
                URL(request.url, encoded=True),  # as signed: the raw query must arrive unchanged
                data=dict(request.form) if request.method == "POST" else None,
                headers=dict(request.headers),
                timeout=limits,
                allow_redirects=False,
            ) as response:
                return await _answer(response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreachable("ct", str(error)) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable("rt", str(error) or "it took too long to answer") from error


async def _answer(response: aiohttp.ClientResponse) -> Answer:
    headers = response.headers
    location = headers.get("Location", "") if response.status in MOVED else ""
    body = await _at_most(response, LONGEST + 1)
    return Answer(response.status, headers.get("Content-Type", ""), body, location)


async def _at_most(response: aiohttp.ClientResponse, most: int) -> bytes:
    body = b""
    while len(body) < most and (part := await response.content.read(most - len(body))):
        body += part
    return body


class HttpShelf:
    """Fetches sounds."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def fetch(self, url: str) -> Media:
        """The sound file, or TwimlError 11200 when nothing answers."""
        try:
            async with asyncio.timeout(CEILING), self._session.get(URL(url, encoded=True)) as response:
                body = await _at_most(response, MOST_SOUND)
                headers = response.headers
                kind, cache = headers.get("Content-Type", ""), headers.get("Cache-Control", "")
                return Media(response.status, kind, cache, body)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TwimlError(11200, f"the sound {url} cannot be fetched: {error}", url=url) from error

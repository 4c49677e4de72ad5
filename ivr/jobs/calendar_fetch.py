"""Fetches a calendar from a URL that staff have given, without becoming their way into our own network.

Every address that the host has must be a public one, the connection goes to exactly the address that was
checked, and each redirect is checked like the URL itself. Loopback is allowed where a URL names it in so many
words, for a calendar on this machine that was subscribed to by command: staff's pages take no such URL, and
neither a name in the DNS nor a redirect from elsewhere leads there.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Event, Timer
from urllib.parse import SplitResult, urljoin, urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from ivr.settings import is_loopback

TIMEOUT = 5.0  # seconds for a connection, and for each piece of an answer
PATIENCE = 20.0  # seconds for one answer as a whole
LARGEST = 10_000_000  # bytes; the reader of calendars takes no more
MOST_REDIRECTS = 3
_PORTS = {"http": 80, "https": 443}
_MOVED = frozenset({301, 302, 303, 307, 308})
_GOOD, _UNCHANGED = 200, 304
_CHUNK = 65536
_FAILURES = (OSError, HTTPException, ValueError)
_NAT64 = IPv6Network("64:ff9b::/96")
# Of a local translator (RFC 8215), and deprecated (RFC 4291): both lead to IPv4 addresses of any kind.
_NEVER = (IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))

_Ip = IPv4Address | IPv6Address


class FetchError(Exception):
    """A calendar that could not be fetched; says why, without the URL, which may hold a secret."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered: the calendar and its version; None if it still is the one that was named."""

    raw: bytes | None
    etag: str = ""
    modified: str = ""


def check_url(url: str, *, near: bool = True) -> str:
    """The URL as it is fetched, webcal: as https:; a FetchError that says what about it is wrong.

    `near`: whether whoever gives it is trusted with this machine's own servers.
    """
    plain = url.strip()
    if plain.casefold().startswith("webcal:"):
        plain = f"https:{plain[7:]}"
    parts = _parts(plain)
    if parts.username or parts.password:
        raise FetchError("the URL holds a name and a password; use the calendar's secret address instead")
    if not near and is_loopback(parts.hostname or ""):
        raise FetchError("a calendar on this machine is followed by command only: ivr roster subscribe")
    return plain


def fetch_calendar(url: str, etag: str = "", modified: str = "") -> Fetched:
    """The calendar at a URL that `check_url` has passed; a FetchError if it cannot be had."""
    parts = _parts(url)
    near = is_loopback(parts.hostname or "")
    for _ in range(MOST_REDIRECTS + 1):
        answer = _ask(parts, near, _headers(etag, modified))
        if isinstance(answer, Fetched):
            return answer
        following = _parts(urljoin(parts.geturl(), answer))
        if parts.scheme == "https" and following.scheme != "https":
            raise FetchError("the server leads from https to http; ask for its https address")
        parts, near = following, near and is_loopback(following.hostname or "")
    raise FetchError(f"more than {MOST_REDIRECTS} redirects; use the address at their end")


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (reading it is what checks it)
    except ValueError:
        raise FetchError("not a URL; write https://host/path.ics") from None
    if parts.scheme not in _PORTS or not parts.hostname or not url.isprintable() or " " in url:
        raise FetchError("not a URL of a calendar; write https://host/path.ics (http and webcal do, too)")
    return parts


def _headers(etag: str, modified: str) -> dict[str, str]:
    headers = {"Accept": "text/calendar", "Accept-Encoding": "identity", "User-Agent": "ivr"}
    if etag:
        headers["If-None-Match"] = etag
    if modified:
        headers["If-Modified-Since"] = modified
    return headers


def _ask(parts: SplitResult, near: bool, headers: dict[str, str]) -> Fetched | str:
    """The answer, or where it leads."""
    host = parts.hostname or ""
    path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    try:
        with _connected(host, parts.port or _PORTS[parts.scheme], near, tls=parts.scheme == "https") as line:
            line.request("GET", path if path.startswith("/") else f"/{path}", headers=headers)
            return _answer(line.getresponse())
    except ssl.SSLCertVerificationError as error:
        raise FetchError(f"the server's certificate is not trusted: {error.verify_message}") from None
    except _FAILURES as error:
        raise FetchError(f"the server does not answer as it should ({type(error).__name__})") from None


@contextmanager
def _connected(host: str, port: int, near: bool, *, tls: bool) -> Iterator[HTTPConnection]:
    plain = _socket(_addresses(host, port, near), port)
    # The handshake waits until what can end it is there.
    wrapped = (
        _trusted().wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False) if tls else None
    )
    with wrapped or plain as line, _ended_in_time(line):
        if wrapped:
            wrapped.do_handshake()
        connection = HTTPConnection(host, port, timeout=TIMEOUT)
        connection.sock = line
        yield connection


@contextmanager
def _ended_in_time(line: socket.socket) -> Iterator[None]:
    """The time-out of a socket starts anew with every byte; this ends a server that drips."""
    late = Event()

    def cut() -> None:
        late.set()
        with suppress(OSError):  # it may have ended by itself
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    end = Timer(PATIENCE, cut)
    end.daemon = True
    end.start()
    try:
        yield
    except _FAILURES:
        if not late.is_set():
            raise
    finally:
        end.cancel()
    if late.is_set():
        # What was cut off may look like the end of an answer, too.
        raise FetchError(f"the server takes longer than {PATIENCE:g} seconds")


def _addresses(host: str, port: int, near: bool) -> list[str]:
    try:
        found = {str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise FetchError(f"{host} is not known; see to its spelling") from None
    if not all(_is_allowed(ip_address(each.partition("%")[0]), near) for each in found):
        raise FetchError(f"{host} is in a private network; a calendar must be at a public address")
    return sorted(found, key=lambda each: ":" in each)


def _is_allowed(address: _Ip, near: bool) -> bool:
    real = _inner(address)
    if real.is_loopback:
        return near
    if isinstance(real, IPv6Address) and any(real in each for each in _NEVER):
        return False
    return real.is_global and not real.is_multicast


def _inner(address: _Ip) -> _Ip:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    tunnel = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or tunnel or address


def _socket(addresses: list[str], port: int) -> socket.socket:
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), TIMEOUT)
        except OSError:  # the next address may do; the last one's error is told
            continue
    return socket.create_connection((addresses[-1], port), TIMEOUT)


def _trusted() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    return context


def _answer(response: HTTPResponse) -> Fetched | str:
    if response.status in _MOVED and (target := response.getheader("Location")):
        return target
    if response.status == _UNCHANGED:
        return Fetched(None)
    if response.status != _GOOD:
        raise FetchError(f"the server answers {response.status}; see whether the address still holds")
    body = bytearray()
    while piece := response.read1(_CHUNK):
        body += piece
        if len(body) > LARGEST:
            raise FetchError(f"larger than {LARGEST // 1_000_000} MB; split it")
    return Fetched(bytes(body), response.getheader("ETag", ""), response.getheader("Last-Modified", ""))

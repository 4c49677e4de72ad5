"""What is left of a text once nothing in it tells who somebody is, or opens anything."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from ivr.app.parts import Parts
from ivr.privacy import without_numbers
from ivr.storage.accounts import list_accounts
from ivr.storage.engine import reading
from ivr.storage.errors import StorageError
from ivr.storage.subscriptions import list_subscriptions
from ivr.telephony.exchange.address import read_address

HIDDEN = "[hidden]"
_SHORTEST = 3  # letters of what is worth hiding
_AWAY = (SQLAlchemyError, StorageError)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_ACCOUNT = re.compile(r"\bAC[0-9a-f]{32}\b")
_USER = re.compile(r"(?<=://)[^/@\s]+@")
_OPENS = re.compile(r"(/(?:invitation|calendar|heard)/)[\w%~=+.-]*[\w%~=+-]")
_URL = re.compile(r"(?P<host>\b(?:https?|ftp|webcal)://[^/?#\s\"'<>\\]+)[/?#][^\s\"'<>)\\]+", re.IGNORECASE)
_ASKED = re.compile(r"(?<=with url: )\S+")  # as requests and urllib3 tell what they have asked another host
_SECRET = re.compile(r"SECRET|TOKEN|PASSW|CREDENTIAL|_KEY$", re.IGNORECASE)
_LOOPBACK = ("http://127.0.0.1", "http://localhost", "http://[::1]")


@dataclass(frozen=True, slots=True)
class Redaction:
    """`words` never show, the longest first; of URLs that do not begin with one of `open` only the host."""

    words: tuple[str, ...]
    open: tuple[str, ...]

    def of(self, text: str) -> str:
        """`text` without words, links that open something, telephone numbers, addresses and account ids."""
        for each in self.words:
            text = text.replace(each, HIDDEN)
        text = _OPENS.sub(rf"\g<1>{HIDDEN}", _ASKED.sub("[cut]", _USER.sub("[user]@", text)))
        text = _ADDRESS.sub("[address]", _ACCOUNT.sub("[account]", _URL.sub(self._cut, text)))
        return without_numbers(text)

    def _cut(self, found: re.Match[str]) -> str:
        # With what ends its host or a part of its path: https://a.example is no beginning of a.example.org.
        if any(re.match(rf"{re.escape(each)}(?![\w.-])", found[0]) for each in self.open if each):
            return found[0]
        return f"{found['host']}/[cut]"


def redaction_for(parts: Parts, environ: Mapping[str, str]) -> Redaction:
    """What hides the secrets of these parts and of the environment, and who works here."""
    own = parts.settings
    words = {each for secret in _secrets(parts, environ) for each in _written(secret)}
    found = {each for each in words | set(_names(parts)) if len(each) >= _SHORTEST}
    ours = (own.public_url, own.audio_url, own.api_url, own.fallback_url, *_LOOPBACK)
    return Redaction(tuple(sorted(found, key=len, reverse=True)), tuple(each.rstrip("/") for each in ours))


def _secrets(parts: Parts, environ: Mapping[str, str]) -> Iterator[str]:
    own = parts.settings
    yield from (own.auth_token, own.secret_key, own.smtp_url, parts.account[1])
    yield from (each.decode("utf-8", "replace") for each in (parts.secret, *parts.older))
    yield from (value for name, value in environ.items() if _SECRET.search(name))
    yield from (urlsplit(own.smtp_url).password or "", str(make_url(own.database_url).password or ""))
    if exchange := read_address(own.data_dir):
        yield from (exchange.token, exchange.auth_token)
    yield from _calendars(parts)


def _calendars(parts: Parts) -> Iterator[str]:
    """Where the followed calendars lie: whoever knows that can often read them."""
    try:
        with reading(parts.engine) as connection:
            urls = [each.url for each in list_subscriptions(connection)]
    except _AWAY:
        return
    for url in urls:
        split = urlsplit(url)
        yield from (url, url.partition("://")[2], split._replace(scheme="", netloc="").geturl())
        yield from (split.path.rstrip("/"), split.query)


def _written(secret: str) -> Iterable[str]:
    """The ways in which it may stand somewhere."""
    plain = unquote(secret)
    return (secret, plain, quote(plain, safe=""), json.dumps(secret, ensure_ascii=False)[1:-1])


def _names(parts: Parts) -> Iterator[str]:
    people = (each.name for each in parts.snapshot.current().people)
    for name in (*people, *_staff(parts)):
        yield from (name, *name.split())


def _staff(parts: Parts) -> Iterator[str]:
    try:
        with reading(parts.engine) as connection:
            for each in list_accounts(connection):
                yield from (each.name, each.login)
    except _AWAY:
        return

"""Points a number of the account at this helpline: says what differs, then changes it in one request."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from ivr.settings import Settings, is_loopback
from ivr.telephony.twilio.rest import RefusedError, RestError, UnreachableError
from ivr.telephony.twilio.urls import OVERRIDES


class NoSuchNumberError(RestError):
    """The account does not have the number."""


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute of the number, by the client's name for it, before and after."""

    name: str
    old: str
    new: str

    def __str__(self) -> str:
        name = "".join(each.title() for each in self.name.split("_"))
        return f"{name}: {self.old or '(empty)'} → {self.new or '(empty)'}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the number has to say for its calls and text messages to come to us."""

    voice_url: str
    sms_url: str
    status_callback: str
    fallback_url: str

    def values(self) -> dict[str, str]:
        """By attribute; a fallback URL that is not set leaves the number's own."""
        values = {
            "voice_url": self.voice_url,
            "voice_method": "POST",
            "status_callback": self.status_callback,
            "status_callback_method": "POST",
            "sms_url": self.sms_url,
            "sms_method": "POST",
            # While either of these is set, the network looks at none of the URLs.
            "voice_application_sid": "",
            "trunk_sid": "",
            "sms_application_sid": "",
        }
        if self.fallback_url:
            values |= {"voice_fallback_url": self.fallback_url, "voice_fallback_method": "GET"}
        return values


def wanted(settings: Settings) -> Wanted:
    """What `settings` say of the number."""
    return Wanted(
        voice_url=f"{settings.public_url}/voice",
        # Unlike a call, a text message has nobody to ring again: what we cannot keep now is told once more.
        sms_url=f"{settings.public_url}/sms{OVERRIDES}",
        status_callback=f"{settings.public_url}/voice/status",
        fallback_url=settings.fallback_url,
    )


def address_problems(settings: Settings) -> tuple[str, ...]:
    """Why the network could not call these addresses, or not safely; a network on this machine calls all."""
    problems = []
    own, fallback = urlsplit(settings.public_url), urlsplit(settings.fallback_url)
    if not is_loopback(urlsplit(settings.api_url).hostname or ""):
        problems += _unsafe("PUBLIC_URL", settings.public_url)
        problems += _unsafe("FALLBACK_URL", settings.fallback_url) if settings.fallback_url else []
    if fallback.hostname and fallback.hostname == own.hostname and not is_loopback(own.hostname):
        problems.append(
            f"FALLBACK_URL: {fallback.hostname} is also PUBLIC_URL's host; "
            "what answers when this server is gone must lie on another one"
        )
    return tuple(problems)


def changes(client: Client, number: str, want: Wanted) -> tuple[str, tuple[Change, ...]]:
    """The number's id, and what differs from `want`; raises a RestError."""
    with _named_errors():
        found = client.incoming_phone_numbers.list(phone_number=number)
    entry = next((each for each in found if each.phone_number == number), None)
    if entry is None:
        raise NoSuchNumberError(
            f"the account has no number {number}; buy it there, or check TWILIO_ACCOUNT_SID and the number"
        )
    return str(entry.sid), _differences(entry, want)


def apply(client: Client, sid: str, todo: tuple[Change, ...], want: Wanted) -> None:
    """Make the changes, and look that they were taken; raises a RestError, and then nothing is certain."""
    with _named_errors():
        entry = client.incoming_phone_numbers(sid).update(**{each.name: each.new for each in todo})
    left = _differences(entry, want)
    if left:
        raise RestError("the network did not take: " + "; ".join(map(str, left)))


def _unsafe(name: str, url: str) -> list[str]:
    parts = urlsplit(url)
    if is_loopback(parts.hostname or ""):
        return [
            f"{name}: {url} is this machine alone; the network cannot call it: use a public https:// address"
        ]
    if parts.scheme != "https":
        return [f"{name}: {url} is not https; callers' numbers and keys would travel in the open"]
    return []


def _differences(entry: Any, want: Wanted) -> tuple[Change, ...]:
    values = want.values().items()
    pairs = ((name, getattr(entry, name) or "", new) for name, new in values)
    return tuple(Change(name, old, new) for name, old, new in pairs if old != new)


@contextmanager
def _named_errors() -> Iterator[None]:
    """The client's many exceptions as ours, in words that say what to do."""
    try:
        yield
    except requests.RequestException as error:
        raise UnreachableError(
            f"the network's REST API cannot be reached ({type(error).__name__}); check the connection and "
            "TWILIO_API_URL"
        ) from error
    except TwilioException as error:
        raise _named(error) from error
    except ValueError as error:
        raise UnreachableError(
            "the network's REST API did not answer with JSON; check TWILIO_API_URL"
        ) from error


def _named(error: Exception) -> RestError:
    status = getattr(error, "status", None) or _page_status(error)
    if status in {requests.codes.unauthorized, requests.codes.forbidden}:
        return RefusedError(
            f"the network refused the account ({status}); check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
        )
    if status == requests.codes.not_found:
        return RefusedError("the network knows no such account; check TWILIO_ACCOUNT_SID and TWILIO_API_URL")
    said = getattr(error, "msg", None) or str(error)
    return UnreachableError(f"the network's REST API answered {status or 'unexpectedly'}: {said}")


def _page_status(error: Exception) -> int | None:
    """The status of a list that could not be read: the client keeps it beside the message."""
    answer = error.args[1] if len(error.args) > 1 else None
    status = getattr(answer, "status_code", None)
    return status if isinstance(status, int) else None

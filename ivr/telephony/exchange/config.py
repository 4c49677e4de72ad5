"""What an exchange is started with, and the guard that keeps it away from a live account."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ivr.settings import Settings, is_loopback
from ivr.telephony.exchange.account import Account


class ExchangeRefused(Exception):  # noqa: N818 (the guard's answer)
    """The exchange may not start; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ExchangeConfig:
    """One exchange: its account, where it listens, the helpline's number and URLs, and its voice.

    `port` is a wish: another free one is taken when it is not to be had. `fallback_url` may be empty.
    `others`: more numbers of the helpline, which come to the same URLs. `recording_delay`: seconds until a
    new recording can be fetched.
    """

    account: Account
    host: str
    port: int
    number: str
    voice_url: str
    fallback_url: str
    status_url: str
    data_dir: Path
    to_wav: Callable[[bytes], bytes]
    speak: Callable[[str], bytes]
    recording_delay: float = 0.3
    others: tuple[str, ...] = ()


def guard(settings: Settings) -> None:
    """ExchangeRefused with live credentials, unless the REST side they are used on is on this machine."""
    host = urlsplit(settings.api_url).hostname or ""
    if not settings.exchange_mode and not is_loopback(host):
        raise ExchangeRefused(
            "TWILIO_ACCOUNT_SID is set and TWILIO_API_URL is not on this machine: the exchange would answer "
            "in a live account's name; unset the account, or set TWILIO_API_URL to http://127.0.0.1:…"
        )
    if not is_loopback(settings.host) and settings.exchange_mode:
        raise ExchangeRefused(
            f"HOST {settings.host} is not on this machine; the exchange listens on loopback only"
        )

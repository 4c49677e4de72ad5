"""What is left on the account, as the network's REST API tells it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests

from ivr.settings import Settings, is_loopback
from ivr.telephony.twilio.rest import TIMEOUT, RefusedError, UnreachableError


@dataclass(frozen=True, slots=True)
class Balance:
    """So much is left, in that currency, at the moment `at` of the network's own clock, if it told it."""

    amount: Decimal
    currency: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Purse:
    """The account whose balance is asked for."""

    account_sid: str
    auth_token: str = field(repr=False)
    api_url: str

    def balance(self) -> Balance:
        """What is left now; RefusedError or UnreachableError."""
        url = f"{self.api_url.rstrip('/')}/2010-04-01/Accounts/{self.account_sid}/Balance.json"
        with requests.Session() as session:
            session.trust_env = not is_loopback(urlsplit(url).hostname or "")
            session.auth = (self.account_sid, self.auth_token)
            try:
                answer = session.get(url, timeout=TIMEOUT)
            except requests.RequestException as error:
                raise UnreachableError(f"the network's REST API: {type(error).__name__}") from error
        return _read(answer)


def purse_of(settings: Settings) -> Callable[[], Balance] | None:
    """Who asks for the account's balance; None while our own exchange is the network."""
    if settings.exchange_mode:
        return None
    return Purse(settings.account_sid, settings.auth_token, settings.api_url).balance


def _read(answer: requests.Response) -> Balance:
    if answer.status_code in {requests.codes.unauthorized, requests.codes.forbidden}:
        raise RefusedError(
            f"the network refused the account ({answer.status_code}); check TWILIO_ACCOUNT_SID and"
            " TWILIO_AUTH_TOKEN"
        )
    if answer.status_code != requests.codes.ok:
        raise UnreachableError(f"the network's REST API answered {answer.status_code}")
    try:
        told = answer.json()
        amount, currency = Decimal(str(told["balance"])), str(told["currency"])
    except (ValueError, KeyError, TypeError, InvalidOperation) as error:
        raise UnreachableError("the network's REST API told no balance") from error
    return Balance(amount, currency, _moment(answer.headers.get("Date", "")))


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else None

"""Short messages over the REST API: sent from the helpline's number, and looked for before a repetition."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException

from ivr.duty.tolls import Tolls
from ivr.telephony.twilio.rest import RefusedError, RestError, UnreachableError, client

# "To" is no number, cannot get texts, has asked for none, or is one that the account may not text.
_NO_NUMBER = frozenset({21211, 21214, 21217, 21408, 21606, 21610, 21612, 21614})
_LATEST = 50  # messages to one number
_CLOCKS = timedelta(minutes=2)  # by which the network's clock and ours may differ


class NotTextableError(RestError):
    """The number gets no texts: trying again will not help."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The account's short messages, to the numbers that `tolls` allow."""

    account_sid: str
    auth_token: str = field(repr=False)
    api_url: str
    sender: str
    tolls: Tolls

    def send_sms(self, to: str, body: str) -> str:
        """The id of the message as the network took it; NotTextableError, RefusedError, UnreachableError."""
        if told := self.tolls.refusal(to):
            raise NotTextableError(f"the number {told}")
        try:
            sid = self._client().messages.create(to=to, from_=self.sender, body=body).sid
        except (TwilioException, requests.RequestException) as error:
            raise _named(error) from error
        return str(sid)

    def was_sent(self, to: str, body: str, since: datetime) -> bool:
        """Whether the network has taken that message since then; UnreachableError if it does not say."""
        try:
            # Not filtered by when it was sent: what is still queued there has no such time.
            found = self._client().messages.list(to=to, limit=_LATEST)
        except (TwilioException, requests.RequestException) as error:
            raise UnreachableError(f"the network's REST API: {type(error).__name__}") from error
        first = since - _CLOCKS
        same = (each for each in found if each.to == to and each.body == body)
        return any(each.date_created is None or each.date_created >= first for each in same)

    def _client(self) -> Any:
        return client(self.account_sid, self.auth_token, self.api_url)


def _named(error: Exception) -> RestError:
    """The error by what it means; without the network's words, in which the number may stand."""
    if not isinstance(error, TwilioRestException):
        return UnreachableError(f"the network's REST API: {type(error).__name__}")
    told = f"the network's REST API answered {error.status}, error {error.code}"
    if error.code in _NO_NUMBER:
        return NotTextableError(told)
    if error.status in {requests.codes.unauthorized, requests.codes.forbidden}:
        return RefusedError(told)
    return UnreachableError(told)

"""The network's own records of calls, which hold callers' numbers: found and deleted over its REST API."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import requests
from twilio.base.exceptions import TwilioException

from ivr.telephony.twilio.rest import UnreachableError, client

_LASTING = frozenset({"queued", "initiated", "ringing", "in-progress"})


@dataclass(frozen=True, slots=True)
class CallRecords:
    """The account's records of calls."""

    account_sid: str
    auth_token: str = field(repr=False)
    api_url: str

    def delete_between(self, number: str, own: Iterable[str]) -> int:
        """Delete those of calls that have ended between the number and one of our own; how many.

        UnreachableError, without the network's words, in which the number may stand.
        """
        try:
            calls = client(self.account_sid, self.auth_token, self.api_url).calls
            pairs = [pair for each in own for pair in ((number, each), (each, number))]
            found = [call for first, second in pairs for call in calls.list(from_=first, to=second)]
            return sum(call.delete() for call in found if call.status not in _LASTING)
        except (TwilioException, requests.RequestException) as error:
            raise UnreachableError(f"the network's REST API: {type(error).__name__}") from error

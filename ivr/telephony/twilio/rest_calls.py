"""Calls and queues over the network's REST API: each request bounded in time, each refusal named."""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests

from ivr.duty.tolls import Tolls
from ivr.settings import is_loopback
from ivr.telephony.twilio.rest import RefusedError, RestError, UnreachableError

_LOG = logging.getLogger(__name__)
CONNECT_SECONDS, READ_SECONDS = 2.0, 4.0
EVENTS = ("initiated", "ringing", "answered", "completed")
_SID = re.compile(r"(?:CA|QU)[0-9a-f]{32}")
# twilio.com/docs/api/errors: numbers and countries, one phone's own trouble.
_BAD_NUMBERS = {21211, 21214, 21215, 21216, 21217, 13223, 13224, 13225, 13227}
_LIMITS = {10004, 20429}
_CALL_IS_OVER, _NOT_WHILE_IN_PROGRESS, _QUEUE_IS_NOT_EMPTY = 21220, 20001, 22002
_GONE = 404
_STILL_THERE = "in-progress"

Fields = Sequence[tuple[str, str]]


class BadNumberError(RestError):
    """The number cannot be rung; others can."""


class AccountLimitError(RestError):
    """The account has as many calls as it may, or asks too often."""


class ImpossibleError(RestError):
    """What was asked for is over, or not there, or not possible now; `code` is the network's, 0 for none."""

    def __init__(self, status: int, code: int) -> None:
        super().__init__(f"the network's REST API answered {status}, error {code}")
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True)
class RestCalls:
    """The account's calls and queues; every method raises a RestError of this module or of `rest`.

    `number` is the helpline's, which is all that anybody who is rung ever sees; `tolls` say whom to ring.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    api_url: str
    number: str
    tolls: Tolls

    def place(self, to: str, url: str, status_url: str, seconds: int) -> str:
        """Ring a phone for `seconds`; its call's id. Who picks up hears `url`; `status_url` is told all.

        A number that `tolls` refuse is a BadNumberError, and the network is not asked.
        """
        if told := self.tolls.refusal(to):
            raise BadNumberError(f"the number {told}")
        fields = [
            ("To", to),
            ("From", self.number),
            ("Url", url),
            ("Method", "POST"),
            ("Timeout", str(seconds)),
            ("StatusCallback", status_url),
            ("StatusCallbackMethod", "POST"),
            *(("StatusCallbackEvent", each) for each in EVENTS),
        ]
        sid = _sid(self._post("Calls.json", fields))
        _LOG.info("The call %s is made", sid)
        return sid

    def stop(self, sid: str) -> bool:
        """End a call that rings; False if it does not ring any more."""
        try:
            told = self._post(f"Calls/{_checked(sid)}.json", [("Status", "canceled")])
        except ImpossibleError:
            return False
        return told.get("status") != _STILL_THERE

    def redirect(self, sid: str, url: str) -> bool:
        """Let a call go on at `url`; False if it is over."""
        try:
            self._post(f"Calls/{_checked(sid)}.json", [("Url", url), ("Method", "POST")])
        except ImpossibleError as error:
            if error.status == _GONE or error.code == _CALL_IS_OVER:
                return False
            raise
        return True

    def delete_queue(self, sid: str) -> bool:
        """Delete a queue, or find it gone; False if somebody is still in it."""
        try:
            self._asked("DELETE", f"Queues/{_checked(sid)}.json", [])
        except ImpossibleError as error:
            return error.status == _GONE
        return True

    def _post(self, path: str, fields: Fields) -> Mapping[str, object]:
        return _read(self._asked("POST", path, fields))

    def _asked(self, method: str, path: str, fields: Fields) -> requests.Response:
        url = f"{self.api_url.rstrip('/')}/2010-04-01/Accounts/{self.account_sid}/{path}"
        with requests.Session() as session:
            # On this machine no proxy of the environment stands between.
            session.trust_env = not is_loopback(urlsplit(self.api_url).hostname or "")
            session.auth = (self.account_sid, self.auth_token)
            try:
                answer = session.request(
                    method, url, data=list(fields), timeout=(CONNECT_SECONDS, READ_SECONDS)
                )
            except requests.RequestException as error:
                raise UnreachableError(f"the network's REST API: {type(error).__name__}") from error
        took = answer.elapsed.total_seconds() * 1000
        _LOG.info("REST %s %s: %d in %.0f ms", method, path, answer.status_code, took)
        _check(answer)
        return answer


def _check(answer: requests.Response) -> None:
    status = answer.status_code
    if requests.codes.ok <= status < requests.codes.multiple_choices:
        return
    code = _code(answer)
    if code in _BAD_NUMBERS:
        raise BadNumberError(f"the network does not ring this number (error {code})")
    if code in _LIMITS or status == requests.codes.too_many_requests:
        raise AccountLimitError(f"the account is at its limits ({status}, error {code})")
    if code in {_CALL_IS_OVER, _NOT_WHILE_IN_PROGRESS, _QUEUE_IS_NOT_EMPTY} or status == _GONE:
        raise ImpossibleError(status, code)
    if status >= requests.codes.internal_server_error:
        raise UnreachableError(f"the network's REST API answered {status}")
    raise RefusedError(
        f"the network refused ({status}, error {code}); check the account, its token, HELPLINE_NUMBER and "
        "PUBLIC_URL"
    )


def _code(answer: requests.Response) -> int:
    try:
        code = answer.json().get("code", 0)
    except (ValueError, AttributeError):
        return 0
    return code if isinstance(code, int) else 0


def _read(answer: requests.Response) -> Mapping[str, object]:
    try:
        values = answer.json()
    except ValueError as error:
        raise UnreachableError("the network's REST API did not answer with JSON") from error
    if not isinstance(values, dict):
        raise UnreachableError("the network's REST API did not answer with an object")
    return values


def _sid(values: Mapping[str, object]) -> str:
    sid = values.get("sid")
    if not isinstance(sid, str) or not _SID.fullmatch(sid):
        raise UnreachableError("the network's REST API did not say the id of what it made")
    return sid


def _checked(sid: str) -> str:
    if not _SID.fullmatch(sid):
        raise ValueError("not an id of a call or a queue: two letters and 32 hexadecimal digits")
    return sid

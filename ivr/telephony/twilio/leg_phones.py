"""Counsellors' phones over REST: what ringing asks for, as calls with the URLs that their webhooks go to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ivr.flow.leg import RungLeg, encode_leg
from ivr.telephony.twilio import urls as to
from ivr.telephony.twilio.urls import Urls

PICKED_UP = "k"
KEYED = "j"
DIAL_ENDED = "y"
JUDGED = "z"
NOTED = "e"
CALL_BACK = "callback"
"""Stands where a leg's code names its queue, for a leg that is rung for a call-back: it has none."""
LET_GO = "u"


class Calls(Protocol):
    """The REST API's calls and queues, as `RestCalls` has them."""

    def place(self, to: str, url: str, status_url: str, seconds: int) -> str:
        """Ring a phone; its call's id."""

    def stop(self, sid: str) -> bool:
        """End a call that rings; False if it does not ring any more."""

    def redirect(self, sid: str, url: str) -> bool:
        """Let a call go on at `url`; False if it is over."""

    def delete_queue(self, sid: str) -> bool:
        """Delete a queue; False if somebody is still in it."""


@dataclass(frozen=True, slots=True)
class LegPhones:
    """Rings, stops and redirects; `calls` is the REST API wherever it is just now. Raises RestErrors."""

    calls: Callable[[], Calls]
    urls: Urls

    def place(self, phone: str, leg: RungLeg, seconds: int) -> str:
        """Ring the phone for so long; the network's id of the call."""
        return self.calls().place(phone, self._url(PICKED_UP, leg), self._url(NOTED, leg), seconds)

    def stop(self, sid: str) -> bool:
        """Stop a phone that rings; False if it was picked up before that, or has stopped by itself."""
        return self.calls().stop(sid)

    def let_go(self, sid: str, leg: RungLeg) -> None:
        """Tell the counsellor why there is no caller, and hang up; nothing to do if they have."""
        self.calls().redirect(sid, self._url(LET_GO, leg))

    def lead_away(self, call: str, language: str, state: str) -> None:
        """Take a caller out of the queue, to where the flow says that nobody was reached."""
        self.calls().redirect(call, self.urls.turn(to.NOBODY_CAME, language, state))

    def delete_queue(self, sid: str) -> bool:
        """Delete an empty queue, or one that is not there; False if somebody is still in it."""
        return self.calls().delete_queue(sid)

    def _url(self, letter: str, leg: RungLeg) -> str:
        return self.urls.turn(letter, leg.language, encode_leg(leg))

"""Call-backs over REST: counsellors' phones and callers', with the URLs that their webhooks go to."""

from collections.abc import Callable
from dataclasses import dataclass

from ivr.flow.leg import RungLeg, encode_leg
from ivr.flow.ring_back import RingBack, encode_ring_back
from ivr.telephony.twilio.leg_phones import CALL_BACK, NOTED, Calls
from ivr.telephony.twilio.urls import Urls

OFFERED = "b"
KEYED = "f"
CALLEE = "p"
CONFIRMED = "v"
ENDED = "l"


@dataclass(frozen=True, slots=True)
class CallBackPhones:
    """Rings; `calls` is the REST API wherever it is just now. Raises RestErrors."""

    calls: Callable[[], Calls]
    urls: Urls

    def offer(self, phone: str, leg: RingBack, seconds: int) -> str:
        """Ring a counsellor's phone for so long; the network's id of the call."""
        noted = encode_leg(RungLeg(int(leg.claim), leg.person, leg.language, CALL_BACK))
        status = self.urls.turn(NOTED, leg.language, noted)
        return self.calls().place(phone, url_of(self.urls, OFFERED, leg), status, seconds)

    def ring_back(self, number: str, leg: RingBack, seconds: int) -> str:
        """Ring a caller's phone for so long; the network's id of the call."""
        question, status = (url_of(self.urls, letter, leg) for letter in (CALLEE, ENDED))
        return self.calls().place(number, question, status, seconds)


def url_of(urls: Urls, letter: str, leg: RingBack) -> str:
    """Where the next document of this leg is asked for."""
    return urls.turn(letter, leg.language, encode_ring_back(leg))

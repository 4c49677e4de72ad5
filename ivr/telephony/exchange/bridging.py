"""Two legs become a conversation: screening first, then talk, then how it ended."""

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from ivr.telephony.exchange.errors import HungUp, TwimlError
from ivr.telephony.exchange.leg import Go, Leg, Stop
from ivr.telephony.exchange.races import first_of
from ivr.telephony.exchange.twiml import Verb


@dataclass(frozen=True, slots=True)
class Ended:
    """How a Dial ended; `bridged` alone says that the two could speak."""

    status: str
    sid: str = ""
    seconds: int = 0
    bridged: bool = False

    @property
    def said(self) -> Mapping[str, str]:
        """What the action is told."""
        said = {"DialCallStatus": self.status, "DialBridged": str(self.bridged).lower()}
        if self.sid:
            said["DialCallSid"] = self.sid
        if self.status == "completed":
            said["DialCallDuration"] = str(self.seconds)
        return said


class Screening:
    """Heard by the other leg before the two are connected; its end accepts, hanging up declines."""

    def __init__(self, leg: Leg, url: Go) -> None:
        self._leg = leg
        self._url = url
        self.accepted = False

    async def run(self) -> None:
        from ivr.telephony.exchange.interpreter import run  # noqa: PLC0415 (a screening holds verbs again)

        try:
            self.accepted = await run(self._leg, self._url) is Stop.END
        except HungUp:
            self.accepted = False
        except TwimlError as error:
            details = {"code": error.code, "message": error.message, "document": error.document}
            self._leg.line.show("error", details)


async def converse(first: Leg, second: Leg, verb: Verb) -> None:
    """The two talk until one hangs up, the time limit is reached, or `first` presses a star that ends it."""
    waits: list[Coroutine[Any, Any, object]] = [
        first.line.hung_up(),
        second.line.hung_up(),
        first.line.rest(verb.number("timeLimit", 14400)),
    ]
    if verb.flag("hangupOnStar"):
        waits.append(first.line.pressed("*"))
    first.line.show("connected", {"to": _shown(first, second)})
    second.line.show("connected", {"to": _shown(second, first)})
    try:
        await first_of(*waits)
    finally:
        first.line.show("parted")
        second.line.show("parted")


def _shown(leg: Leg, other: Leg) -> str:
    # Whoever has been rung sees the number that rang; only who called sees whom they reached.
    return other.number if leg.call.direction == "inbound" else leg.call.caller

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
            self._leg.line.show("error", error.shown)


async def given_up(leg: Leg, verb: Verb) -> None:
    """Returns when whoever dialled hangs up, or presses the star that ends the Dial."""
    waits: list[Coroutine[Any, Any, object]] = [leg.line.hung_up()]
    if verb.flag("hangupOnStar"):
        waits.append(leg.line.pressed("*"))
    await first_of(*waits)


async def converse(first: Leg, second: Leg, verb: Verb, over: Coroutine[Any, Any, object]) -> None:
    """The two talk until `first` gives up, the time limit is reached, or it is over for `second`."""
    limit = first.line.rest(verb.number("timeLimit", 14400))
    for leg in (first, second):
        leg.line.show("connected", {"to": _shown(leg), "conversation": first.call.sid})
    try:
        await first_of(given_up(first, verb), over, limit)
    finally:
        first.line.show("parted")
        second.line.show("parted")


def _shown(leg: Leg) -> str:
    # A telephone shows the number it dialled, or the one it was rung from; never who is behind it.
    return leg.call.to if leg.call.direction == "inbound" else leg.call.caller

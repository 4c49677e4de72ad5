"""Call-backs as their webhooks act on them, with what came of each phone counted."""

from collections.abc import Callable
from dataclasses import dataclass

from ivr.flow.leg import Claim
from ivr.telephony.twilio.callbacks import KeepsCallBacks, RingsBack


@dataclass(frozen=True, slots=True)
class CountedCallBacks:
    """Counts what counsellors and callers do on call-backs, and passes it on."""

    inner: KeepsCallBacks
    counted: Callable[[str], None]

    def picked_up(self, leg: str, sid: str) -> None:
        """The counsellor's phone was picked up."""
        self.counted("in-progress")
        self.inner.picked_up(leg, sid)

    def declined(self, leg: str) -> None:
        """The counsellor does not take it."""
        self.counted("declined")
        self.inner.declined(leg)

    def takes(self, promise: int, claim: str, person: str) -> str | Claim:
        """The number to ring, or why not."""
        answer = self.inner.takes(promise, claim, person)
        self.counted(f"claim-{(answer if isinstance(answer, Claim) else Claim.MINE).value}")
        return answer

    def confirmed(self, promise: int, claim: str) -> None:
        """The caller has pressed the key."""
        self.counted("caller-confirmed")
        self.inner.confirmed(promise, claim)

    def ended(self, promise: int, claim: str, *, bridged: bool) -> None:
        """The counsellor's Dial has ended."""
        self.counted("reached" if bridged else "caller-not-reached")
        self.inner.ended(promise, claim, bridged=bridged)


@dataclass(frozen=True, slots=True)
class CountedRingBacks:
    """Counts what callers do whom the helpline itself rings, and passes it on."""

    inner: RingsBack
    counted: Callable[[str], None]

    def confirmed(self, promise: int, claim: str) -> None:
        """The caller has pressed the key."""
        self.counted("caller-confirmed")
        self.inner.confirmed(promise, claim)

    def ended(self, promise: int, claim: str) -> None:
        """The call is over."""
        self.counted("completed")
        self.inner.ended(promise, claim)

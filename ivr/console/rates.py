"""How often one address may ask for what anybody may ask for, in this process."""

from flask import abort
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from ivr.console.askers import asker


class Rate:
    """At most `a_minute` from one address; the locks in storage count for all processes, this spares them."""

    def __init__(self, a_minute: int) -> None:
        # Of moving windows the storage would keep every address that has ever asked (measured).
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._most = RateLimitItemPerMinute(a_minute)

    def check(self) -> None:
        """Count this request; 429 if it is one too many."""
        if not self._limiter.hit(self._most, asker()):
            abort(429)

"""How often one address may ask for what anybody may ask for, in this process."""

from threading import Lock
from time import monotonic

from flask import abort

from ivr.console.askers import asker
from ivr.jobs.lately import Lately

_MINUTE = 60


class Rate:
    """At most `a_minute` from one address; the locks in storage count for all processes, this spares them."""

    def __init__(self, a_minute: int) -> None:
        self._most, self._lately, self._lock = a_minute, Lately(_MINUTE), Lock()

    def check(self) -> None:
        """Count this request; 429 if it is one too many."""
        if not self._may(asker(), monotonic()):
            abort(429)

    def _may(self, who: str, at: float) -> bool:
        with self._lock:
            if self._lately.number(who, at) >= self._most:
                return False
            self._lately.note(who, at)
            return True

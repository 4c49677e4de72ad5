"""PINs on the counsellors' line: counted first, looked at outside of any transaction, and told if locked."""

from dataclasses import dataclass
from datetime import datetime
from time import sleep

from sqlalchemy import Engine

from ivr.flow.line_state import PinOutcome
from ivr.jobs.notices import notify
from ivr.storage.engine import reading, writing
from ivr.storage.line_deeds import begin, finish, outcome_of
from ivr.storage.pins import MOST_WRONG, begin_try, is_locked, matches, was_right

_LOOKS, _BETWEEN = 30, 0.02  # seconds: longer than a PIN takes, and less than a webhook may


@dataclass(frozen=True, slots=True)
class PinTries:
    """Tries PINs. Whoever guesses at many at once holds nobody up: there is little to do for a locked one."""

    engine: Engine

    def outcome(self, id_: str, person: str, pin: str, at: datetime) -> PinOutcome | None:
        """What came of the PIN, or of the one that came first with that id; None: nobody knows."""
        with writing(self.engine) as connection:
            earlier = begin(connection, id_, at)
            stored = begin_try(connection, person, at) if earlier is None else None
        if earlier is not None:
            return self._known(id_, earlier)
        found = _judged(stored, pin)
        self._note(id_, person, found, at)
        return found

    def _known(self, id_: str, earlier: str) -> PinOutcome | None:
        """A repeat at the same moment gets the same answer; of what a killed process began there is none."""
        for _ in range(_LOOKS):
            if earlier:
                return PinOutcome(earlier)
            sleep(_BETWEEN)
            with reading(self.engine) as connection:
                earlier = outcome_of(connection, id_)
        return None

    def _note(self, id_: str, person: str, found: PinOutcome, at: datetime) -> None:
        with writing(self.engine) as connection:
            finish(connection, id_, found.value)
            if found is PinOutcome.RIGHT:
                was_right(connection, person)
            elif found is PinOutcome.WRONG and is_locked(connection, person, at):
                # Whoever guesses may only pretend to be that phone.
                notify(connection, "pin-locked", f"{person}-{at:%Y%m%d}", person=person, count=MOST_WRONG)


def _judged(stored: str | None, pin: str) -> PinOutcome:
    if stored is None:
        return PinOutcome.LOCKED
    return PinOutcome.RIGHT if matches(stored, pin) else PinOutcome.WRONG

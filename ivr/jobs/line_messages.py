"""Counsellors' text messages: what they ask for is done once, and answered by a text of their language."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine

from ivr.content.line_texts import LineTexts
from ivr.content.notices import fill
from ivr.duty.roster import DutyRoster
from ivr.flow.line_state import Duty
from ivr.flow.roster import Counsellor
from ivr.jobs.in_time import InTime
from ivr.jobs.line_deeds import FAILURES, shifts_ahead
from ivr.jobs.own_duty import OwnDuty
from ivr.storage.engine import writing
from ivr.storage.line_answers import keep_answer
from ivr.storage.line_deeds import once, said_lately
from ivr.storage.tallies import count

_LOG = logging.getLogger(__name__)
LONGEST_WAIT = 3.0  # seconds: a network waits for five, then tells it once more
SAID_AGAIN = timedelta(minutes=10)
"""Who is the last on duty confirms by sending the same once more within this time."""
HELPED = timedelta(hours=1)
"""Two machines that answer each other must end: what is no command is answered once in this time."""
MOST_AN_HOUR = 20
"""A sender can be forged, so no more is obeyed of one phone than it is told of."""
_HOUR = timedelta(hours=1)
_DUTIES = {"on": Duty.ON, "off": Duty.OFF, "pause": Duty.PAUSED}
_TOLD = {Duty.ON: "on", Duty.OFF: "off", Duty.PAUSED: "pause"}


@dataclass(frozen=True, slots=True)
class LineMessages:
    """Does what counsellors send; `chain` names the languages to answer a counsellor in, best first.

    `roster` is the one in memory, `helpline` the name that stands in the answers, `soon` has them sent.
    """

    engine: Engine
    duty: OwnDuty
    texts: Callable[[], LineTexts]
    chain: Callable[[Counsellor], tuple[str, ...]]
    roster: Callable[[], DutyRoster]
    helpline: str
    soon: Callable[[], None]
    in_time: InTime = field(default_factory=InTime)

    def received(self, id_: str, person: Counsellor, text: str, at: datetime) -> bool:
        """Whether what was sent is done, now or when it was told before; False: it may be told again."""
        try:
            self.in_time.ask(lambda: self._kept(id_, person, text, at), LONGEST_WAIT)
        except FAILURES as error:
            _LOG.warning("A counsellor's text message was not kept: %s", type(error).__name__)
            return False
        self.soon()
        return True

    def _kept(self, id_: str, person: Counsellor, text: str, at: datetime) -> None:
        with writing(self.engine) as connection:
            once(connection, id_, at, lambda: self._done(connection, id_, person, text, at))

    def _done(self, connection: Connection, id_: str, person: Counsellor, text: str, at: datetime) -> str:
        hour = f"{at.astimezone(UTC):%Y-%m-%dT%H}"
        if not count(connection, f"sms:{person.key}", hour, at + _HOUR, MOST_AN_HOUR):
            _LOG.warning("A counsellor's phone sends too many text messages; they are not obeyed")
            return ""
        command = self.texts().command(text)
        if command in _DUTIES:
            answer = self._change(connection, person, _DUTIES[command], at)
        elif command == "next":
            answer = self._shifts(person, at)
        elif command is None and said_lately(connection, f"no command {person.key}", at, HELPED):
            return ""
        else:
            answer = self._say(person, "help")
        keep_answer(connection, id_, person.key, answer, at)
        return command or "help"

    def _change(self, connection: Connection, person: Counsellor, wanted: Duty, at: datetime) -> str:
        now = self.duty.change(connection, person.key, wanted, at)
        if now is None:
            again = f"last {wanted.value} {person.key}"
            if not said_lately(connection, again, at, SAID_AGAIN):
                return self._say(person, "last")
            now = self.duty.change(connection, person.key, wanted, at, even_last=True)
            self.duty.gone(connection, person.key, at)
        until = self.duty.until(connection, person.key, at)
        return self._say(person, _TOLD[now or wanted], until=_written(until) if until else "?")

    def _shifts(self, person: Counsellor, at: datetime) -> str:
        shifts = shifts_ahead(self.roster(), person.key, at)
        written = ", ".join(f"{_written(start)} - {_written(end)}" for start, end in shifts)
        return self._say(person, "next", shifts=written) if written else self._say(person, "none")

    def _say(self, person: Counsellor, name: str, **values: str) -> str:
        answers = self.texts().answers
        found = (answers.get(code, {}).get(name) for code in self.chain(person))
        text = next((each for each in found if each), name)
        return fill(text, {"helpline": self.helpline, **values})


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"

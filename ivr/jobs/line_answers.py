"""Sends counsellors the answers to their text messages."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from ivr.storage.engine import reading, writing
from ivr.storage.line_answers import LineAnswer, answer_failed, answer_sent, claim_answer, due_answers

_LOG = logging.getLogger(__name__)
FIRST_PAUSE = timedelta(seconds=10)
MOST_TRIES = 6
"""Five minutes in all: an answer that comes later than that answers nothing any more."""


@dataclass(frozen=True, slots=True)
class LineAnswers:
    """Looks for answers that are due; `failures` are the network's errors that mean "again later"."""

    engine: Engine
    send: Callable[[str, str], object]
    now: Callable[[], datetime]
    failures: tuple[type[Exception], ...]

    def work(self) -> timedelta | None:
        """Send what is due; how soon to look again because the network has refused something."""
        with reading(self.engine) as connection:
            due = due_answers(connection, self.now())
        pauses = [self._send(each) for each in due]
        return min((pause for pause in pauses if pause), default=None)

    def _send(self, answer: LineAnswer) -> timedelta | None:
        with writing(self.engine) as connection:
            if not claim_answer(connection, answer):
                return None
        try:
            self.send(answer.phone, answer.text)
        except self.failures as error:
            return self._later(answer, error)
        with writing(self.engine) as connection:
            answer_sent(connection, answer.id)
        return None

    def _later(self, answer: LineAnswer, error: Exception) -> timedelta | None:
        if answer.tries + 1 >= MOST_TRIES:
            _LOG.error("A counsellor's text message stays without an answer: %s", type(error).__name__)
            return None
        pause = FIRST_PAUSE * (1 << answer.tries)
        _LOG.warning("A text message was not taken (%s); again in %s", type(error).__name__, pause)
        with writing(self.engine) as connection:
            answer_failed(connection, answer.id, self.now() + pause)
        return pause

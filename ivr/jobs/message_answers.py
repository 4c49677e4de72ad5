"""What a tick was told of a recording, agreed between machines: the network may repeat itself at another."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ivr.jobs.in_time import InTime, NotInTimeError
from ivr.sound.store import StoreAwayError
from ivr.storage.engine import writing
from ivr.storage.errors import StorageError
from ivr.storage.line_deeds import once

_LOG = logging.getLogger(__name__)
IN_TIME = 0.7  # seconds; a webhook answers within one


@dataclass(frozen=True, slots=True)
class MessageAnswers:
    """One answer for all machines to each question, as long as storage and store are there."""

    engine: Engine
    now: Callable[[], datetime]
    in_time: InTime = field(default_factory=InTime)

    def agreed(self, question: str, answer: Callable[[], str]) -> str | None:
        """What the first who asked was told; None if storage or store do not say in time."""
        try:
            return self.in_time.ask(lambda: self._asked(question, answer()), IN_TIME)
        except (NotInTimeError, SQLAlchemyError, StorageError, StoreAwayError) as error:
            _LOG.warning("Whether a recording is there is answered from this disk (%s)", type(error).__name__)
            return None

    def _asked(self, question: str, answer: str) -> str:
        with writing(self.engine) as connection:
            return once(connection, question, self.now(), lambda: answer)

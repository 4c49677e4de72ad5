"""Deeds that are begun, done and told in transactions of their own: each once, however often it is told."""

from collections.abc import Callable
from datetime import datetime
from time import sleep

from sqlalchemy import Engine

from ivr.jobs.in_time import NotInTimeError
from ivr.storage.engine import reading, writing
from ivr.storage.line_deeds import begin, finish, outcome_of

_LOOKS, _BETWEEN = 30, 0.02  # seconds between two looks


def once(engine: Engine, id_: str, at: datetime, act: Callable[[], str]) -> str:
    """What came of `act`, never empty, or what came of it the first time that this id was told.

    A repeat at the same moment waits for the first; a NotInTimeError if that was cut off, or takes long.
    """
    with writing(engine) as connection:
        earlier = begin(connection, id_, at)
    if earlier is not None:
        return _known(engine, id_, earlier)
    told = act()
    with writing(engine) as connection:
        finish(connection, id_, told)
    return told


def _known(engine: Engine, id_: str, earlier: str) -> str:
    for _ in range(_LOOKS):
        if earlier:
            return earlier
        sleep(_BETWEEN)
        with reading(engine) as connection:
            earlier = outcome_of(connection, id_)
    raise NotInTimeError("what it came to the first time is not known")

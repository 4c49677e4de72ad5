"""Tells staff of promises that this machine's disk holds and the database refuses."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from ivr.jobs.notices import notify
from ivr.jobs.queue import Task
from ivr.journal.promise_files import refused_files
from ivr.storage.engine import reading, writing
from ivr.storage.notices import is_kept

TASK, EVERY = "refused-promises", 60.0  # seconds
_KIND: Final = "promise-refused"


@dataclass(frozen=True, slots=True)
class RefusedPromises:
    """Looks into `folder`; each promise is told once, whoever else looks."""

    engine: Engine
    folder: Path

    def task(self) -> Task:
        """What is to run, in every process: what lies on this disk is seen nowhere else."""
        return Task(TASK, self.look, EVERY, threads=1, memory=True)

    def look(self) -> timedelta | None:
        """Have staff told of what is new there."""
        keys = [path.stem for path in refused_files(self.folder)]
        if not keys:
            return None
        with reading(self.engine) as connection:
            new = [key for key in keys if not is_kept(connection, _KIND, key)]
        for key in new:
            with writing(self.engine) as connection:
                notify(connection, _KIND, key)
        return None

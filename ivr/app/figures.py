"""What is as it is at the moment of a look at /metrics: people, sounds, promises, later work, the disk."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from ivr import __version__
from ivr.app.figures_stored import Stored, look, told
from ivr.app.figures_waiting import oldest_note, oldest_promise
from ivr.app.parts import Parts
from ivr.app.readiness import readiness
from ivr.app.who import helpline_of
from ivr.jobs.in_time import InTime, NotInTimeError
from ivr.journal.promise_files import refused_files
from ivr.storage.engine import reading
from ivr.storage.errors import StorageError
from ivr.storage.schema import head

PATIENCE = 1.0  # seconds for storage: whoever watches must see that it is away
FRESH = timedelta(seconds=5)
"""Anybody who may look at the figures may do so often; storage is not asked more often than this."""
_AWAY = (SQLAlchemyError, StorageError, NotInTimeError)
_JOURNALS = {"promises": ("", "*.json"), "calls": ("calls", "*.notes"), "takes": ("takes", "*.json")}


class State(Collector):
    """The helpline at the moment when it is asked; nothing is counted, so every process says the same."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._in_time, self._lock = InTime(1), Lock()
        self._asked: datetime | None = None
        self._stored: Stored | None = None

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: it would ask storage when the process starts."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Everything, as it is now."""
        yield InfoMetricFamily("ivr", "What runs here", {"version": __version__, "tables": head()})
        yield from self._served()
        yield from self._sounds()
        yield from self._disk()
        yield from self._storage()

    def _served(self) -> Iterator[Metric]:
        parts, snapshot = self._parts, self._parts.snapshot.current()
        age = snapshot.age(parts.now())
        helpline, _ = helpline_of(parts.settings, parts.publication.current(), snapshot)
        ready, known = readiness(parts)
        yield _gauge("snapshot_age_seconds", "Since storage last confirmed the snapshot", _seconds(age))
        yield _gauge("ready", "Whether calls can be taken", ready)
        yield _gauge("remarks", "What /readyz remarks", len(known["remarks"]))
        yield _gauge("on_duty", "Counsellors on duty now", len(helpline.roster.on_duty(parts.now())))

    def _sounds(self) -> Iterator[Metric]:
        published = self._parts.publication.current()
        missing = GaugeMetricFamily("ivr_prompts_missing", "Prompts without sound", labels=["language"])
        offered = GaugeMetricFamily(
            "ivr_language_offered", "Whether callers may choose it", labels=["language"]
        )
        for code in published.content.languages:
            missing.add_metric([code], len(published.sounds.missing(code)))
            offered.add_metric([code], code in published.helpline.languages)
        held, stuck = len(published.held), bool(self._parts.publication.remark)
        yield from (missing, offered)
        yield _gauge("prompts_held", "Prompts heard with their old words until the new are spoken", held)
        yield _gauge("content_refused", "Whether what is on disk cannot be used, and the old goes on", stuck)

    def _disk(self) -> Iterator[Metric]:
        folder = self._parts.settings.data_dir
        disk = os.statvfs(folder)
        yield _gauge("disk_free_bytes", "Room where DATA_DIR is", disk.f_bavail * disk.f_frsize)
        waiting = GaugeMetricFamily("ivr_journal_bytes", "What lies on disk for storage", labels=["what"])
        for what, (under, names) in _JOURNALS.items():
            waiting.add_metric([what], sum(map(_size, (folder / "journal" / under).glob(names))))
        yield waiting
        yield self._age(folder / "journal")
        refused = len(refused_files(folder / "journal"))
        yield _gauge("promises_refused", "Promises on this disk that the database refuses", refused)

    def _age(self, journal: Path) -> Metric:
        about = "Since the first of what lies on disk for storage came there"
        family = GaugeMetricFamily("ivr_journal_age_seconds", about, labels=["what"])
        for what, first in (("promises", oldest_promise(journal)), ("calls", oldest_note(journal))):
            age = (self._parts.now() - first).total_seconds() if first else 0.0
            family.add_metric([what], max(0.0, age))
        return family

    def _storage(self) -> Iterator[Metric]:
        found = self._asked_storage()
        yield _gauge("storage_up", "Whether the database answers within a second", found is not None)
        if found is not None:
            yield from told(found, self._parts.now())

    def _asked_storage(self) -> Stored | None:
        at = self._parts.now()
        with self._lock:
            if self._asked is None or at - self._asked >= FRESH:
                self._asked = at
                try:
                    self._stored = self._in_time.ask(self._look, PATIENCE)
                except _AWAY:
                    self._stored = None  # said by ivr_storage_up
            return self._stored

    def _look(self) -> Stored:
        with reading(self._parts.engine) as connection:
            return look(self._parts, connection)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"ivr_{name}", about, value)


def _seconds(age: timedelta | None) -> float:
    return age.total_seconds() if age else float("inf")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0  # brought in just now

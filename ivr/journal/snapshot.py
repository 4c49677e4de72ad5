"""What callers are served from: the roster, and other rows, in memory and on disk."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from ivr.duty.calendar import Shift
from ivr.duty.changes import Change, Kind
from ivr.duty.expanded import Expansions
from ivr.duty.roster import BEFORE, DutyRoster, around, make_roster
from ivr.flow.roster import Counsellor
from ivr.journal.disk import write_safely
from ivr.storage.counsellors import list_counsellors
from ivr.storage.duty_changes import list_changes
from ivr.storage.engine import prepare, reading
from ivr.storage.errors import NewerTablesError, StorageError
from ivr.storage.revision import read_revision
from ivr.storage.shifts import list_shifts

_LOG = logging.getLogger(__name__)
_PAUSE = 1.0  # seconds between two looks at the revision: a snapshot is at most two seconds old
_EXPANDED_FOR = timedelta(hours=1)

Row = Mapping[str, Any]
Loader = Callable[[Connection], Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What storage held at a revision; `rows` are what other parts asked to be carried, by name."""

    revision: int = 0
    people: tuple[Counsellor, ...] = ()
    shifts: tuple[Shift, ...] = ()
    changes: tuple[Change, ...] = ()
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RosterSnapshot:
    """Who is on duty, as storage said it when it was last asked, at `confirmed`; None: it was never asked."""

    roster: DutyRoster
    facts: Facts
    expanded: datetime
    confirmed: datetime | None

    @property
    def people(self) -> tuple[Counsellor, ...]:
        """Every counsellor, on duty or not."""
        return self.facts.people

    def rows(self, name: str) -> Sequence[Row]:
        """What the loader of that name found."""
        return self.facts.rows.get(name, ())

    def age(self, at: datetime) -> timedelta | None:
        """How long ago storage confirmed it; None if it never did."""
        return at - self.confirmed if self.confirmed else None


class Snapshot:
    """Holds the newest snapshot; `start` keeps it new from a thread, and callers only ever read memory.

    `path` is where it is kept for a start without storage; `loaders` add rows under their names, in the same
    transaction, whenever the revision has changed. `now` tells the time. For mere `looking` it is not kept.
    """

    def __init__(
        self,
        engine: Engine,
        path: Path,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        loaders: Mapping[str, Loader] | None = None,
        *,
        looking: bool = False,
    ) -> None:
        self._engine, self._path, self._zone, self._now = engine, path, zone, now
        self._loaders, self._looking = dict(loaders or {}), looking
        self._expansions = Expansions(zone)
        self._prepared = False
        self._away = False
        self._stopping = Event()
        self._thread: Thread | None = None
        self._current = self._expand(Facts(), None)

    def current(self) -> RosterSnapshot:
        """The newest snapshot; at once, from memory."""
        return self._current

    @property
    def away(self) -> bool:
        """Whether storage did not answer when it was last asked; from memory."""
        return self._away

    def load(self) -> None:
        """Read storage, or what was last kept on disk if it is away; with neither, nobody is on duty."""
        if not self.refresh() and (facts := _read(self._path)):
            self._current = self._expand(facts[0], facts[1])

    def refresh(self) -> bool:
        """Make the snapshot new, cheaply if nothing has changed; False while storage is away: it stays."""
        at = self._now()
        try:
            facts = self._ask(at)
        except (SQLAlchemyError, StorageError) as error:
            self._note_away(error)
            if self._outlived(at):
                self._current = self._expand(self._current.facts, self._current.confirmed)
            return False
        self._note_back()
        if facts is None:
            self._current = replace(self._current, confirmed=at)
            return True
        self._current = self._expand(facts, at)
        self._keep(facts, at)
        return True

    def start(self) -> None:
        """Load now, then refresh every second on a thread, until `stop`."""
        self.load()
        self._stopping.clear()
        self._thread = Thread(target=self._run, name="snapshot", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; the snapshot stays as it is."""
        self._stopping.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(_PAUSE):
            try:
                self.refresh()
            except Exception:  # noqa: BLE001 (callers go on with the last snapshot, and the next try may do)
                _LOG.exception("The snapshot could not be made new")

    def _ask(self, at: datetime) -> Facts | None:
        if not self._prepared:
            self._prepare()
            self._prepared = True
        with reading(self._engine) as connection:
            revision = read_revision(connection)
            held = self._current
            fresh = held.confirmed and revision == held.facts.revision
            if fresh and not self._outlived(at):
                return None
            rows = {name: list(loader(connection)) for name, loader in self._loaders.items()}
            people, shifts = list_counsellors(connection), list_shifts(connection)
            return Facts(revision, people, shifts, list_changes(connection, at - BEFORE), rows)

    def _prepare(self) -> None:
        try:
            prepare(self._engine)
        except NewerTablesError:
            _LOG.warning("The tables are those of a newer version, which is about to take over")

    def _outlived(self, at: datetime) -> bool:
        """Whether it was made for another time: an hour ago, or by a clock that has been put back since."""
        return abs(at - self._current.expanded) > _EXPANDED_FOR

    def _expand(self, facts: Facts, confirmed: datetime | None) -> RosterSnapshot:
        at = self._now()
        window = around(at, facts.changes)
        duties = self._expansions.duties(facts.shifts, *window)
        roster = make_roster(facts.people, facts.shifts, self._zone, *window, facts.changes, duties)
        return RosterSnapshot(roster, facts, at, confirmed)

    def _keep(self, facts: Facts, at: datetime) -> None:
        if self._looking:
            return
        try:
            write_safely(self._path, _written(facts, at))
        except OSError as error:
            _LOG.error("The snapshot could not be kept on disk: %s", error.strerror)

    def _note_away(self, error: Exception) -> None:
        if not self._away:
            _LOG.error(
                "Storage is away (%s); callers are served from the last snapshot", type(error).__name__
            )
        self._away = True

    def _note_back(self) -> None:
        if self._away:
            _LOG.warning("Storage is back")
        self._away = False


def _written(facts: Facts, at: datetime) -> bytes:
    # There may be many thousand: asdict would copy every word of them.
    written = {
        "revision": facts.revision,
        "people": [_plain(each) for each in facts.people],
        "shifts": [_plain(each) for each in facts.shifts],
        "changes": [_plain(each) for each in facts.changes],
        "rows": facts.rows,
        "at": at,
    }
    return json.dumps(written, ensure_ascii=False, default=datetime.isoformat).encode()


def _plain(each: Counsellor | Shift | Change) -> dict[str, Any]:
    return {name: getattr(each, name) for name in each.__slots__}


def _read(path: Path) -> tuple[Facts, datetime] | None:
    try:
        values = json.loads(path.read_bytes())
        people = tuple(_counsellor(each) for each in values["people"])
        shifts = tuple(Shift(**each) for each in values["shifts"])
        changes = tuple(_change(each) for each in values.get("changes", ()))
        at = datetime.fromisoformat(values["at"]).astimezone(UTC)
        return Facts(int(values["revision"]), people, shifts, changes, dict(values["rows"])), at
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        _LOG.error("%s cannot be used (%s); it is made anew with storage", path, type(error).__name__)
        return None


def _counsellor(row: Mapping[str, Any]) -> Counsellor:
    return Counsellor(**{**row, "languages": tuple(row["languages"])})


def _change(row: Mapping[str, Any]) -> Change:
    start, end = datetime.fromisoformat(row["start"]), row["end"] and datetime.fromisoformat(row["end"])
    return Change(**{**row, "kind": Kind(row["kind"]), "start": start, "end": end})

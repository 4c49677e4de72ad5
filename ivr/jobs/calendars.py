"""Keeps the shifts of subscribed calendars new; the last good ones stay until other good ones come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from ivr.duty.calendar import ReadCalendar, Shift
from ivr.duty.expansion import duties_of
from ivr.duty.names import keys_by_name
from ivr.duty.problems import UnreadableFileError
from ivr.jobs.calendar_fetch import Fetched, FetchError, fetch_calendar
from ivr.jobs.calendar_reading import read_safely
from ivr.jobs.notices import notify
from ivr.jobs.queue import Task
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import reading, writing
from ivr.storage.shifts import foreign, keep_shifts, shifts_from
from ivr.storage.subscriptions import (
    Subscription,
    claim,
    is_orphaned,
    list_subscriptions,
    note_bad,
    note_good,
)

REFRESH_EVERY = timedelta(minutes=15)
LOOK_EVERY = 60.0  # seconds
REFRESHING = "refresh_calendars"
"""The name of the task."""
COMPARED_OVER = timedelta(days=28)
"""Shifts of this time ahead are counted to tell a calendar that was changed from one that was lost."""
_MOST_TOLD = 3

Fetch = Callable[[str, str, str], Fetched]
"""(url, etag, modified) → what the server answered, or a FetchError."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of a try: `problem` is what was wrong, `new` if it was not so before.

    `kept` says that only the last good shifts are there.
    """

    id: int
    host: str
    shifts: int
    problem: str = ""
    new: bool = False
    kept: bool = False


class _BadRefreshError(Exception):
    """An answer that must not replace what is there; says why."""


def refresh_due(engine: Engine, fetch: Fetch, now: datetime, zone: ZoneInfo) -> list[Refreshed]:
    """Fetch every subscription that is due, each in one process only; errors of storage are let out.

    Staff are told of a calendar that goes bad, once a day.
    """
    return refresh(engine, fetch, now, zone, before=now - REFRESH_EVERY)


def refresh(
    engine: Engine,
    fetch: Fetch,
    now: datetime,
    zone: ZoneInfo,
    *,
    before: datetime,
    only: int | None = None,
    accept: bool = False,
) -> list[Refreshed]:
    """Fetch what was last tried at `before` or earlier; with `accept`, even if most shifts are gone."""
    with reading(engine) as connection:
        wanted = [each for each in list_subscriptions(connection) if only in {None, each.id}]
    found = []
    for each in wanted:
        with writing(engine) as connection:
            mine = claim(connection, each.id, before, now)
        if mine:
            found.append(_refreshed(engine, fetch, each, now, zone, accept=accept))
    return found


def refreshing(engine: Engine, now: Callable[[], datetime], zone: ZoneInfo) -> Task:
    """The task that keeps subscriptions new."""

    def look() -> None:
        refresh_due(engine, fetch_calendar, now(), zone)

    return Task(REFRESHING, look, LOOK_EVERY, threads=1)


def problem_rows(connection: Connection) -> list[dict[str, str]]:
    """Which subscriptions have problems, for a page that is open to everybody: nobody's name is on it."""
    found = (each.id for each in list_subscriptions(connection) if each.problem)
    return [{"problem": f"calendar {each} has a problem; see: ivr roster subscriptions"} for each in found]


def host_of(url: str) -> str:
    """What may be shown of a subscription's URL, of which the rest may be a secret."""
    return urlsplit(url).hostname or ""


def _refreshed(
    engine: Engine, fetch: Fetch, each: Subscription, now: datetime, zone: ZoneInfo, *, accept: bool
) -> Refreshed:
    try:
        return _taken(engine, _fetched(engine, fetch, each), each, now, zone, accept=accept)
    except (FetchError, UnreadableFileError, _BadRefreshError) as error:
        with writing(engine) as connection:
            new = note_bad(connection, each.id, str(error), now)
            if new:
                name = f"{each.id} ({host_of(each.url)})"
                notify(connection, "subscription-failed", f"{each.id}-{now:%Y%m%d}", subscription=name)
        return Refreshed(each.id, host_of(each.url), each.shifts, str(error), new, kept=True)


def _fetched(engine: Engine, fetch: Fetch, each: Subscription) -> Fetched:
    with reading(engine) as connection:
        again = bool(each.problem) or is_orphaned(connection, each.id)
    return fetch(each.url, "" if again else each.etag, "" if again else each.modified)


def _taken(
    engine: Engine, fetched: Fetched, each: Subscription, now: datetime, zone: ZoneInfo, *, accept: bool
) -> Refreshed:
    if fetched.raw is None:
        with writing(engine) as connection:
            note_good(connection, each.id, each.etag, each.modified, "", now)
        return Refreshed(each.id, host_of(each.url), each.shifts)
    with reading(engine) as connection:
        names = keys_by_name(list_counsellors(connection))
        stored = shifts_from(connection, each.id)
        others = foreign(connection, each.id)
    read = read_safely(fetched.raw, zone, names, now)
    _compare(stored, read, zone, now, accept=accept)
    problem = _problem(read, others)
    with writing(engine) as connection:
        if note_good(connection, each.id, fetched.etag, fetched.modified, problem, now):
            keep_shifts(connection, read, replace=True, source=each.id)
        count = len(shifts_from(connection, each.id))
    return Refreshed(each.id, host_of(each.url), count, problem, new=problem not in {"", each.problem})


def _compare(
    stored: tuple[Shift, ...], read: ReadCalendar, zone: ZoneInfo, now: datetime, *, accept: bool
) -> None:
    if not read.whole:
        raise _BadRefreshError("the calendar is broken or cut off")
    if accept:
        return
    advice = "if that is meant, run: ivr roster refresh --accept"
    if stored and not read.shifts:
        raise _BadRefreshError(f"all its shifts are gone; {advice}")
    before, after = (_ahead(each, zone, now) for each in (stored, read.shifts))
    if 2 * after < before:
        weeks = COMPARED_OVER.days // 7
        raise _BadRefreshError(f"of {before} shifts in the next {weeks} weeks {after} are left; {advice}")


def _ahead(shifts: tuple[Shift, ...], zone: ZoneInfo, now: datetime) -> int:
    return len(duties_of(shifts, zone, now, now + COMPARED_OVER))


def _problem(read: ReadCalendar, others: frozenset[str]) -> str:
    told = [str(each) for each in read.problems]
    taken = sorted({each.uid for each in read.shifts} & others)
    told += [f"UID {uid}: stands in another calendar already, which keeps it" for uid in taken]
    more = f"; and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    return "; ".join(told[:_MOST_TOLD]) + more

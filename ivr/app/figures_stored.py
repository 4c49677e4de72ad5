"""What storage says at the moment of a look at /metrics, and how that is told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import Connection

from ivr.app.parts import Parts
from ivr.jobs.calendars import REFRESH_EVERY
from ivr.storage.figures import Aged, Due, due_work, promises_by_age
from ivr.storage.figures_of_work import calls_of, due_calendars, due_words, last_self_test
from ivr.storage.purges import last_purge

_WAITED = "waited"


@dataclass(frozen=True, slots=True)
class Stored:
    """What was found: promises, later work, how today's calls have ended, and what was last done when."""

    promises: tuple[Aged, ...]
    due: tuple[Due, ...]
    today: Mapping[str, int]
    purged: date | None
    tested: datetime | None


def look(parts: Parts, connection: Connection) -> Stored:
    """What storage says now."""
    at = parts.now()
    calendars = due_calendars(connection, at, REFRESH_EVERY)
    words = due_words(connection, parts.publication.current().held)
    return Stored(
        promises=tuple(promises_by_age(connection, at)),
        due=(*due_work(connection, at), calendars, words),
        today=calls_of(connection, at.astimezone(parts.zone).date()),
        purged=last_purge(connection),
        tested=last_self_test(connection),
    )


def told(found: Stored, at: datetime) -> Iterator[Metric]:
    """All of it, as figures; what was never done is not told."""
    yield _by_age(found.promises)
    yield from _lag(found.due, at)
    yield from _today(found.today)
    if found.purged:
        midnight = datetime.combine(found.purged, datetime.min.time(), at.tzinfo)
        yield _moment("last_purge", "Day on which what was too old was last removed", midnight)
    if found.tested:
        yield _moment("last_self_test", "When the helpline last rang itself and that came in", found.tested)


def _by_age(found: tuple[Aged, ...]) -> Metric:
    family = GaugeMetricFamily("ivr_promises", "Promises not settled", labels=["kind", "state", "age"])
    for each in found:
        family.add_metric([each.kind, each.state, each.age], each.number)
    return family


def _lag(found: tuple[Due, ...], at: datetime) -> Iterator[Metric]:
    waiting = GaugeMetricFamily("ivr_jobs_due", "Pieces of later work that are due", labels=["job"])
    lag = GaugeMetricFamily("ivr_job_lag_seconds", "Since the first of them was due", labels=["job"])
    for each in found:
        waiting.add_metric([each.job], each.number)
        lag.add_metric([each.job], (at - each.since).total_seconds() if each.since else 0)
    yield from (waiting, lag)


def _today(found: Mapping[str, int]) -> Iterator[Metric]:
    about = "Calls that began today on the helpline's clocks, by what they came to"
    calls = GaugeMetricFamily("ivr_calls_today", about, labels=["what"])
    for what, number in found.items():
        if what != _WAITED:
            calls.add_metric([what], number)
    waited = "What those who were answered today have waited, all together"
    yield from (calls, GaugeMetricFamily("ivr_waited_today_seconds", waited, found[_WAITED]))


def _moment(name: str, about: str, at: datetime) -> Metric:
    return GaugeMetricFamily(f"ivr_{name}_timestamp_seconds", about, at.timestamp())

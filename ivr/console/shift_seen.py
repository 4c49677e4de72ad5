"""A shift as a page shows it, found by what its link says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from ivr.console.roster_facts import told
from ivr.duty.plans import Plan
from ivr.duty.problems import BadEventError
from ivr.duty.recurring import Series
from ivr.duty.returned import returned
from ivr.storage.counsellors import list_counsellors
from ivr.storage.shift_edits import series_of, source_of, version_of


@dataclass(frozen=True, slots=True)
class Seen:
    """A shift: its series, whose it is by the calendar, when, its version, and which calendar brings it."""

    series: Series
    stamp: str
    plan: Plan
    start: datetime
    end: datetime
    version: str
    source: int | None

    @property
    def uid(self) -> str:
        """That of its series."""
        return self.series.shifts[0].uid

    @property
    def is_changed(self) -> bool:
        """Whether it differs from what its series has there."""
        return self.stamp in self.series.changes() and self.series.main is not None

    def told(self, zone: ZoneInfo) -> str:
        """Whose and when, as a sentence has it."""
        return f"{self.plan.name}, {told(self.start, self.end, zone)}"


def find_shift(connection: Connection, zone: ZoneInfo, link: Mapping[str, str]) -> Seen | None:
    """The shift that `uid` and `at` of a link name; None if it is gone, or cannot be understood any more."""
    uid, stamp = link.get("uid", ""), link.get("at", "")
    series = Series(series_of(connection, uid), zone)
    if not series.shifts:
        return None
    try:
        # What happens once is that shift, even if somebody has moved it since the link was made.
        stamp = stamp if series.recurs() else series.only_stamp
        return _seen(connection, series, series, stamp)
    except BadEventError:
        return None


def find_out(connection: Connection, zone: ZoneInfo, link: Mapping[str, str]) -> Seen | None:
    """The shift of that link which was taken out of its series; None if it was not, or was put back."""
    uid, stamp = link.get("uid", ""), link.get("at", "")
    series = Series(series_of(connection, uid), zone)
    if not series.shifts:
        return None
    try:
        again = Series(returned(series, stamp).shifts[uid], zone)
        return _seen(connection, series, again, stamp)
    except BadEventError:
        return None


def _seen(connection: Connection, series: Series, shown: Series, stamp: str) -> Seen:
    """The shift of that stamp as `shown` has it, of the stored `series`."""
    found, plan = shown.occurrence(stamp), shown.plan(stamp, "")
    names = {person.key: person.name for person in list_counsellors(connection)}
    plan = Plan(
        plan.person, names.get(plan.person, found.event.summary), plan.start, plan.end, plan.tier, plan.weekly
    )
    source = source_of(connection, series.shifts[0].uid)
    return Seen(series, stamp, plan, found.start, found.end, version_of(series.shifts), source)

"""What pages about the roster read from storage, and what they say about gaps after a change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import flash
from sqlalchemy import Connection

from ivr.console.desk import Desk
from ivr.console.pages import who
from ivr.console.roster_days import Facts, gaps_of, midnight
from ivr.console.rules import ROTA_KEEPERS
from ivr.storage.counsellors import list_counsellors
from ivr.storage.duty_changes import list_changes
from ivr.storage.engine import reading
from ivr.storage.shifts import list_shifts

GAP_HOURS = 7 * 24
"""How far ahead staff are shown when nobody will be on duty."""
_MOST_TOLD = 3
_LONGEST = timedelta(days=60)


def stored_facts(connection: Connection, zone: ZoneInfo, since: date) -> Facts:
    """What storage holds of the roster, for days from `since` on."""
    changes = list_changes(connection, midnight(since, zone))
    return Facts(list_counsellors(connection), list_shifts(connection), changes, zone)


def keeps_roster() -> bool:
    """Whether who is signed in may change the roster."""
    return ROTA_KEEPERS.allows(who())


def told(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """A span as a sentence has it: "Mon 23 Mar 2026, 22:00–06:00"."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    near = last - first < timedelta(days=1)
    return f"{first:%a %d %b %Y, %H:%M}–{last:{'%H:%M' if near else '%a %d %b %Y, %H:%M'}}"


def after_change(desk: Desk, start: datetime, end: datetime) -> None:
    """Have the next caller served by the changed roster, and warn of gaps between those moments."""
    desk.freshen()
    first = max(start, desk.now()).astimezone(UTC)
    last = min(end, first + _LONGEST).astimezone(UTC)
    if first >= last:
        return
    with reading(desk.engine) as connection:
        facts = stored_facts(connection, desk.zone, first.astimezone(desk.zone).date())
    if gaps := gaps_of(facts, first, last):
        spans = "; ".join(told(each.start, each.end, desk.zone) for each in gaps[:_MOST_TOLD])
        flash(f"Nobody is on duty then: {spans}{' …' if len(gaps) > _MOST_TOLD else ''}", "warning")

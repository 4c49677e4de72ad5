"""Who may be rung: the stored counsellors, or the demonstration's while none is stored, and the fallback."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ivr.app.outbound import tolls_by
from ivr.duty.demonstration import DemonstrationRoster
from ivr.duty.tolls import Tolls
from ivr.flow.helpline import Helpline
from ivr.flow.roster import Counsellor, Roster
from ivr.jobs.publication import Published
from ivr.journal.snapshot import RosterSnapshot
from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class AllowedRoster:
    """A roster without those whose phones may not be rung."""

    roster: Roster
    tolls: Tolls

    def on_duty(self, at: datetime, language: str | None = None) -> tuple[Counsellor, ...]:
        """Whom to ring, in order."""
        return tuple(each for each in self.roster.on_duty(at, language) if self.tolls.allow(each.phone))

    def opens(self, at: datetime) -> datetime | None:
        """The next moment with somebody on duty, whoever that is."""
        return self.roster.opens(at)


def helpline_of(
    settings: Settings, published: Published, snapshot: RosterSnapshot
) -> tuple[Helpline, Mapping[str, Counsellor]]:
    """The helpline with the roster of this snapshot, and everybody on it by key.

    Of counsellors and the fallback number only those are there whose phones may be rung: whatever looks a
    phone up to ring it finds no other.
    """
    tolls = tolls_by(settings, published)
    roster, everybody = _roster_of(settings, published.helpline, snapshot)
    people = {each.key: each for each in everybody if tolls.allow(each.phone)}
    allowed = roster if len(people) == len(everybody) else AllowedRoster(roster, tolls)
    fallback = published.helpline.fallback_number
    kept = fallback if fallback and tolls.allow(fallback) else None
    return replace(published.helpline, roster=allowed, fallback_number=kept), people


def _roster_of(
    settings: Settings, helpline: Helpline, snapshot: RosterSnapshot
) -> tuple[Roster, tuple[Counsellor, ...]]:
    if snapshot.people or not settings.exchange_mode:
        return snapshot.roster, snapshot.people
    demonstration = DemonstrationRoster(helpline.languages)
    return demonstration, demonstration.on_duty(snapshot.expanded)

"""Who is on duty: the stored counsellors, or the demonstration's while none is stored."""

from collections.abc import Mapping

from ivr.duty.demonstration import DemonstrationRoster
from ivr.flow.helpline import Helpline
from ivr.flow.roster import Counsellor, Roster
from ivr.journal.snapshot import RosterSnapshot
from ivr.settings import Settings


def roster_of(
    settings: Settings, helpline: Helpline, snapshot: RosterSnapshot
) -> tuple[Roster, Mapping[str, Counsellor]]:
    """The roster of this snapshot, and everybody on it by key."""
    if snapshot.people or not settings.exchange_mode:
        return snapshot.roster, {each.key: each for each in snapshot.people}
    demonstration = DemonstrationRoster(helpline.languages)
    people = demonstration.on_duty(snapshot.expanded)
    return demonstration, {each.key: each for each in people}

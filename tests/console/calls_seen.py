"""Calls put where the journal would put them, for the pages that show them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, insert

from ivr.storage.call_summary import CallEvent
from ivr.storage.calls import counting, note_events
from ivr.storage.engine import writing
from ivr.storage.tables_reaching import conversations, holds, legs, waits
from tests.storage.calls_told import NOON, heard_segment, left_waiting, reached_call, told

ZONE = ZoneInfo("Africa/Johannesburg")


def keep(engine: Engine, *calls: list[CallEvent]) -> None:
    """What the journal does."""
    with counting(engine) as connection:
        note_events(connection, [event for each in calls for event in each], ZONE)


def keep_an_evening(engine: Engine) -> None:
    """Four who asked for a person: answered after 15 s and after 25 s, gave up after 45 s, nobody on duty."""
    closed = [
        told(0, "language", "answered", call="CA4"),
        told(9, "closed", "pressed", "asked closed", call="CA4"),
        told(20, "goodbye", "silence", "over", call="CA4"),
    ]
    keep(engine, reached_call(waited=15), reached_call("CA5", waited=25), left_waiting(waited=45))
    keep(engine, heard_segment(), closed)


def keep_waiting(engine: Engine, since: datetime, person: str) -> None:
    """A caller who has waited since then, and the phone of that person rings for them."""
    stay = {"call": "CA9", "entry": 1, "queue": "CA9", "queue_sid": "", "language": "zu", "topic": ""}
    now = {"overdose": True, "caller": "", "since": since, "seen": NOON, "waited": 40, "tick": 3}
    leg = {"person": person, "nth": 1, "round": 1, "state": "placed", "outcome": "", "at": NOON}
    until = NOON.replace(minute=30)
    with writing(engine) as connection:
        new = (
            insert(waits)
            .values(**stay, **now, listening=False, state="waiting", told="")
            .returning(waits.c.id)
        )
        wait = connection.scalar(new)
        made = insert(legs).values(**leg, wait_id=wait, promise_id=None, until=until).returning(legs.c.id)
        rings = connection.scalar(made)
        connection.execute(insert(holds).values(person=person, leg_id=rings, until=until))


def keep_talking(engine: Engine, person: str, since: datetime) -> None:
    """That person talks to somebody since then."""
    talk = {"call": "CA8", "leg_id": 77, "caller": "", "person": person, "language": "af", "started": since}
    with writing(engine) as connection:
        connection.execute(insert(conversations).values(**talk, dropped=False, outcome="", answer=""))

"""What a database holds of promises and calls, asked by whoever looks on."""

from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select

from ivr.journal.calls import CallJournal
from ivr.storage.engine import reading
from ivr.storage.promises import list_promises
from ivr.storage.tables_calls import call_events, call_hours, calls


def promised(engine: Engine) -> list[str]:
    """The calls that were promised something, once for each promise."""
    with reading(engine) as connection:
        return sorted(each.call for each in list_promises(connection))


def counted(engine: Engine) -> tuple[int, int]:
    """How many calls are known, and how many the statistics say were offered."""
    with reading(engine) as connection:
        known = connection.scalar(select(func.count()).select_from(calls))
        day = (call_hours.c.language == "", call_hours.c.hour < 0)
        offered = connection.scalar(select(func.sum(call_hours.c.offered)).where(*day))
    return known or 0, offered or 0


def bring_in(engine: Engine, folder: Path) -> None:
    """What processes that have ended left on disk, as the next one does it within half a minute."""
    CallJournal(engine, folder, ZoneInfo("UTC")).drain()


def events(engine: Engine) -> int:
    """How many webhooks are noted."""
    with reading(engine) as connection:
        return connection.scalar(select(func.count()).select_from(call_events)) or 0

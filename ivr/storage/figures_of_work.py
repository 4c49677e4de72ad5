"""What was last done of work that comes again and again, how late it is, and how the calls of a day ended."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from ivr.storage.check_calls import CONFIRMED, SELF
from ivr.storage.figures import Due
from ivr.storage.tables_announcements import check_calls
from ivr.storage.tables_calls import ALL_LANGUAGES, MEASURES, WHOLE_DAY, call_hours
from ivr.storage.tables_duty import subscriptions
from ivr.storage.tables_words import wordings


def due_calendars(connection: Connection, at: datetime, every: timedelta) -> Due:
    """The followed calendars that were to be asked again by then."""
    tried = func.coalesce(subscriptions.c.tried_at, subscriptions.c.made, type_=subscriptions.c.made.type)
    query = select(func.count(), func.min(tried, type_=subscriptions.c.made.type)).where(tried <= at - every)
    number, first = connection.execute(query).one()
    return Due("follow calendars", number, first + every if first else None)


def due_words(connection: Connection, held: Collection[tuple[str, str]]) -> Due:
    """The edited words that are not spoken yet: `held` are their languages and prompts."""
    newest = func.max(wordings.c.made_at, type_=wordings.c.made_at.type)
    query = select(wordings.c.language, wordings.c.prompt, newest).group_by(
        wordings.c.language, wordings.c.prompt
    )
    rows = connection.execute(query) if held else ()
    edited = [made for language, prompt, made in rows if (language, prompt) in held]
    return Due("speak edited words", len(held), min(edited, default=None))


def last_self_test(connection: Connection) -> datetime | None:
    """When the helpline last rang itself and the call came in."""
    came_in = select(func.max(check_calls.c.created, type_=check_calls.c.created.type))
    mine = (check_calls.c.kind == SELF, check_calls.c.state == CONFIRMED)
    found: datetime | None = connection.scalar(came_in.where(*mine))
    return found


def calls_of(connection: Connection, day: date) -> Mapping[str, int]:
    """How many calls that began on that local day came to what; `waited` are seconds."""
    mine = (call_hours.c.hour == WHOLE_DAY, call_hours.c.language == ALL_LANGUAGES, call_hours.c.day == day)
    row = connection.execute(select(call_hours).where(*mine)).mappings().one_or_none()
    return {name: row[name] if row else 0 for name in MEASURES}

"""When somebody will be on duty again, in prompts: a day and a full hour."""

from datetime import datetime, timedelta

from ivr.flow.helpline import Helpline
from ivr.flow.words_to_callers import WEEKDAYS

DAYS_AHEAD = 7


def opening_prompts(helpline: Helpline, at: datetime) -> tuple[str, ...]:
    """The ids of the prompts to say, or none when nobody is on the roster within a week.

    A moment between two full hours is said as the later one, so that nobody rings too early.
    """
    opens = helpline.roster.opens(at)
    if opens is None or opens <= at:
        return ()
    hour = opens.replace(minute=0, second=0, microsecond=0)
    if hour < opens:
        hour += timedelta(hours=1)
    day = day_prompt(at.astimezone(opens.tzinfo), hour)
    return ("closed.opens", day, f"hour.{hour.hour}") if day else ()


def day_prompt(now: datetime, then: datetime) -> str | None:
    """The day of `then` as said at `now`, both in one zone; None for a day that a weekday would not name."""
    days = (then.date() - now.date()).days
    if days >= DAYS_AHEAD:
        return None
    names = {0: "day.today", 1: "day.tomorrow"}
    return names.get(days, f"day.{WEEKDAYS[then.weekday()]}")

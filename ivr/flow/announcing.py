"""What staff announce to callers for a while: which of it a caller hears after the welcome."""

from datetime import datetime

from ivr.flow.helpline import Helpline

MOST = 2  # more would keep a caller from the menu


def announced(helpline: Helpline, language: str, at: datetime) -> tuple[str, ...]:
    """The prompts of what is announced at `at` and has sound for that language; the first of them only."""
    on = [each for each in helpline.announcements if each.starts <= at < each.ends]
    return tuple(each.prompt for each in on if language in each.languages)[:MOST]

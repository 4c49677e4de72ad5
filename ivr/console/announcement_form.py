"""The form of an announcement: title, from when to when in the helpline's zone, words by language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.content.edits import Announcement
from ivr.content.fitting import as_spoken, misfits, too_long
from ivr.content.uses import Use

SECONDS = 30.0
LONGEST_TITLE = 80
LONGEST = timedelta(days=92)
WHEN = "%Y-%m-%dT%H:%M"
WORDS = "words-"
_USE = Use("announcement", SECONDS)


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody has written, as it stands in the form; `problems` by field."""

    title: str = ""
    starts: str = ""
    ends: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moments:
    """When it is heard; both aware."""

    starts: datetime
    ends: datetime


def blank(at: datetime, zone: ZoneInfo) -> Written:
    """A new one, from now until tomorrow evening."""
    now = at.astimezone(zone)
    evening = (now + timedelta(days=1)).replace(hour=18, minute=0)
    return Written(starts=now.strftime(WHEN), ends=evening.strftime(WHEN))


def as_written(announcement: Announcement, zone: ZoneInfo) -> Written:
    """One that there is, to be changed."""
    starts, ends = (each.astimezone(zone).strftime(WHEN) for each in (announcement.starts, announcement.ends))
    return Written(announcement.title, starts, ends, announcement.texts)


def read(
    fields: Mapping[str, str], languages: Iterable[str], at: datetime, zone: ZoneInfo
) -> tuple[Written, Moments | None]:
    """What was sent, its problems in it; moments only if there are none."""
    title = as_spoken(fields.get("title", ""))[: LONGEST_TITLE + 1]
    starts, ends = fields.get("starts", ""), fields.get("ends", "")
    texts = {code: as_spoken(fields.get(f"{WORDS}{code}", "")) for code in languages}
    moments, problems = _moments(starts, ends, at, zone)
    if not 0 < len(title) <= LONGEST_TITLE:
        problems["title"] = f"write what it is about, in at most {LONGEST_TITLE} letters"
    wrong = {f"{WORDS}{code}": told for code, text in texts.items() if (told := _misfit(text))}
    problems |= wrong
    written = Written(title, starts, ends, texts, problems)
    return written, None if problems else moments


def _moments(starts: str, ends: str, at: datetime, zone: ZoneInfo) -> tuple[Moments | None, dict[str, str]]:
    begins, over = _moment(starts, zone), _moment(ends, zone)
    problems = {
        name: "write a day and a time"
        for name, moment in (("starts", begins), ("ends", over))
        if moment is None
    }
    if begins is None or over is None:
        return None, problems
    if over <= begins:
        problems["ends"] = "it has to end after it begins"
    elif over <= at:
        problems["ends"] = "it would be over already"
    elif over - begins > LONGEST:
        problems["ends"] = (
            f"it may be heard for {LONGEST.days} days at most; what stays is a prompt of a menu"
        )
    return Moments(begins, over), problems


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _misfit(text: str) -> str:
    """Why the words cannot be said; "" if they can, or if there are none: then it may be recorded."""
    if not text:
        return ""
    if "{" in text or "}" in text:
        return "has a brace; write numbers and keys as they are said"
    return next(iter(misfits(_USE, text)), "") or too_long(_USE, text) or ""

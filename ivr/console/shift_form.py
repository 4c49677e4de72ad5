"""The form of a shift: what was entered, as a plan; and what is wrong with it, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from werkzeug.datastructures import MultiDict

from ivr.duty.plans import BadPlanError, Plan, Weekly

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TIERS = {"": None, "1": 1, "2": 2}


@dataclass(frozen=True, slots=True)
class ShiftForm:
    """What stands in the fields, as text; `wrong` says what is wrong with which.

    `scope` is "once" for one shift of a series, else "on" for it and all that follow.
    """

    person: str = ""
    date: str = ""
    start: str = ""
    end: str = ""
    end_date: str = ""
    tier: str = ""
    weekly: bool = False
    days: frozenset[int] = frozenset()
    every: str = "1"
    until: str = ""
    scope: str = "once"
    wrong: Mapping[str, str] = field(default_factory=dict)

    def plan(self, names: Mapping[str, str]) -> Plan:
        """What it says; a BadPlanError names the field that is wrong. `names` are those of counsellors."""
        if self.person not in names:
            raise BadPlanError("person", "choose a counsellor")
        day, start, end = _date(self.date, "date"), _time(self.start, "start"), _time(self.end, "end")
        first = datetime.combine(day, start)
        last = datetime.combine(_date(self.end_date, "end_date") if self.end_date else day, end)
        if not self.end_date and last == first:
            raise BadPlanError(
                "end_date", "it would last 24 hours; if that is meant, write the day on which it ends"
            )
        if not self.end_date and last < first and day < date.max:
            last += timedelta(days=1)
        return Plan(self.person, names[self.person], first, last, _tier(self.tier), self._weekly())

    def refused(self, error: BadPlanError) -> "ShiftForm":
        """The form with what is wrong."""
        return replace(self, wrong={error.field: str(error)})

    def _weekly(self) -> Weekly | None:
        if not self.weekly:
            return None
        every = self.every or "1"
        if not (every.isascii() and every.isdigit() and len(every) < 4):  # noqa: PLR2004 (a year has 52)
            raise BadPlanError("every", "write a number of weeks")
        return Weekly(self.days, int(every), _date(self.until, "until") if self.until else None)


def entered(fields: MultiDict[str, str]) -> ShiftForm:
    """What was sent."""
    names = ("person", "date", "start", "end", "end_date", "tier", "every", "until")
    values = {name: fields.get(name, "").strip()[:100] for name in names}
    days = frozenset(int(day) for day in fields.getlist("days") if day in {"0", "1", "2", "3", "4", "5", "6"})
    return ShiftForm(
        person=values["person"],
        date=values["date"],
        start=values["start"],
        end=values["end"],
        end_date=values["end_date"],
        tier=values["tier"],
        every=values["every"],
        until=values["until"],
        weekly=fields.get("repeat") == "weekly",
        days=days,
        scope="on" if fields.get("scope") == "on" else "once",
    )


def shown(plan: Plan) -> ShiftForm:
    """A plan in the fields."""
    weekly = plan.weekly
    ends_as_usual = plan.start < plan.end < plan.start + timedelta(days=1)
    return ShiftForm(
        person=plan.person,
        date=f"{plan.start:%Y-%m-%d}",
        start=f"{plan.start:%H:%M}",
        end=f"{plan.end:%H:%M}",
        end_date="" if ends_as_usual else f"{plan.end:%Y-%m-%d}",
        tier=str(plan.tier or ""),
        weekly=weekly is not None,
        days=weekly.days if weekly else frozenset({plan.start.weekday()}),
        every=str(weekly.every) if weekly else "1",
        until=f"{weekly.until}" if weekly and weekly.until else "",
    )


def in_words(weekly: Weekly | None) -> str:
    """A rhythm as a sentence has it."""
    if weekly is None:
        return "once"
    days = _listed([DAY_NAMES[day] for day in sorted(weekly.days)])
    every = "every week" if weekly.every == 1 else f"every {weekly.every} weeks"
    until = f" until {weekly.until:%d %b %Y}" if weekly.until else ""
    return f"{every} on {days}{until}" if len(weekly.days) < len(DAY_NAMES) else f"{every}, every day{until}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _date(written: str, where: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise BadPlanError(where, "write a date, as 2026-12-31") from None


def _time(written: str, where: str) -> time:
    try:
        return time.fromisoformat(written).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise BadPlanError(where, "write a time, as 22:00") from None


def _tier(written: str) -> int | None:
    if written not in _TIERS:
        raise BadPlanError("tier", "choose one of the list")
    return _TIERS[written]

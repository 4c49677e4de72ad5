"""What staff do to shifts: plan, change, cut and take out; each gives all events of the UID as they are then.

A series is changed from one of its occurrences on, so that what has been stays as it was: the series ends
before it, and a new one, with a UID of its own, begins with it. Single changes of what follows go along where
the new days of the week have a shift on the same date; the others end with the old series, and are told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.duty.calendar import Shift
from ivr.duty.event_text import STAMP, categories, lines_of, moment_of, naming, with_lines
from ivr.duty.events import Event
from ivr.duty.plans import Plan, checked, event_lines, event_text, falls_on
from ivr.duty.problems import BadEventError
from ivr.duty.recurring import Series
from ivr.duty.rules import split_until
from ivr.duty.zones import NamedZone

_WHEN = frozenset({"DTSTAMP", "SUMMARY", "DTSTART", "DTEND", "DURATION", "SEQUENCE", "CATEGORIES", "STATUS"})
_RHYTHM = frozenset({"RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"})
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Edited:
    """The events of each UID that an edit has touched, none for one that is gone; and what it cost.

    `lost` are the dates of single changes that do not fit the new days of the week.
    """

    shifts: dict[str, tuple[Shift, ...]]
    lost: tuple[date, ...] = ()


def planned(plan: Plan, uid: str, zone: ZoneInfo, at: datetime) -> Edited:
    """A new shift, or series; a BadPlanError if the plan can be none."""
    good = checked(plan)
    text = _with_tier(event_text(good, uid, zone, at), good.tier)
    return Edited({uid: (Shift(uid, "", good.person, text),)})


def changed_once(series: Series, stamp: str, plan: Plan, at: datetime) -> Edited:
    """The occurrence as planned; the rest of the series stays."""
    good = checked(_once(plan))
    source = series.changes().get(stamp) or series.main
    if source is None or series.occurrence(stamp) is None:
        raise BadEventError("this shift is not there any more")
    if not series.recurs():
        return _with(series, [_rewritten(series, source, "", good, at)])
    return _with(series, [_rewritten(series, source, stamp, good, at)])


def changed_from(series: Series, stamp: str, plan: Plan, uid: str, at: datetime) -> Edited:
    """The occurrence and all after it as planned, under the new `uid`, or the same if it is the first."""
    main, good = series.main, checked(plan)
    if main is None or not series.is_plain():
        raise BadEventError(
            "this series has a rhythm that cannot be changed here; change single shifts of it"
        )
    first = _is_first(series, stamp)
    kept = uid if not first else main.uid
    text = _replanned(main.text, good, series, at, kept)
    follow = [each for each in _exceptions(series) if each > stamp]  # written largest unit first
    going = [each for each in follow if _goes_along(each, series, good)]
    carried = _carried(series, Shift(kept, "", good.person, text), going, good)
    lost = tuple(sorted(_date(each, series) for each in follow if each not in going))
    if first:
        return Edited({kept: carried}, lost)
    return Edited({**cut(series, stamp).shifts, uid: carried}, lost)


def taken_out(series: Series, stamp: str) -> Edited:
    """Without that occurrence."""
    series.occurrence(stamp)
    main = series.main
    rest = tuple(each for each in series.shifts if each.recurrence != stamp)
    if main is None or not series.recurs():
        return Edited({series.shifts[0].uid: rest if main is None else ()})
    line = naming(series.event(main), main.text, "EXDATE", stamp)
    text = with_lines(main.text, frozenset(), [line])
    return Edited({main.uid: tuple(_replaced(each, text) if each is main else each for each in rest)})


def cut(series: Series, stamp: str) -> Edited:
    """Without that occurrence and all after it."""
    main = series.main
    if main is None or not can_end(series):
        raise BadEventError("this series cannot be ended on a day; take single shifts out, or all of it")
    if _is_first(series, stamp):
        return Edited({main.uid: ()})
    rules = [f"RRULE:{_ended(line.partition(':')[2], stamp)}" for line in lines_of(main.text, "RRULE")]
    text = with_lines(main.text, frozenset({"RRULE"}), rules)
    rest = [each for each in series.shifts if each.recurrence < stamp]
    return Edited({main.uid: tuple(_replaced(each, text) if each is main else each for each in rest)})


def can_end(series: Series) -> bool:
    """Whether `cut` can end it: it recurs by rules alone."""
    main = series.main
    if main is None or any(each.from_then_on for each in series.events):
        return False
    event = series.event(main)
    return bool(event.rules) and not event.more


def removed(series: Series) -> Edited:
    """Without all of it, also what has been."""
    return Edited({series.shifts[0].uid: ()})


def put_back(series: Series, stamp: str) -> Edited:
    """The occurrence as the series has it: its single change is forgotten."""
    return Edited({series.shifts[0].uid: tuple(each for each in series.shifts if each.recurrence != stamp)})


def _once(plan: Plan) -> Plan:
    return Plan(plan.person, plan.name, plan.start, plan.end, plan.tier)


def _rewritten(series: Series, source: Shift, stamp: str, plan: Plan, at: datetime) -> Shift:
    """One occurrence as an event of its own, with whatever else the source says."""
    main = series.main or source
    named = [naming(series.event(main), main.text, "RECURRENCE-ID", stamp)] if stamp else []
    if stamp and not series.main:
        named = lines_of(source.text, "RECURRENCE-ID")
    lines = (*event_lines(plan, series.zone, at), *named, *_sequence(series, source))
    text = with_lines(source.text, _WHEN | _RHYTHM, (*lines, *categories(source.text, plan.tier)))
    return Shift(source.uid, stamp, plan.person, text)


def _replanned(text: str, plan: Plan, series: Series, at: datetime, uid: str) -> str:
    main = series.main
    assert main is not None  # noqa: S101 (its callers have looked)
    sequence = _sequence(series, main) if uid == main.uid else ()
    lines = (f"UID:{uid}", *event_lines(plan, series.zone, at), *sequence, *categories(text, plan.tier))
    return with_lines(text, _WHEN | _RHYTHM | {"UID"}, lines)


def _sequence(series: Series, shift: Shift) -> tuple[str, ...]:
    return (f"SEQUENCE:{series.event(shift).sequence + 1}",)


def _carried(series: Series, main: Shift, going: list[str], plan: Plan) -> tuple[Shift, ...]:
    """The new series with the single changes of the old one, at the new time of day."""
    event = Series((main,), series.zone).event(main)
    changes = series.changes()
    stamps = {each: _stamp_on(_date(each, series), plan, series) for each in going}
    gone = [naming(event, main.text, "EXDATE", new) for old, new in stamps.items() if old not in changes]
    text = with_lines(main.text, frozenset(), gone)
    moved = (_moved(changes[old], event, main, new) for old, new in stamps.items() if old in changes)
    return (_replaced(main, text), *moved)


def _moved(change: Shift, event: Event, main: Shift, stamp: str) -> Shift:
    lines = [f"UID:{main.uid}", naming(event, main.text, "RECURRENCE-ID", stamp)]
    return Shift(main.uid, stamp, change.counsellor, with_lines(change.text, {"UID", "RECURRENCE-ID"}, lines))


def _stamp_on(day: date, plan: Plan, series: Series) -> str:
    start = NamedZone(series.zone).to_utc(datetime.combine(day, plan.start.time()))
    return f"{start:{STAMP}}"


def _exceptions(series: Series) -> Iterator[str]:
    """The stamps of what was changed about single occurrences, and of those that were taken out."""
    yield from (stamp for stamp in series.changes() if "T" in stamp)
    yield from (stamp for stamp in series.taken_out() if stamp not in series.changes())


def _date(stamp: str, series: Series) -> date:
    return moment_of(stamp).astimezone(series.zone).date()


def _goes_along(stamp: str, series: Series, plan: Plan) -> bool:
    return plan.weekly is not None and falls_on(plan.weekly, plan.start.date(), _date(stamp, series))


def _is_first(series: Series, stamp: str) -> bool:
    main = series.main
    if main is None:
        return False
    start = series.event(main).start
    return stamp == (f"{start.wall:%Y%m%d}" if start.whole_day else f"{start.utc:{STAMP}}")


def _ended(rule: str, stamp: str) -> str:
    """The rule with an end right before the occurrence of that stamp."""
    parts = [part for part in split_until(rule)[0].split(";") if not part.startswith("COUNT=")]
    if "T" in stamp:
        return ";".join((*parts, f"UNTIL={moment_of(stamp) - _SECOND:{STAMP}}"))
    return ";".join((*parts, f"UNTIL={date.fromisoformat(stamp) - timedelta(days=1):%Y%m%d}"))


def _replaced(shift: Shift, text: str) -> Shift:
    return Shift(shift.uid, shift.recurrence, shift.counsellor, text)


def _with(series: Series, new: list[Shift]) -> Edited:
    stamps = {each.recurrence for each in new}
    rest = [each for each in series.shifts if each.recurrence not in stamps]
    return Edited({series.shifts[0].uid: (*rest, *new)})


def _with_tier(text: str, tier: int | None) -> str:
    return with_lines(text, {"CATEGORIES"}, categories(text, tier))

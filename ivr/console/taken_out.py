"""Single shifts that were taken out of their series, as pages show them; pure but for the version."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from ivr.console.roster_days import Facts
from ivr.duty.calendar import Shift
from ivr.duty.event_text import STAMP
from ivr.duty.problems import BadEventError
from ivr.duty.recurring import Series
from ivr.duty.returned import returned, stamps_out
from ivr.duty.series import Occurrence
from ivr.storage.shift_edits import version_of

_NEAR = timedelta(days=2)  # a stamp is of when the occurrence begins, by a clock of any zone


@dataclass(frozen=True, slots=True)
class Out:
    """Whose shift it was and when, in UTC; `stamp` and `version` name it to whoever puts it back."""

    start: datetime
    end: datetime
    name: str
    uid: str
    stamp: str
    version: str


def out_between(
    facts: Facts, start: datetime, end: datetime, person: str, elsewhere: Collection[str]
) -> tuple[Out, ...]:
    """Those that would begin then, in order; with `person`, only theirs; none of the UIDs `elsewhere`."""
    found = (
        each
        for uid, shifts in groupby(sorted(facts.shifts, key=_uid), key=_uid)
        if uid not in elsewhere
        for each in _of_series(tuple(shifts), facts, start, end)
        if person in {"", each[0]}
    )
    return tuple(sorted((out for _, out in found), key=lambda out: (out.start, out.name.casefold())))


def occurrence_out(series: Series, stamp: str) -> Occurrence:
    """The occurrence as it would be if it were put back; a BadEventError if it was not taken out."""
    shifts = returned(series, stamp).shifts[series.shifts[0].uid]
    return Series(shifts, series.zone).occurrence(stamp)


def _of_series(
    shifts: tuple[Shift, ...], facts: Facts, start: datetime, end: datetime
) -> Iterator[tuple[str, Out]]:
    if not any("EXDATE" in each.text for each in shifts):  # almost none has; reading them all takes long
        return
    series, names = Series(shifts, facts.zone), facts.names
    owner = series.main.counsellor if series.main else None
    for stamp in _near(series, start, end) if owner in names else ():
        try:
            found = occurrence_out(series, stamp)
        except BadEventError:  # no shift of its rhythm, as imported calendars may have them
            continue
        if start <= found.start < end and owner:
            told = (names[owner], shifts[0].uid, stamp, version_of(shifts))
            yield owner, Out(found.start, found.end, *told)


def _near(series: Series, start: datetime, end: datetime) -> list[str]:
    try:
        stamps = stamps_out(series)
    except BadEventError:
        return []
    first, last = f"{start - _NEAR:{STAMP}}", f"{end + _NEAR:{STAMP}}"
    return [each for each in stamps if first <= each <= last]  # written largest unit first


def _uid(shift: Shift) -> str:
    return shift.uid

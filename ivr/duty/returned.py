"""Occurrences that were taken out of their series, and how they are put back."""

from dataclasses import replace

from ivr.duty.edits import Edited
from ivr.duty.event_text import STAMP, naming, with_lines
from ivr.duty.moments import Moment
from ivr.duty.problems import BadEventError
from ivr.duty.recurring import Series


def stamps_out(series: Series) -> tuple[str, ...]:
    """What names each, in the order in which they were taken out; a BadEventError as with Series.event."""
    rhythm = series.rhythm if series.main and series.recurs() else None
    found = dict.fromkeys(_stamp(each) for each in rhythm.but_not) if rhythm else {}
    return tuple(each for each in found if each not in series.changes())


def returned(series: Series, stamp: str) -> Edited:
    """The series with that occurrence again; a BadEventError if it was not taken out."""
    main, out = series.main, stamps_out(series)
    if main is None or stamp not in out:
        raise BadEventError("this shift is not taken out any more")
    event = series.event(main)
    lines = [naming(event, main.text, "EXDATE", each) for each in out if each != stamp]
    again = replace(main, text=with_lines(main.text, {"EXDATE"}, lines))
    return Edited({main.uid: (again, *(each for each in series.shifts if each is not main))})


def _stamp(moment: Moment) -> str:
    return f"{moment.wall:%Y%m%d}" if moment.whole_day else f"{moment.utc:{STAMP}}"

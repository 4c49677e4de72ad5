"""Occurrences that were taken out of a series are put back, whatever way their dates are written."""

from zoneinfo import ZoneInfo

import pytest

from ivr.duty.calendar import Shift
from ivr.duty.edits import taken_out
from ivr.duty.problems import BadEventError
from ivr.duty.recurring import Series
from ivr.duty.returned import returned, stamps_out

HARARE = ZoneInfo("Africa/Harare")
NIGHTS = """\
BEGIN:VEVENT
UID:nights
SUMMARY:Thandi
DTSTART;TZID=Africa/Harare:20260105T220000
DTEND;TZID=Africa/Harare:20260106T060000
RRULE:FREQ=WEEKLY
EXDATE;TZID=Africa/Harare:20260112T220000,20260119T220000
EXDATE:20260126T200000Z
X-KEPT:as it was
END:VEVENT"""
SECOND, THIRD, FOURTH = "20260112T200000Z", "20260119T200000Z", "20260126T200000Z"


def series(text: str = NIGHTS) -> Series:
    return Series((Shift("nights", "", "thandi", text),), HARARE)


def after(stamp: str) -> Series:
    return Series(returned(series(), stamp).shifts["nights"], HARARE)


def test_those_that_were_taken_out_are_named_by_their_stamps() -> None:
    assert (SECOND, THIRD, FOURTH) == stamps_out(series())


@pytest.mark.parametrize("stamp", [SECOND, THIRD, FOURTH])
def test_one_comes_back_and_the_others_stay_out(stamp: str) -> None:
    again = after(stamp)

    assert {SECOND, THIRD, FOURTH} - {stamp} == set(stamps_out(again))
    assert f"{again.occurrence(stamp).start:%Y%m%dT%H%M%SZ}" == stamp
    assert "X-KEPT:as it was" in again.shifts[0].text


def test_taken_out_and_put_back_is_as_it_was() -> None:
    plain = NIGHTS.replace("EXDATE;TZID=Africa/Harare:20260112T220000,20260119T220000\n", "").replace(
        "EXDATE:20260126T200000Z\n", ""
    )
    out = Series(taken_out(series(plain), THIRD).shifts["nights"], HARARE)

    assert plain == returned(out, THIRD).shifts["nights"][0].text


def test_a_whole_day_comes_back_too() -> None:
    days = """\
BEGIN:VEVENT
UID:nights
SUMMARY:Thandi
DTSTART;VALUE=DATE:20260105
RRULE:FREQ=DAILY
EXDATE;VALUE=DATE:20260107
END:VEVENT"""

    assert ("20260107",) == stamps_out(series(days))
    assert "EXDATE" not in returned(series(days), "20260107").shifts["nights"][0].text


def test_what_was_not_taken_out_cannot_come_back() -> None:
    with pytest.raises(BadEventError, match="not taken out any more"):
        returned(series(), "20260202T200000Z")

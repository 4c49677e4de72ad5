from datetime import UTC, datetime, timedelta, timezone

import pytest

from ivr.console.csv_lines import csv_line

HARARE = timezone(timedelta(hours=2))


def test_nothing_is_an_empty_cell_and_commas_stay_within_theirs() -> None:
    line = csv_line((None, "a, b", 3))

    assert ',"a, b",3\r\n' == line


@pytest.mark.parametrize(
    "at",
    [datetime(2026, 3, 1, 22, 30, 0, 999, UTC), datetime(2026, 3, 2, 0, 30, tzinfo=HARARE)],
    ids=["UTC", "elsewhere"],
)
def test_a_moment_is_told_in_utc_to_the_second(at: datetime) -> None:
    assert "2026-03-01T22:30:00+00:00\r\n" == csv_line((at,))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t"])
def test_no_cell_is_taken_for_a_formula(sign: str) -> None:
    assert f"'{sign}1\r\n" == csv_line((f"{sign}1",))


@pytest.mark.parametrize("end", ["\r", "\n"])
def test_a_cell_that_begins_with_another_line_is_no_formula_there(end: str) -> None:
    assert f'"\'{end}=1"\r\n' == csv_line((f"{end}=1",))

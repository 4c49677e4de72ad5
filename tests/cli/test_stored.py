"""How commands show rows of stored things: moments on the helpline's own clock, and which that is."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.cli.stored import print_json, print_rows
from ivr.settings import Settings, read_settings

AT = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
ROWS = [{"id": 7, "since": AT, "file": None}]
SHIPPED = Path(__file__).parents[2] / "prompts"


def settings(prompts: Path) -> Settings:
    return read_settings({"PROMPTS_DIR": str(prompts)})


def test_people_read_times_of_the_helplines_zone_which_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(("id", "since", "file"), ROWS, "", settings(SHIPPED))

    header, row = capsys.readouterr().out.splitlines()
    assert ["id", "since", "(Africa/Johannesburg)", "file"] == header.split()
    assert ["7", "Mon", "2026-11-23", "00:30", "+0200", "-"] == row.split()


def test_programs_read_times_of_utc_with_the_offset(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(ROWS)

    assert [{"id": 7, "since": "2026-11-22T22:30:00+00:00", "file": None}] == json.loads(
        capsys.readouterr().out
    )


def test_while_the_content_cannot_be_loaded_times_are_those_of_utc(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    print_rows(("since",), [{"since": AT}], "", settings(tmp_path))

    assert ["since (UTC)", "Sun 2026-11-22 22:30 +0000"] == capsys.readouterr().out.splitlines()


def test_without_rows_a_sentence_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(("since",), [], "Nothing is overdue.", settings(tmp_path))

    assert "Nothing is overdue.\n" == capsys.readouterr().out

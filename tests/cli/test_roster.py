"""The commands that keep counsellors and shifts: output, exit code, and what is left behind."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.cli import main
from ivr.content import load

PROMPTS = Path(__file__).parents[2] / "prompts"
PEOPLE = """name,phone,languages,priority
Bob,+27821234502,en,2
Alice,+27821234501,en;af,1
Cleo,+27821234503,zu,3
"""
ALWAYS = """BEGIN:VEVENT
UID:{uid}
SUMMARY:{name}
DTSTART:20260101T{start}00Z
DURATION:PT{hours}H
RRULE:FREQ=DAILY
END:VEVENT
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left on the terminal."""

    exit_code: int
    stdout: str
    stderr: str


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PROMPTS_DIR", str(PROMPTS))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def invoke(*arguments: str, **files: str) -> Result:
        for name, content in files.items():
            (tmp_path / name).write_text(content, "utf-8")
        words = [str(tmp_path / word) if word in files else word for word in arguments]
        with pytest.raises(SystemExit) as end:
            main(words)
        return Result(int(end.value.code or 0), *capsys.readouterr())

    return invoke


def calendar(*events: tuple[str, str, str, int]) -> str:
    """Daily shifts in UTC: UID, name, start as HHMM, hours."""
    texts = (
        ALWAYS.format(uid=uid, name=name, start=start, hours=hours) for uid, name, start, hours in events
    )
    return f"BEGIN:VCALENDAR\n{''.join(texts)}END:VCALENDAR\n"


THREE = calendar(("1", "alice", "0800", 8), ("2", "Bob", "0800", 8), ("3", "CLEO", "1200", 8))


def who(run: Run, *options: str) -> list[str]:
    return [each["name"] for each in json.loads(run("roster", "who", "--json", *options).stdout)]


@pytest.fixture
def filled(run: Run) -> Run:
    assert 0 == run("counsellors", "import", "people", people=PEOPLE).exit_code
    assert 0 == run("roster", "import", "shifts", shifts=THREE).exit_code
    return run


def test_who_is_on_duty_is_listed_in_ringing_order(filled: Run) -> None:
    assert ["Alice", "Bob", "Cleo"] == who(filled, "--at", "2026-11-22T13:00Z")
    assert ["Cleo", "Alice", "Bob"] == who(filled, "--at", "2026-11-22T13:00Z", "--language", "zu")
    assert [] == who(filled, "--at", "2026-11-22T20:00:00+00:00")


def test_a_language_that_the_helpline_does_not_have_is_noted_and_sorted_by_all_the_same(filled: Run) -> None:
    result = filled("roster", "who", "--at", "2026-11-22T13:00Z", "--language", "xx", "--json")

    assert "xx" in result.stderr
    assert 3 == len(json.loads(result.stdout))


def test_everybody_on_duty_comes_with_phone_languages_and_priority(filled: Run) -> None:
    row = json.loads(filled("roster", "who", "--at", "2026-11-22T15:00+02:00", "--json").stdout)[0]

    assert ("Alice", "+27821234501", ["en", "af"], 1) == tuple(
        row[name] for name in ("name", "phone", "languages", "priority")
    )


def test_a_time_without_offset_is_in_the_helplines_zone(filled: Run) -> None:
    start = datetime.fromisoformat("2026-11-22T08:00Z")
    zone = load(PROMPTS).helpline.zone
    local = start.astimezone(ZoneInfo(zone)).replace(tzinfo=None)

    assert ["Alice", "Bob"] == who(filled, "--at", local.isoformat())
    assert [] == who(filled, "--at", (local - timedelta(seconds=1)).isoformat())


@pytest.mark.parametrize("at", ["noon", "9999-12-31T23:59:59", "9999-12-31T23:59-23:00", "0001-01-01"])
def test_a_time_that_is_none_is_explained(filled: Run, at: str) -> None:
    result = filled("roster", "who", "--at", at)

    assert 2 == result.exit_code
    assert "write 2026-12-31T22:00" in result.stderr


def test_gaps_are_the_hours_with_nobody(filled: Run) -> None:
    gaps = json.loads(filled("roster", "gaps", "--days", "3", "--json").stdout)
    whole = gaps[1:-1]

    assert {timedelta(hours=12)} == {_moment(gap["end"]) - _moment(gap["start"]) for gap in whole}
    assert {20} == {_moment(gap["start"]).utctimetuple().tm_hour for gap in whole}


def test_with_nobody_at_all_the_gap_is_all_of_seven_days(run: Run) -> None:
    gaps = json.loads(run("roster", "gaps", "--json").stdout)

    assert [timedelta(days=7)] == [_moment(gap["end"]) - _moment(gap["start"]) for gap in gaps]


def test_a_bad_row_is_reported_and_the_good_ones_are_kept(run: Run) -> None:
    result = run("counsellors", "import", "people", people=PEOPLE.replace("+27821234502", "0821234502"))

    assert 1 == result.exit_code
    assert "people: line 2: phone" in result.stderr
    assert ["Alice", "Cleo"] == [
        each["name"] for each in json.loads(run("counsellors", "list", "--json").stdout)
    ]


def test_a_bad_event_an_unknown_name_and_a_cut_take_nobody_off_duty(filled: Run) -> None:
    bad = calendar(("1", "Alice", "0700", 9), ("2", "Nobody", "0800", 8), ("3", "Cleo", "9900", 8))
    result = filled("roster", "import", "--replace", "shifts", shifts=bad.removesuffix("END:VCALENDAR\n"))

    assert 1 == result.exit_code
    assert ["Alice"] == who(filled, "--at", "2026-11-22T07:00Z")
    assert ["Alice", "Bob", "Cleo"] == who(filled, "--at", "2026-11-22T13:00Z")
    assert ["UID 2", "UID 3"] == [word for word in ("UID 1", "UID 2", "UID 3") if word in result.stderr]


@pytest.mark.parametrize("command", ["counsellors", "roster"])
@pytest.mark.parametrize("content", ["", "\0\0", "nothing like it"])
def test_a_file_that_cannot_be_read_changes_nothing(filled: Run, command: str, content: str) -> None:
    result = filled(command, "import", "--replace", "wrong", wrong=content)

    assert 1 == result.exit_code
    assert ["Alice", "Bob", "Cleo"] == who(filled, "--at", "2026-11-22T13:00Z")


def test_a_missing_file_says_so(run: Run) -> None:
    result = run("roster", "import", "/nowhere/shifts.ics")

    assert 1 == result.exit_code
    assert "/nowhere/shifts.ics: No such file or directory; name a file that can be read\n" == result.stderr


def test_what_is_absent_stays_unless_replaced(filled: Run) -> None:
    filled("roster", "import", "shifts", shifts=calendar(("1", "Alice", "0800", 8)))
    kept = who(filled, "--at", "2026-11-22T13:00Z")
    filled("roster", "import", "shifts", "--replace", shifts=calendar(("1", "Alice", "0800", 8)))

    assert ["Alice", "Bob", "Cleo"] == kept
    assert ["Alice"] == who(filled, "--at", "2026-11-22T13:00Z")


def test_two_counsellors_of_one_name_are_a_warning(filled: Run) -> None:
    result = filled("counsellors", "import", "people", people=PEOPLE.replace("+27821234501", "+27821234509"))

    assert 0 == result.exit_code
    assert "2 counsellors are called 'Alice'" in result.stderr


def test_tables_are_for_people_to_read(filled: Run) -> None:
    assert ["name", "Alice", "Bob", "Cleo"] == [
        line.split()[0] for line in filled("counsellors", "list").stdout.splitlines()
    ]
    assert "+27821234501" in filled("roster", "who", "--at", "2026-11-22T13:00Z").stdout
    assert filled("roster", "gaps").stdout.startswith("from")


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def test_nobody_is_said_in_words(run: Run) -> None:
    assert "Nobody is on duty.\n" == run("roster", "who").stdout
    assert "No counsellor is stored.\n" == run("counsellors", "list").stdout


def test_no_gap_is_said_in_words(filled: Run) -> None:
    always = calendar(("whole", "Bob", "00", 24))
    filled("roster", "import", "always.ics", **{"always.ics": always})

    assert filled("roster", "gaps").stdout.startswith("Somebody is on duty at every moment until ")


def test_a_database_that_refuses_is_told_and_nothing_changes(filled: Run, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "data" / "helpline.db") as database:
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON counsellors BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    database.close()

    refused = filled(
        "counsellors", "import", "more", more="name,phone,languages,priority\nDora,+27821234504,en,1\n"
    )

    assert (1, "") == (refused.exit_code, refused.stdout)
    assert "nothing was changed: disk is full" in refused.stderr

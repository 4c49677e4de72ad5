"""What commands change about the roster stands in the audit log, as what is done on the pages does."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.cli import main

PEOPLE = "name,phone,languages,priority\nAlice,+27821234501,en,1\nBob,+27821234502,en,2\n"
SHIFTS = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:one
SUMMARY:Alice
DTSTART:20300110T080000
DTEND:20300110T160000
END:VEVENT
END:VCALENDAR
"""
SPAN = ("--from", "2030-01-10T09:00", "--until", "2030-01-10T10:00")
DONE = [
    (("roster", "on", "Bob", *SPAN), "counsellor on"),
    (("roster", "swap", "Alice", "Bob", *SPAN), "shift swapped"),
    (("roster", "close", *SPAN), "helpline closed"),
    (("roster", "reopen", "--at", "2030-01-10T09:30"), "helpline reopened"),
    (("counsellors", "pin", "Alice"), "counsellor's PIN made"),
    (("counsellors", "pin", "Alice", "--remove"), "counsellor's PIN removed"),
]

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PROMPTS_DIR", str(Path(__file__).parents[2] / "prompts"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "shifts.ics").write_text(SHIFTS)

    def invoke(*words: str) -> str:
        with pytest.raises(SystemExit):
            main(list(words))
        return capsys.readouterr().out

    invoke("counsellors", "import", str(tmp_path / "people.csv"))
    invoke("roster", "import", str(tmp_path / "shifts.ics"))
    return invoke


def noted(run: Run) -> list[str]:
    found = json.loads(run("staff", "log", "--way", "command", "--json"))
    return [each["action"] for each in reversed(found)]


def test_every_command_that_changes_the_roster_is_noted(run: Run) -> None:
    for words, _ in DONE:
        run(*words)

    assert ["counsellors imported", "roster imported", *(action for _, action in DONE)] == noted(run)


def test_a_command_that_changes_nothing_is_not_noted(run: Run) -> None:
    before = noted(run)
    run("roster", "off", "Bob", "--from", "2030-01-12T09:00")
    run("roster", "reopen")
    run("roster", "undo", "nothing")

    assert before == noted(run)

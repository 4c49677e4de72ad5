"""The commands that change who is on duty, write all of it out, and follow calendars kept elsewhere."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from ivr.cli import main

PEOPLE = """name,phone,languages,priority,tier
Alice,+27821234501,en;af,1,1
Bob,+27821234502,en,2,1
Cleo,+27821234503,zu,1,2
"""
SHIFTS = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:days
SUMMARY:Alice
DTSTART:20260101T080000
DTEND:20260101T160000
RRULE:FREQ=DAILY
EXDATE:20300102T080000
END:VEVENT
BEGIN:VEVENT
UID:days
RECURRENCE-ID:20300103T080000
SUMMARY:Bob
DTSTART:20300103T100000
DTEND:20300103T120000
END:VEVENT
BEGIN:VEVENT
UID:nights
SUMMARY:Cleo
DTSTART:20260101T160000
DTEND:20260102T080000
RRULE:FREQ=DAILY
CATEGORIES:tier-2
END:VEVENT
END:VCALENDAR
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
    monkeypatch.setenv("PROMPTS_DIR", str(Path(__file__).parents[2] / "prompts"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "shifts.ics").write_text(SHIFTS)
    os.utime(tmp_path / "shifts.ics", (1_700_000_000, 1_700_000_000))  # its version is its second

    def invoke(*words: str) -> Result:
        with pytest.raises(SystemExit) as end:
            main(list(words))
        return Result(int(end.value.code or 0), *capsys.readouterr())

    assert 0 == invoke("counsellors", "import", str(tmp_path / "people.csv")).exit_code
    return invoke


@pytest.fixture
def filled(run: Run, tmp_path: Path) -> Run:
    assert 0 == run("roster", "import", str(tmp_path / "shifts.ics")).exit_code
    return run


def who(run: Run, at: str) -> list[str]:
    return [each["name"] for each in json.loads(run("roster", "who", "--at", at, "--json").stdout)]


def changes(run: Run, *words: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(run("roster", "changes", "--json", *words).stdout)
    return found


def test_on_and_off_between_two_times_in_the_helplines_zone(filled: Run) -> None:
    on = filled("roster", "on", "bob", "--from", "2030-01-10T09:00", "--until", "2030-01-10T10:00")
    filled("roster", "off", "Alice", "--from", "2030-01-10T09:30", "--until", "2030-01-10T11:00")

    assert "bob: on from Thu 2030-01-10 09:00 +0200 until Thu 2030-01-10 10:00 +0200.\n" == on.stdout
    assert [["Alice", "Bob"], ["Bob"], [], ["Alice"]] == [
        who(filled, f"2030-01-10T{time}") for time in ("09:00", "09:30", "10:00", "11:00")
    ]


def test_somebody_without_a_shift_goes_on_now_and_off_again(run: Run) -> None:
    on = run("roster", "on", "Bob")
    present = json.loads(run("roster", "who", "--json").stdout)
    off = run("roster", "off", "Bob")

    assert 0 == on.exit_code
    assert ["Bob"] == [each["name"] for each in present]
    assert "note: nobody is on duty" in off.stderr
    assert "Nobody is on duty.\n" == run("roster", "who").stdout


def test_a_pause_without_an_end_lasts_until_the_end_of_the_shift(filled: Run) -> None:
    told = filled("roster", "pause", "Alice", "--from", "2030-01-10T09:00").stdout

    assert "until Thu 2030-01-10 16:00 +0200" in told
    assert [[], ["Cleo"], ["Alice"]] == [
        who(filled, at) for at in ("2030-01-10T15:59", "2030-01-10T16:00", "2030-01-11T08:00")
    ]


def test_off_for_who_is_not_on_duty_asks_until_when_and_changes_nothing(filled: Run) -> None:
    refused = filled("roster", "off", "Bob", "--from", "2030-01-10T09:00")

    assert (2, []) == (refused.exit_code, changes(filled))
    assert "Bob is not on duty at Thu 2030-01-10 09:00 +0200; give --until, or --from" in refused.stderr


def test_a_swap_gives_one_persons_shifts_to_another(filled: Run) -> None:
    done = filled("roster", "swap", "Alice", "Bob", "--from", "2030-01-10", "--until", "2030-01-11")

    assert done.stdout.startswith("Bob for Alice from Thu 2030-01-10 00:00 +0200")
    assert [["Bob"], ["Alice"]] == [who(filled, at) for at in ("2030-01-10T09:00", "2030-01-11T09:00")]


def test_a_closure_takes_everybody_off_until_it_reopens(filled: Run) -> None:
    filled("roster", "close", "--from", "2030-01-10", "--note", "Strike")
    said = filled("roster", "who", "--at", "2030-02-01T09:00").stdout
    filled("roster", "reopen", "--at", "2030-01-12T08:00")

    assert "Nobody is on duty: closed (Strike).\n" == said
    assert [[], ["Alice"]] == [who(filled, at) for at in ("2030-01-11T09:00", "2030-01-12T08:00")]


def test_reopening_what_is_open_says_so(filled: Run) -> None:
    refused = filled("roster", "reopen")

    assert 1 == refused.exit_code
    assert "The helpline is not closed" in refused.stderr


def test_changes_are_listed_with_their_ends_and_undone_by_their_ids(filled: Run) -> None:
    filled("roster", "pause", "Alice", "--from", "2030-01-10T09:00", "--note", "dentist")
    filled("roster", "close", "--from", "2026-01-01", "--until", "2026-01-02")
    (found,) = changes(filled)
    undone = filled("roster", "undo", found["id"])

    assert ("pause", "Alice", "dentist") == (found["kind"], found["name"], found["note"])
    assert ("2030-01-10T09:00:00+02:00", "2030-01-10T16:00:00+02:00") == (found["start"], found["end"])
    assert 0 == undone.exit_code
    assert "Nothing differs from the shifts.\n" == filled("roster", "changes").stdout
    assert ["closure"] == [each["kind"] for each in changes(filled, "--all")]
    assert 1 == filled("roster", "undo", found["id"]).exit_code


WRONG = [
    (("on", "Zoe"), "no counsellor is called 'Zoe'"),
    (("on", "Bob", "--from", "noon"), "write 2026-12-31T22:00"),
    (("on", "Bob", "--from", "2030-01-02", "--until", "2030-01-02"), "is not after the beginning"),
    (("swap", "Alice", "Bob"), "--until is missing"),
    (("swap", "Bob", "bob", "--until", "2030-01-01"), "are the same person"),
    (("unsubscribe", "7"), "No calendar has that number"),
    (("subscribe", "ftp://host.example/a.ics"), "not a URL of a calendar"),
    (("export", "/dev/null/all.ics"), "name a file that can be written"),
]


@pytest.mark.parametrize(("words", "what"), WRONG)
def test_what_is_wrong_is_explained_and_changes_nothing(
    filled: Run, words: tuple[str, ...], what: str
) -> None:
    result = filled("roster", *words)

    assert 0 != result.exit_code
    assert what in result.stderr
    assert [] == changes(filled, "--all")


def test_saying_it_twice_changes_nothing_more(filled: Run) -> None:
    words = ("roster", "close", "--from", "2030-01-01", "--until", "2030-01-02")
    filled(*words)

    assert "That was so already." in filled(*words).stdout
    assert 1 == len(changes(filled))


def test_all_of_it_is_written_out_and_read_back_into_an_empty_helpline(
    filled: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled("roster", "on", "Bob", "--from", "2030-01-10T06:00", "--until", "2030-01-10T09:00")
    filled("roster", "pause", "Alice", "--from", "2030-01-11T09:00", "--note", "a; b, c")
    filled("roster", "swap", "Cleo", "Bob", "--from", "2030-01-12", "--until", "2030-01-13")
    filled("roster", "close", "--from", "2030-01-14", "--note", "Strike")
    file = tmp_path / "all.ics"
    printed = filled("roster", "export").stdout
    written = filled("roster", "export", str(file))
    dashed = filled("roster", "export", "-").stdout
    days = [f"2030-01-{day:02}T{hour:02}:30" for day in range(1, 15) for hour in (5, 8, 11, 17)]
    before = [who(filled, at) for at in days]
    again = filled("roster", "import", str(file)).stdout
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "other"))
    filled("counsellors", "import", str(tmp_path / "people.csv"))
    read = filled("roster", "import", str(file))

    assert 0 == written.exit_code
    assert printed.splitlines()[0] == dashed.splitlines()[0] == "BEGIN:VCALENDAR"
    assert again == "3 read: 0 added, 0 changed, 0 removed. Changes of duty: 4 read, 0 new or changed.\n"
    assert (
        read.stdout == "3 read: 3 added, 0 changed, 0 removed. Changes of duty: 4 read, 4 new or changed.\n"
    )
    assert before == [who(filled, at) for at in days]
    assert {1, 2} == {each["tier"] for each in json.loads(filled("counsellors", "list", "--json").stdout)}


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and logs nothing."""

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """Where shifts.ics is served, on loopback."""
    handler = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        thread = Thread(target=served.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}/shifts.ics"
        served.shutdown()
        thread.join()


def test_a_calendar_is_followed_until_it_is_forgotten(run: Run, url: str) -> None:
    first = run("roster", "subscribe", url)
    on_duty = who(run, "2030-01-10T09:00")
    (listed,) = json.loads(run("roster", "subscriptions", "--json").stdout)
    again = run("roster", "refresh")
    forgotten = run("roster", "unsubscribe", url)

    assert (0, "Calendar 1 at 127.0.0.1: 3 events.\n") == (first.exit_code, first.stdout)
    assert ["Alice"] == on_duty
    assert (1, url, 3, "") == tuple(listed[name] for name in ("number", "url", "events", "problem"))
    assert first.stdout == again.stdout
    assert "Calendar 1 at 127.0.0.1 is forgotten; 3 events were removed.\n" == forgotten.stdout
    assert [] == who(run, "2030-01-10T09:00")
    assert "No calendar is followed.\n" == run("roster", "subscriptions").stdout


def test_a_calendar_that_never_came_is_followed_all_the_same_and_says_so(
    run: Run, url: str, tmp_path: Path
) -> None:
    (tmp_path / "shifts.ics").unlink()
    tried = run("roster", "subscribe", url)

    assert 1 == tried.exit_code
    assert "to forget it: ivr roster unsubscribe 1" in tried.stderr
    assert 1 == len(json.loads(run("roster", "subscriptions", "--json").stdout))


def test_a_calendar_that_is_lost_keeps_its_shifts_and_gaps_warn_of_it(
    run: Run, url: str, tmp_path: Path
) -> None:
    run("roster", "subscribe", url)
    (tmp_path / "shifts.ics").write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    bad = run("roster", "refresh")
    warned = run("roster", "gaps").stderr
    listed = run("roster", "subscriptions").stdout
    accepted = run("roster", "refresh", "1", "--accept")

    assert (1, "") == (bad.exit_code, bad.stdout)
    assert "all its shifts are gone" in bad.stderr
    assert "the last good 3 events stay" in bad.stderr
    assert warned.startswith("warning: calendar 1 at 127.0.0.1 since ")
    assert "all its shifts are gone" in listed
    assert "shifts.ics" not in bad.stderr + warned + listed
    assert "Calendar 1 at 127.0.0.1: 0 events.\n" == accepted.stdout

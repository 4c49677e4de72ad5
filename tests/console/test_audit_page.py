"""The log of what was done: filtered, a page at a time, as CSV."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.storage import audit
from ivr.storage.accounts import Role
from ivr.storage.engine import writing
from tests.console.staging import ConsoleStage, Visitor, console_stage


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database)


@pytest.fixture
def boss(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.ADMINISTRATOR, name="Boss")


def note(stage: ConsoleStage, about: str, *, by: str = "Thandi", day: int = 1, way: str = "console") -> None:
    at = datetime(2026, 3, day, 22, 30, tzinfo=UTC)
    with writing(stage.engine) as connection:
        audit.note(connection, at, by, "take accepted", about, way)


def rows(boss: Visitor, **asked: str) -> list[list[str]]:
    return list(csv.reader(boss.get("/staff/audit.csv", **asked).text.splitlines()))


def test_it_is_shown_newest_first_in_the_helplines_zone(stage: ConsoleStage, boss: Visitor) -> None:
    note(stage, "en welcome, take 1")
    note(stage, "en welcome, take 2")
    told = boss.get("/staff/audit").text

    assert told.index("take 2") < told.index("take 1")
    assert "Mon 02 Mar 2026, 00:30" in told


def test_older_entries_are_on_further_pages(stage: ConsoleStage, boss: Visitor) -> None:
    for nth in range(51):
        note(stage, f"number {nth:02d}.")
    first = boss.get("/staff/audit", by="Thandi").text
    second = boss.get("/staff/audit", by="Thandi", before="2").text

    assert "number 01." in first
    assert "number 00." not in first
    assert "before=2" in first
    assert "number 00." in second
    assert "number 01." not in second


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"by": "Sipho"}, ["b"]),
        ({"way": "phone"}, ["c"]),
        ({"text": "100%"}, ["d 100%"]),
        ({"since": "2026-03-04"}, ["d 100%", "c"]),
        ({"until": "2026-03-02"}, ["a"]),
        ({"since": "2026-03-03", "until": "2026-03-03"}, ["b"]),
        ({"since": "yesterday", "by": "Sipho"}, ["b"]),
    ],
)
def test_it_can_be_asked_by_person_way_words_and_days(
    stage: ConsoleStage, boss: Visitor, asked: dict[str, str], found: list[str]
) -> None:
    note(stage, "a")
    note(stage, "b", by="Sipho", day=2)
    note(stage, "c", day=3, way="phone")
    note(stage, "d 100%", day=4)

    assert found == [row[3] for row in rows(boss, **asked)[1:]]


def test_words_are_looked_for_in_the_newest_entries_and_the_page_says_how_far_back(
    stage: ConsoleStage, boss: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "MOST_SEARCHED", 3)
    for day in range(1, 7):
        note(stage, f"needle {day}.", day=day)
    told = boss.get("/staff/audit", text="needle").text
    further = boss.get("/staff/audit", text="needle", until="2026-03-04").text

    assert [False, True, True, True] == [f"needle {day}." in told for day in (3, 4, 5, 6)]
    assert "looked for in the newest 3 entries" in told
    assert "until=2026-03-04" in told
    assert [False, True, True, True, False] == [f"needle {day}." in further for day in (0, 1, 2, 3, 4)]
    assert "needle 1." in boss.get("/staff/audit.csv", text="needle").text
    for whole in ({}, {"text": "needle", "since": "2026-03-05"}, {"text": "needle", "until": "2026-03-04"}):
        assert "looked for in the newest" not in boss.get("/staff/audit", **whole).text


def test_a_table_has_every_entry_and_no_formula(stage: ConsoleStage, boss: Visitor) -> None:
    note(stage, '=HYPERLINK("x")', by="@Thandi")

    assert [
        ["at", "by", "action", "about", "way"],
        ["2026-03-01T22:30:00+00:00", "'@Thandi", "take accepted", '\'=HYPERLINK("x")', "console"],
    ] == rows(boss)


def test_links_carry_only_what_the_form_asks(boss: Visitor) -> None:
    told = boss.get("/staff/audit", _scheme="javascript", _external="1", by="x").text

    assert "javascript:" not in told

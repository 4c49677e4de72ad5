"""What staff see of calls: the live board, the history, one call, the statistics; a number nowhere."""

import csv
import re
from datetime import timedelta
from html import unescape
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

import pytest

from ivr.storage.accounts import Role
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import reading
from tests.app.people import SIPHO, THANDI
from tests.console.calls_seen import keep, keep_an_evening, keep_talking, keep_waiting
from tests.console.staging import ConsoleStage, console_stage
from tests.storage.calls_told import NOON, reached_call, told

TODAY = {"from": "2026-01-05", "to": "2026-01-05"}
SCRIPT = re.compile(r"<script(?![^>]* src=)|<style| style=| on\w+=", re.IGNORECASE)


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database, people=(THANDI, SIPHO))


def shown(stage: ConsoleStage, path: str, *roles: Role, **query: str) -> str:
    """The words of the page, its tags left out."""
    answer = stage.signed_in(*(roles or (Role.LISTENER,))).get(path, **query)

    assert 200 == answer.status_code
    assert not SCRIPT.search(answer.text)
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def key_of(stage: ConsoleStage, name: str) -> str:
    with reading(stage.engine) as connection:
        return next(each.key for each in list_counsellors(connection) if each.name == name)


def rows(stage: ConsoleStage, path: str, **query: str) -> list[dict[str, str]]:
    answer = stage.signed_in(Role.LISTENER).get(path, **query)
    assert "text/csv; charset=utf-8" == answer.headers["Content-Type"]
    return list(csv.DictReader(StringIO(answer.text)))


def test_the_board_says_who_waits_how_long_whose_phone_rings_and_who_talks(stage: ConsoleStage) -> None:
    keep_waiting(stage.engine, NOON - timedelta(seconds=80), key_of(stage, "Thandi"))
    keep_talking(stage.engine, key_of(stage, "Sipho"), NOON - timedelta(minutes=3))
    words = shown(stage, "/staff/calls")

    assert "1 min 20 s isiZulu Thandi heard the overdose steps" in words
    assert "Thandi af, en rings for" in words
    assert "Sipho zu, en talks for 3 min, Afrikaans" in words


def test_an_empty_board_says_so_and_who_is_free(stage: ConsoleStage) -> None:
    words = shown(stage, "/staff/calls", Role.ROTA_KEEPER)

    assert "Nobody waits." in words
    assert "Thandi af, en free" in words
    assert "History" not in words  # single calls are for those who listen


def test_answered_in_time_is_counted_from_all_who_asked_for_a_person(stage: ConsoleStage) -> None:
    keep_an_evening(stage.engine)
    words = shown(stage, "/staff/calls/statistics", **TODAY)

    assert "5 calls, of which 4 asked for a person" in words
    assert "50 % answered: 2 of 4 who asked" in words
    assert "25 % answered within 20 s: 1 of all 4 who asked; within 30 s: 50 %" in words
    assert "25 % gave up waiting: 1 of 4 who asked; after more than 30 s: 1" in words
    assert "25 % found nobody on duty: 1 of 4 who asked; rung, and nobody answered: 0" in words
    assert "20 s average wait of the 2 answered" in words
    assert "overdose 1 1 100 %" in words
    assert "Of all who asked for a person, also those who gave up or found nobody" in words


def test_statistics_of_one_language_and_of_days_without_calls(stage: ConsoleStage) -> None:
    keep_an_evening(stage.engine)

    assert "1 calls, of which 0 asked" in shown(stage, "/staff/calls/statistics", **TODAY, language="af")
    assert "0 calls, of which 0 asked" in shown(
        stage, "/staff/calls/statistics", **{"from": "2026-01-06", "to": "2026-01-07"}
    )


@pytest.mark.parametrize("query", [{"from": "yesterday"}, {"to": "9999-99-99"}, {"from": "0001-01-01"}])
def test_an_address_that_makes_no_sense_shows_the_last_four_weeks(
    stage: ConsoleStage, query: dict[str, str]
) -> None:
    assert 'value="2025-12-09"' in stage.signed_in(Role.LISTENER).get("/staff/calls/statistics", **query).text


@pytest.mark.parametrize("chart", ["days", "hours", "languages", "segments"])
@pytest.mark.parametrize("calls", [True, False])
def test_a_chart_is_a_picture_without_a_script(stage: ConsoleStage, chart: str, calls: bool) -> None:
    if calls:
        keep_an_evening(stage.engine)
    answer = stage.signed_in(Role.LISTENER).get(f"/staff/calls/statistics/{chart}.svg", **TODAY)
    kinds = {str(each.tag).rpartition("}")[2] for each in ET.fromstring(answer.data).iter()}  # noqa: S314 (our own)

    assert "image/svg+xml" == answer.headers["Content-Type"].partition(";")[0]
    assert {"script", "foreignObject", "a"} & kinds == set()
    assert b"No calls in this time" in answer.data or calls


def test_there_is_no_other_chart(stage: ConsoleStage) -> None:
    assert 404 == stage.signed_in(Role.LISTENER).get("/staff/calls/statistics/secrets.svg").status_code


def test_the_history_is_filtered_by_outcome_and_paged(stage: ConsoleStage) -> None:
    keep(stage.engine, *(reached_call(f"CB{each:03}", begun=each) for each in range(60)))
    keep_an_evening(stage.engine)
    listener = stage.signed_in(Role.LISTENER)
    first = listener.get("/staff/calls/history", outcome="reached").text
    older = re.search(r'href="([^"]+before=[^"]+)"', first)
    assert older
    link = urlsplit(unescape(older[1]))
    second = listener.get(link.path, **dict(parse_qsl(link.query))).text
    found = [re.findall(r"/staff/calls/history/(C\w+)", page) for page in (first, second)]

    assert (50, 12) == (len(found[0]), len(found[1]))
    assert 62 == len({*found[0], *found[1]})
    assert "gave up waiting</span>" not in first + second


def test_one_call_is_a_timeline_in_words(stage: ConsoleStage) -> None:
    keep_an_evening(stage.engine)
    words = shown(stage, "/staff/calls/history/CA2")

    assert "10 s Pressed waiting for a counsellor looks for a person" in words
    assert "55 s Out of the queue waiting for a counsellor hung up while waiting" in words
    assert 404 == stage.signed_in(Role.LISTENER).get("/staff/calls/history/CA77").status_code


def test_the_csv_of_calls_is_everything_that_is_asked_for(stage: ConsoleStage) -> None:
    keep_an_evening(stage.engine)
    found = rows(stage, "/staff/calls/history.csv", outcome="abandoned")

    assert [("CA2", "abandoned", "45", "2026-01-05T12:00:00+00:00")] == [
        (row["call"], row["outcome"], row["waited_seconds"], row["started"]) for row in found
    ]


def test_a_cell_of_the_csv_is_never_a_formula(stage: ConsoleStage) -> None:
    keep(stage.engine, [told(0, "=HYPERLINK(1)", "answered", language="@x")])
    found = rows(stage, "/staff/calls/history.csv")

    assert [("'=HYPERLINK(1)", "'@x")] == [(row["place"], row["language"]) for row in found]


def test_the_csv_of_statistics_says_the_same_as_the_page(stage: ConsoleStage) -> None:
    keep_an_evening(stage.engine)
    found = {(row["by"], row["which"]): row for row in rows(stage, "/staff/calls/statistics.csv", **TODAY)}

    assert "4" == found["all", ""]["asked"]
    assert "1" == found["all", ""]["answered_20"]
    assert "5" == found["hour", "14:00"]["offered"]
    assert "1" == found["language", "af"]["offered"]

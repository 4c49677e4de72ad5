"""Announcements: made, changed, withdrawn; each noted, each told to every process."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine

from ivr.content.edits import Announcement
from ivr.storage.announcements import (
    add_announcement,
    announcements_from,
    change_announcement,
    count_before,
    find_announcement,
    posted_before,
    posted_now,
    withdraw_announcement,
)
from ivr.storage.audit import Wanted, entries
from ivr.storage.engine import reading, writing
from ivr.storage.revision import read_revision

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WORDS = {"en": "A dangerous supply is about.", "zu": ""}


def make(
    connection: Connection,
    title: str = "Supply",
    starts: datetime = NOON,
    ends: datetime = NOON + DAY,
    texts: Mapping[str, str] = WORDS,
) -> int:
    return add_announcement(connection, title, starts, ends, texts, "Naledi", NOON)


def titles(found: tuple[Announcement, ...]) -> list[str]:
    return [each.title for each in found]


def test_it_is_heard_until_it_ends(engine: Engine) -> None:
    with writing(engine) as connection:
        number = make(connection)
    with reading(engine) as connection:
        last = announcements_from(connection, NOON + DAY - timedelta(seconds=1))
        after = announcements_from(connection, NOON + DAY)

    assert (Announcement(number, "Supply", NOON, NOON + DAY, WORDS),) == last
    assert () == after


def test_what_is_to_be_heard_later_is_known_before(engine: Engine) -> None:
    with writing(engine) as connection:
        make(connection, starts=NOON + DAY, ends=NOON + 2 * DAY)

        assert ["Supply"] == titles(announcements_from(connection, NOON))


def test_the_one_that_begins_last_comes_first(engine: Engine) -> None:
    with writing(engine) as connection:
        make(connection, "B", starts=NOON)
        make(connection, "A", starts=NOON - DAY)
        make(connection, "C", starts=NOON)

        assert ["C", "B", "A"] == titles(announcements_from(connection, NOON))


def test_one_that_ends_before_it_starts_is_refused(engine: Engine) -> None:
    with writing(engine) as connection, pytest.raises(ValueError, match="end after it starts"):
        make(connection, ends=NOON)


def test_withdrawn_it_is_heard_no_more_but_kept_with_who_did_it(engine: Engine) -> None:
    with writing(engine) as connection:
        number = make(connection)
        done = withdraw_announcement(connection, number, "Themba", NOON + timedelta(hours=1), "phone")
        heard, found = announcements_from(connection, NOON), find_announcement(connection, number)

    assert done
    assert () == heard
    assert found
    assert ("Naledi", "Themba", True) == (found.made_by, found.withdrawn_by, found.announcement.withdrawn)


def test_withdrawing_it_again_or_one_that_never_was_does_nothing(engine: Engine) -> None:
    with writing(engine) as connection:
        number = make(connection)
        withdraw_announcement(connection, number, "Themba", NOON)
        before = read_revision(connection)

        assert not withdraw_announcement(connection, number, "Sipho", NOON)
        assert not withdraw_announcement(connection, number + 1, "Sipho", NOON)
        assert before == read_revision(connection)


def test_a_change_replaces_title_times_and_words(engine: Engine) -> None:
    with writing(engine) as connection:
        number = make(connection)
        changed = Announcement(number, "Other", NOON + DAY, NOON + 2 * DAY, {"af": "Pasop."})
        done = change_announcement(connection, changed, "Themba", NOON)
        found = find_announcement(connection, number)

    assert done
    assert found
    assert changed == found.announcement


def test_what_is_withdrawn_cannot_be_changed(engine: Engine) -> None:
    with writing(engine) as connection:
        number = make(connection)
        withdraw_announcement(connection, number, "Themba", NOON)
        found = find_announcement(connection, number)
        assert found

        assert not change_announcement(connection, replace(found.announcement, title="x"), "Sipho", NOON)


def test_every_step_is_noted_and_told_to_every_process(engine: Engine) -> None:
    with writing(engine) as connection:
        before = read_revision(connection)
        number = make(connection)
        made = read_revision(connection)
        withdraw_announcement(connection, number, "Themba", NOON, "phone")
        withdrawn = read_revision(connection)
        noted = [(each.by, each.action, each.about, each.way) for each in entries(connection, Wanted())]

    assert before < made < withdrawn
    about = f"{number}, Supply"
    expected = [
        ("Themba", "announcement withdrawn", about, "phone"),
        ("Naledi", "announcement made", about, "console"),
    ]
    assert expected == noted


def test_what_is_over_or_withdrawn_is_listed_by_itself_page_by_page(engine: Engine) -> None:
    with writing(engine) as connection:
        make(connection, "over", starts=NOON - 2 * DAY, ends=NOON)
        make(connection, "now")
        withdraw_announcement(connection, make(connection, "withdrawn"), "Themba", NOON)
        now = [each.announcement.title for each in posted_now(connection, NOON)]
        pages = [posted_before(connection, NOON, 1, offset) for offset in (0, 1, 2)]

        assert ["now"] == now
        assert [["withdrawn"], ["over"], []] == [[each.announcement.title for each in page] for page in pages]
        assert 2 == count_before(connection, NOON)

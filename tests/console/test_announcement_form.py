"""What somebody writes about an announcement: times of the helpline's zone, words that can be said."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.console.announcement_form import as_written, blank, read
from ivr.content.edits import Announcement

ZONE = ZoneInfo("Africa/Johannesburg")
AT = datetime(2026, 1, 5, 12, tzinfo=UTC)  # two in the afternoon there
GOOD = {
    "title": "Dangerous supply",
    "starts": "2026-01-05T14:00",
    "ends": "2026-01-06T18:00",
    "words-en": "A dangerous supply is about.",
}


def problems(**fields: str) -> dict[str, str]:
    written, moments = read({**GOOD, **fields}, ("en", "af"), AT, ZONE)

    assert (moments is None) == bool(written.problems)
    return dict(written.problems)


def test_times_are_those_of_the_helplines_zone() -> None:
    _, moments = read(GOOD, ("en",), AT, ZONE)

    assert moments
    assert (AT, datetime(2026, 1, 6, 16, tzinfo=UTC)) == (moments.starts, moments.ends)


def test_a_new_one_lasts_from_now_until_tomorrow_evening() -> None:
    assert ("2026-01-05T14:00", "2026-01-06T18:00") == (blank(AT, ZONE).starts, blank(AT, ZONE).ends)


def test_what_there_is_is_written_as_it_was() -> None:
    made = Announcement(1, "Supply", AT, AT + timedelta(hours=1), {"en": "Words."})
    written = as_written(made, ZONE)

    assert ("Supply", "2026-01-05T14:00", "2026-01-05T15:00", {"en": "Words."}) == (
        written.title,
        written.starts,
        written.ends,
        written.texts,
    )


def test_words_are_optional_because_they_can_be_recorded() -> None:
    assert {} == problems(**{"words-en": ""})


@pytest.mark.parametrize(
    ("fields", "where", "told"),
    [
        ({"title": "  "}, "title", "what it is about"),
        ({"title": "x" * 81}, "title", "at most 80"),
        ({"starts": "soon"}, "starts", "a day and a time"),
        ({"ends": ""}, "ends", "a day and a time"),
        ({"ends": "2026-01-05T14:00"}, "ends", "end after it begins"),
        ({"starts": "2026-01-05T10:00", "ends": "2026-01-05T13:59"}, "ends", "over already"),
        ({"ends": "2026-12-31T14:00"}, "ends", "92 days at most"),
        ({"words-af": "Bel {emergency_number}."}, "words-af", "brace"),
        ({"words-af": "?!"}, "words-af", "has no words"),
        ({"words-af": "a" * 481}, "words-af", "too many for 30 s"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(fields: dict[str, str], where: str, told: str) -> None:
    found = problems(**fields)

    assert [where] == list(found)
    assert told in found[where]


def test_words_in_a_language_that_there_is_not_are_left_out() -> None:
    written, _ = read({**GOOD, "words-xx": "?"}, ("en",), AT, ZONE)

    assert {"en": "A dangerous supply is about."} == written.texts

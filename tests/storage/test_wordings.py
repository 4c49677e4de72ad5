from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from ivr.content import Announcement, Edits
from ivr.storage.announcements import add_announcement
from ivr.storage.audit import Wanted, entries
from ivr.storage.edits import stored_edits
from ivr.storage.engine import reading, writing
from ivr.storage.language_marks import (
    edited_since_review,
    list_marks,
    mark_reviewed,
    offer_language,
    unmark_reviewed,
    withdraw_language,
)
from ivr.storage.revision import read_revision
from ivr.storage.wordings import edit_words, newest_wordings, wordings_of

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


def edit(engine: Engine, text: str | None, prompt: str = "goodbye", at: datetime = AT) -> None:
    with writing(engine) as connection:
        edit_words(connection, "en", prompt, text, "Thandi", at)


def edits(engine: Engine) -> Edits:
    with reading(engine) as connection:
        return stored_edits(connection, AT)


def revision(engine: Engine) -> int:
    with reading(engine) as connection:
        return read_revision(connection)


def test_the_newest_words_count_and_every_version_is_kept(engine: Engine) -> None:
    edit(engine, "Bye.")
    edit(engine, "Go well.", at=LATER)

    with reading(engine) as connection:
        found = wordings_of(connection, "en", "goodbye")
        assert [("Go well.", LATER), ("Bye.", AT)] == [(each.text, each.made_at) for each in found]
        assert ["Go well."] == [each.text for each in newest_wordings(connection)]
    assert {("en", "goodbye"): "Go well."} == edits(engine).words


def test_going_back_to_the_files_words_is_a_version_too(engine: Engine) -> None:
    edit(engine, "Bye.")
    edit(engine, None)
    found = edits(engine)

    assert ({}, {("en", "goodbye")}) == (found.words, found.restored)


def test_an_edit_tells_every_process_and_the_audit_log_without_the_words(engine: Engine) -> None:
    before = revision(engine)
    edit(engine, "Bye.")

    with reading(engine) as connection:
        (done,) = entries(connection, Wanted())
    assert before + 1 == revision(engine)
    assert ("Thandi", "words edited", "en goodbye") == (done.by, done.action, done.about.partition(",")[0])
    assert "Bye." not in str(done)


def test_what_was_replaced_is_kept_with_the_version(engine: Engine) -> None:
    with writing(engine) as connection:
        edit_words(connection, "en", "goodbye", "Bye.", "Thandi", AT, replaced="a" * 64, way="command")

    with reading(engine) as connection:
        assert "a" * 64 == newest_wordings(connection)[0].replaced


def test_a_language_is_reviewed_by_somebody_or_by_nobody(engine: Engine) -> None:
    with writing(engine) as connection:
        mark_reviewed(connection, "af", "Thandi", AT)
        mark_reviewed(connection, "sw", "Thandi", AT)
        unmark_reviewed(connection, "sw", "Sipho", LATER)

    assert {"af": "Thandi", "sw": ""} == edits(engine).reviewed


def test_two_who_say_the_first_of_a_language_at_once_are_both_heard(engine: Engine) -> None:
    def withdraw() -> None:
        with writing(engine) as connection:
            withdraw_language(connection, "sw", "Sipho", AT)

    with ThreadPoolExecutor(1) as other:
        with writing(engine) as connection:
            mark_reviewed(connection, "sw", "Thandi", AT)
            second = other.submit(withdraw)
            wait([second], timeout=0.2)
        second.result(5)

    with reading(engine) as connection:
        (mark,) = list_marks(connection)
    assert ("Thandi", True) == (mark.reviewed_by, mark.withdrawn)


def test_a_language_is_withdrawn_until_it_is_offered_again_and_stays_reviewed(engine: Engine) -> None:
    with writing(engine) as connection:
        mark_reviewed(connection, "af", "Thandi", AT)
        withdraw_language(connection, "af", "Sipho", AT)
    withdrawn = edits(engine)
    with writing(engine) as connection:
        offer_language(connection, "af", "Sipho", LATER)

    assert ({"af"}, {"af": "Thandi"}) == (withdrawn.withdrawn, withdrawn.reviewed)
    assert (frozenset(), {"af": "Thandi"}) == (edits(engine).withdrawn, edits(engine).reviewed)
    with reading(engine) as connection:
        assert [("af", AT, "Sipho", LATER)] == [
            (each.language, each.reviewed_at, each.made_by, each.made_at) for each in list_marks(connection)
        ]


def test_a_language_of_which_only_the_offer_was_said_is_reviewed_as_its_file_says(engine: Engine) -> None:
    with writing(engine) as connection:
        withdraw_language(connection, "af", "Sipho", AT)

    assert {} == edits(engine).reviewed


def test_words_edited_after_the_review_are_known(engine: Engine) -> None:
    edit(engine, "Hello.", "welcome")
    with reading(engine) as connection:
        before = edited_since_review(connection, "en")
    with writing(engine) as connection:
        mark_reviewed(connection, "en", "Thandi", AT + timedelta(minutes=1))
    edit(engine, "Bye.", at=LATER)

    with reading(engine) as connection:
        assert {"welcome"} == before
        assert {"goodbye"} == edited_since_review(connection, "en")


def test_announcements_that_are_not_over_are_carried_with_the_edits(engine: Engine) -> None:
    with writing(engine) as connection:
        add_announcement(connection, "Old", AT - timedelta(hours=2), AT, {"en": "Past."}, "Thandi", AT)
        number = add_announcement(connection, "New", AT, LATER, {"en": "Now."}, "Thandi", AT)

    assert (Announcement(number, "New", AT, LATER, {"en": "Now."}),) == edits(engine).announcements

"""What staff have changed, read again and again: the same as if all of it were read."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, event, insert

from ivr.content.edits import Edits, edits_from_rows
from ivr.journal.edited_words import EditRows, EditsNow
from ivr.storage.announcements import add_announcement
from ivr.storage.edits import stored_edits
from ivr.storage.engine import reading, writing
from ivr.storage.tables_words import wordings
from ivr.storage.wordings import edit_words

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def edit(engine: Engine, prompt: str, text: str | None) -> None:
    with writing(engine) as connection:
        edit_words(connection, "en", prompt, text, "Thandi", AT)


def keep(connection: Connection, number: int, text: str) -> None:
    """A version with that id, as of somebody who began to write at another moment than they ended."""
    same = {"language": "en", "prompt": "goodbye", "replaced": "", "made_by": "Thandi", "made_at": AT}
    connection.execute(insert(wordings).values(id=number, text=text, **same))


def found(engine: Engine, rows: EditRows) -> Edits:
    with reading(engine) as connection:
        return edits_from_rows(rows(connection))


def stored(engine: Engine) -> Edits:
    with reading(engine) as connection:
        return stored_edits(connection, AT)


def test_it_follows_every_edit_and_announcement(either_engine: Engine) -> None:
    rows = EditRows(lambda: AT)
    seen, whole = [found(either_engine, rows)], [stored(either_engine)]
    for prompt, text in (
        ("goodbye", "Bye."),
        ("welcome", "Hello."),
        ("goodbye", "Go well."),
        ("welcome", None),
    ):
        edit(either_engine, prompt, text)
        seen.append(found(either_engine, rows))
        whole.append(stored(either_engine))
    with writing(either_engine) as connection:
        day = timedelta(days=1)
        add_announcement(connection, "Closed", AT, AT + day, {"en": "Closed."}, "Thandi", AT)

    assert [*whole, stored(either_engine)] == [*seen, found(either_engine, rows)]


def test_a_version_that_comes_late_with_a_lower_number_is_not_missed(either_engine: Engine) -> None:
    rows = EditRows(lambda: AT)
    with writing(either_engine) as connection:
        keep(connection, 8, "Second.")
    found(either_engine, rows)
    with writing(either_engine) as connection:
        keep(connection, 7, "First.")
        keep(connection, 9, "Third.")

    assert {("en", "goodbye"): "Third."} == found(either_engine, rows).words
    with writing(either_engine) as connection:
        keep(connection, 6, "Before.")
        edit_words(connection, "en", "welcome", "Hello.", "Thandi", AT)
    assert stored(either_engine) == found(either_engine, rows)


def test_words_are_read_only_when_there_are_others(either_engine: Engine) -> None:
    rows = EditRows(lambda: AT)
    asked: list[str] = []
    edit(either_engine, "goodbye", "Bye.")
    found(either_engine, rows)
    event.listen(either_engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    found(either_engine, rows)

    assert not [each for each in asked if "wordings.text" in each]


def test_edits_are_made_anew_only_of_other_rows() -> None:
    first: list[dict[str, object]] = [{"kind": "mark", "language": "af", "reviewed": None, "withdrawn": True}]
    second: list[dict[str, object]] = []
    given = [first, first, second, second]
    edits = EditsNow(lambda: given.pop(0))
    made = [edits() for _ in range(4)]

    assert (frozenset({"af"}), frozenset()) == (made[0].withdrawn, made[2].withdrawn)
    assert made[0] is made[1]
    assert made[2] is made[3]

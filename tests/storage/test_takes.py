from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError

from ivr.storage.engine import reading, writing
from ivr.storage.revision import read_revision
from ivr.storage.tables_takes import takes
from ivr.storage.take_turns import Decision, add_live_take, make_live, withdraw_live
from ivr.storage.takes import NewTake, add_draft, drafts, live_takes, takes_of

NOON = datetime(2026, 3, 1, 14, tzinfo=timezone(timedelta(hours=2)))
AGAIN = Decision("1", NOON, "Thandi", "console")
WITHDRAWN = Decision("2", NOON, "Thandi", "console")


def new(letter: str, prompt: str = "welcome", language: str = "en") -> NewTake:
    return NewTake(
        prompt,
        language,
        "w",
        "v",
        "Welcome.",
        letter * 64,
        "o",
        2.5,
        -20.1,
        ("noisy",),
        "upload",
        "Thandi",
        NOON,
    )


def test_a_take_comes_back_as_it_was_stored_its_time_in_utc(engine: Engine) -> None:
    with writing(engine) as connection:
        stored = add_live_take(connection, new("a"))

    with reading(engine) as connection:
        assert (stored,) == live_takes(connection)
        assert "2026-03-01T12:00:00+00:00" == live_takes(connection)[0].made_at.isoformat()


def test_the_newest_take_is_live_and_an_older_one_can_be_again(engine: Engine) -> None:
    with writing(engine) as connection:
        first = add_live_take(connection, new("a"))
        add_live_take(connection, new("b"))
        add_live_take(connection, new("c", language="zu"))

    with writing(engine) as connection:
        assert ["b" * 64, "c" * 64] == [each.file for each in live_takes(connection)]
        make_live(connection, first.id, AGAIN)
        assert ["a" * 64, "c" * 64] == [each.file for each in live_takes(connection)]
        assert ["b" * 64, "a" * 64] == [each.file for each in takes_of(connection, "welcome", "en")]


def test_withdrawn_takes_are_kept_but_not_heard(engine: Engine) -> None:
    with writing(engine) as connection:
        add_live_take(connection, new("a"))
        withdraw_live(connection, "welcome", "en", WITHDRAWN)

        assert () == live_takes(connection)
        assert 1 == len(takes_of(connection, "welcome", "en"))


def test_the_database_itself_refuses_two_live_takes_of_a_prompt(engine: Engine) -> None:
    with writing(engine) as connection:
        add_live_take(connection, new("a"))
        add_live_take(connection, new("b"))

    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(takes.update().values(live=True))


def test_every_change_of_what_is_live_tells_the_other_processes(engine: Engine) -> None:
    with writing(engine) as connection:
        before = read_revision(connection)
        take = add_live_take(connection, new("a"))
        make_live(connection, take.id, AGAIN)
        withdraw_live(connection, "welcome", "en", WITHDRAWN)

        assert before + 3 <= read_revision(connection)


def test_an_unknown_take_cannot_be_made_live(engine: Engine) -> None:
    with pytest.raises(KeyError), writing(engine) as connection:
        make_live(connection, 99, AGAIN)


def test_drafts_are_counted_by_prompt_until_they_are_accepted(engine: Engine) -> None:
    with writing(engine) as connection:
        add_live_take(connection, new("a"))
        for letter in "bc":
            add_draft(connection, new(letter))
        add_draft(connection, new("d", "goodbye"))
        add_draft(connection, new("e", language="zu"))

    with reading(engine) as connection:
        assert {"welcome": 2, "goodbye": 1} == drafts(connection, "en")


def test_drafts_are_found_without_looking_at_every_take(engine: Engine) -> None:
    asked: list[tuple[str, Any]] = []
    with reading(engine) as connection:
        event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
        drafts(connection, "en")
        query, values = asked[-1]
        if engine.dialect.name == "postgresql":  # which looks at everything as long as that is little
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        plan = str(connection.exec_driver_sql(f"{explain} {query}", values).all())

    assert "takes_draft_index" in plan


def test_what_many_takes_have_in_common_is_in_memory_once(engine: Engine) -> None:
    with writing(engine) as connection:
        add_live_take(connection, new("a"))
        add_live_take(connection, new("b", language="zu"))

    with reading(engine) as connection:
        one, other = live_takes(connection)

    assert one.values_hash is other.values_hash
    assert one.made_by is other.made_by

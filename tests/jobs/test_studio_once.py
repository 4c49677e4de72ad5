"""Deeds of the recording line: each once, and a repeat gets what it came to."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine

from ivr.jobs.in_time import NotInTimeError
from ivr.jobs.studio_once import once
from ivr.storage.engine import engine_for, prepare

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    found = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    prepare(found)
    return found


def noting(done: list[str], told: str) -> Callable[[], str]:
    def act() -> str:
        done.append(told)
        return told

    return act


def test_a_repeat_gets_the_first_answer_and_does_nothing(engine: Engine) -> None:
    done: list[str] = []

    assert ["first", "first"] == [once(engine, "s1", AT, noting(done, told)) for told in ("first", "second")]
    assert ["first"] == done


def test_a_repeat_at_the_same_moment_waits_for_the_first(engine: Engine) -> None:
    begun, told = Event(), []

    def slow() -> str:
        begun.set()
        return "done" if not Event().wait(0.1) else ""

    first = Thread(target=lambda: once(engine, "s1", AT, slow))
    first.start()
    begun.wait(5)
    told.append(once(engine, "s1", AT, lambda: "again"))
    first.join()

    assert ["done"] == told


def test_of_what_was_cut_off_nothing_is_confirmed(engine: Engine) -> None:
    def cut_off() -> str:
        raise OSError("cut off")

    with pytest.raises(OSError, match="cut off"):
        once(engine, "s1", AT, cut_off)
    with pytest.raises(NotInTimeError):
        once(engine, "s1", AT, lambda: "again")

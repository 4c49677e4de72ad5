"""Tasks look at once when woken, go on whatever fails or hangs, and are woken from other processes."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event, Semaphore
from time import monotonic

import pytest
from sqlalchemy import Engine

from ivr.jobs.queue import Task, Tasks
from ivr.jobs.queue_wakes import Wakes
from ivr.storage.errors import StorageAwayError

AWAY = "postgresql://ivr@127.0.0.1:1/ivr"


@dataclass
class Counted:
    """A look that counts, and does what it is told to."""

    does: Callable[[int], timedelta | None] = lambda _: None
    looks: int = 0
    looked: Semaphore = field(default_factory=lambda: Semaphore(0))

    def __call__(self) -> timedelta | None:
        self.looks += 1
        try:
            return self.does(self.looks)
        finally:
            self.looked.release()

    def within(self, seconds: float) -> bool:
        return self.looked.acquire(timeout=seconds)


def tasks_of(folder: Path, *tasks: Task, url: str = "") -> Tasks:
    found = Tasks(Wakes(url or f"sqlite:///{folder}/helpline.db", folder))
    for each in tasks:
        found.add(each)
    return found


def hangs_at_first(let_go: Event) -> Callable[[int], None]:
    def hang(nth: int) -> None:
        if nth == 1:
            let_go.wait(20)

    return hang


def test_a_task_looks_when_it_starts_then_when_it_is_woken(tmp_path: Path) -> None:
    look = Counted()
    tasks = tasks_of(tmp_path, Task("fetch", look, 600))
    tasks.start()
    try:
        assert look.within(2)
        tasks.soon("fetch")
        assert look.within(0.5)
        assert not look.within(0.2)
    finally:
        tasks.stop()


def test_a_task_looks_now_and_then_without_being_woken(tmp_path: Path) -> None:
    look = Counted()
    tasks = tasks_of(tmp_path, Task("fetch", look, 0.05))
    tasks.start()
    try:
        assert all(look.within(2) for _ in range(4))
    finally:
        tasks.stop()


def test_what_is_due_in_a_moment_is_looked_for_then_although_others_woke_it(tmp_path: Path) -> None:
    look = Counted(lambda nth: timedelta(seconds=0.2) if nth == 1 else None)
    tasks = tasks_of(tmp_path, Task("fetch", look, 600, threads=1))
    tasks.start()
    try:
        assert look.within(2)
        tasks.soon("fetch")
        assert all(look.within(2) for _ in range(2))
    finally:
        tasks.stop()

    assert 3 == look.looks


def test_a_task_that_hangs_holds_up_neither_its_own_kind_nor_others(tmp_path: Path) -> None:
    let_go = Event()
    hangs = Counted(hangs_at_first(let_go))
    other = Counted()
    tasks = tasks_of(tmp_path, Task("hangs", hangs, 600), Task("other", other, 600))
    tasks.start()
    try:
        assert other.within(2)
        tasks.soon("hangs")
        assert hangs.within(2)
        tasks.soon("other")
        assert other.within(2)
    finally:
        let_go.set()
        tasks.stop()


def test_a_task_that_fails_is_tried_again_and_told_without_numbers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fails_once(nth: int) -> None:
        if nth == 1:
            raise OSError("no way to the provider")

    look = Counted(fails_once)
    tasks = tasks_of(tmp_path, Task("fetch", look, 600))
    with caplog.at_level(logging.WARNING):
        tasks.start()
        try:
            assert look.within(2)
            assert look.within(3)
        finally:
            tasks.stop()

    assert ["fetch wait"] == [each.message for each in caplog.records]


def test_storage_that_is_away_is_looked_for_again_and_told_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def away_twice(nth: int) -> None:
        if nth <= 2:
            raise StorageAwayError("DATABASE_URL: gone")

    look = Counted(away_twice)
    tasks = tasks_of(tmp_path, Task("fetch", look, 600))
    with caplog.at_level(logging.WARNING):
        tasks.start()
        try:
            assert look.within(2)
            assert look.within(3)
            assert look.within(4)
        finally:
            tasks.stop()

    assert ["fetch wait: storage is away (StorageAwayError)"] == [each.message for each in caplog.records]
    assert caplog.records[0].exc_info is None


def test_waking_and_looking_go_on_while_the_queue_itself_is_away(tmp_path: Path) -> None:
    look = Counted()
    tasks = tasks_of(tmp_path, Task("fetch", look, 600), url=AWAY)
    tasks.start()
    try:
        assert look.within(2)
        tasks.soon("fetch")
        assert look.within(0.5)
    finally:
        tasks.stop()


def test_stopping_waits_for_what_is_being_done_but_not_for_ever(tmp_path: Path) -> None:
    let_go = Event()
    tasks = tasks_of(tmp_path, Task("hangs", Counted(hangs_at_first(let_go)), 600))
    tasks.start()
    began = monotonic()
    tasks.stop(patience=0.3)

    assert 0.3 <= monotonic() - began < 2
    let_go.set()


def test_without_a_worker_only_what_lies_in_memory_is_looked_for(tmp_path: Path) -> None:
    stored, memory = Counted(), Counted()
    tasks = tasks_of(tmp_path, Task("stored", stored, 0.05), Task("memory", memory, 0.05, memory=True))
    tasks.start(worker=False)
    try:
        assert memory.within(2)
        assert memory.within(2)
    finally:
        tasks.stop()

    assert 0 == stored.looks


def test_a_process_without_a_worker_wakes_the_worker_of_another(
    tmp_path: Path, either_engine: Engine
) -> None:
    url = either_engine.url.render_as_string(hide_password=False)
    here, there = Counted(), Counted()
    web = tasks_of(tmp_path, Task("fetch", here, 600), url=url)
    worker = tasks_of(tmp_path, Task("fetch", there, 600, threads=1), url=url)
    web.start(worker=False)
    worker.start()
    try:
        assert there.within(2)
        web.soon("fetch")
        assert there.within(3)
    finally:
        web.stop()
        worker.stop()

    assert (0, 2) == (here.looks, there.looks)


def test_wake_ups_that_nobody_takes_do_not_pile_up(tmp_path: Path, either_engine: Engine) -> None:
    wakes = Wakes(either_engine.url.render_as_string(hide_password=False), tmp_path)
    for number in range(150):
        wakes.send(f"{number}")
        wakes.pass_on()
    heard: list[str] = []
    wakes._heard = heard.append
    wakes.pass_on()
    wakes.close()

    assert [f"{number}" for number in range(100)] == heard


def test_two_tasks_cannot_have_one_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a task 'fetch' already"):
        tasks_of(tmp_path, Task("fetch", Counted(), 1), Task("fetch", Counted(), 1))

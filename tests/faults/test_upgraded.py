"""A newer version takes over while callers call: nobody is refused, and no webhook has to be told twice."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from ivr.storage.engine import engine_for
from tests.faults.load import under_load
from tests.faults.serving import Helpline, serving, until
from tests.faults.stored import counted, promised
from tests.faults.versions import NEWER, break_it, copied, make_newer, migrate


@pytest.fixture
def code(tmp_path: Path) -> Path:
    return copied(tmp_path / "code")


@pytest.fixture(params=[1, 2])
def helpline(request: pytest.FixtureRequest, tmp_path: Path, audio: Path, code: Path) -> Iterator[Helpline]:
    environ = {"TMPDIR": str(tmp_path)}
    with serving(tmp_path, audio, code=code, workers=request.param, environ=environ) as found:
        yield found


@pytest.fixture
def engine(helpline: Helpline) -> Iterator[Engine]:
    found = engine_for(helpline.settings.database_url)
    yield found
    found.dispose()


def answers(helpline: Helpline) -> str:
    """What tells one version from the next."""
    return helpline.ask("GET", "/healthz").text.strip()


def all_new(helpline: Helpline, old: list[int]) -> Callable[[], bool]:
    """Whether the web processes of before have ended."""
    return lambda: not set(old) & set(helpline.workers()) and len(old) == len(helpline.workers())


@pytest.mark.slow
def test_the_next_version_takes_over_with_its_tables_and_no_call_notices(
    helpline: Helpline, engine: Engine, code: Path
) -> None:
    old, before = helpline.workers(), answers(helpline)
    with under_load(helpline) as load:
        assert until(load.goes_on())
        make_newer(code)
        migrate(code, helpline)
        assert until(load.goes_on())
        meanwhile = (answers(helpline), helpline.workers(), "storage is away" in helpline.remarks())
        helpline.process.send_signal(signal.SIGHUP)
        assert until(all_new(helpline, old), 40)
        assert until(load.goes_on())
    after = answers(helpline)
    arrived = until(lambda: not helpline.waiting_promises(), 60)
    code_of_end = helpline.stop()

    assert ("alive", NEWER) == (before, after)
    assert ("alive", old, False) == meanwhile
    assert ([], 0) == (load.errors(), load.retried())
    assert (True, 0) == (arrived, code_of_end)
    assert sorted(load.promised) == promised(engine)
    assert (load.ended, load.ended) == counted(engine)
    assert inspect(engine).has_table("of_a_newer_version")


@pytest.mark.slow
def test_one_version_after_the_other_takes_over_however_often_it_is_asked_for(
    helpline: Helpline, tmp_path: Path
) -> None:
    with under_load(helpline) as load:
        for _ in range(2):
            old = helpline.workers()
            for _ in range(3):
                helpline.process.send_signal(signal.SIGHUP)
            assert until(all_new(helpline, old), 40)
            assert until(load.goes_on())
    figures = sorted(tmp_path.glob("ivr-figures-*"))
    code_of_end = helpline.stop()

    assert ([], 0) == (load.errors(), load.retried())
    assert len(figures) == (len(old) > 1)
    assert (0, []) == (code_of_end, sorted(tmp_path.glob("ivr-figures-*")))


@pytest.mark.slow
@pytest.mark.parametrize("trouble", ["broken", "tables"])
def test_a_version_that_cannot_serve_leaves_the_one_before_and_says_why(
    tmp_path: Path, audio: Path, code: Path, trouble: str
) -> None:
    with serving(tmp_path, audio, code=code) as helpline:
        old = helpline.workers()
        (break_it if trouble == "broken" else make_newer)(code)
        with under_load(helpline) as load:
            helpline.process.send_signal(signal.SIGHUP)
            told = until(lambda: "cannot serve; this one goes on" in helpline.log.read_text())
            assert until(load.goes_on())
        after = (answers(helpline), helpline.workers())
        said = helpline.log.read_text()

    assert told
    assert ("alive", old) == after
    assert ([], 0) == (load.errors(), load.retried())
    assert ("No module named 'nothing_of_that_name'" if trouble == "broken" else "run: ivr migrate") in said


@pytest.mark.slow
def test_a_stop_and_a_start_on_the_socket_of_systemd_refuse_nobody(tmp_path: Path, audio: Path) -> None:
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=1024))
        before = stack.enter_context(serving(tmp_path, audio, listening=listening))
        with under_load(before) as load:
            assert until(load.goes_on())
            code = before.stop()
            stack.enter_context(serving(tmp_path, audio, listening=listening))
            assert until(load.goes_on())

    assert ([], 0) == (load.errors(), code)

"""A newer version takes over while callers call: nobody is refused, and no webhook has to be told twice."""

import os
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
from tests.faults.stored import bring_in, counted, promised
from tests.faults.versions import NEWER, break_it, copied, make_newer, migrate

EXCHANGE = {"TWILIO_ACCOUNT_SID": "", "TWILIO_AUTH_TOKEN": "", "TWILIO_API_URL": "", "PUBLIC_URL": ""}


@pytest.fixture
def code(tmp_path: Path) -> Path:
    return copied(tmp_path / "code")


@pytest.fixture(params=[1, 2])
def helpline(request: pytest.FixtureRequest, tmp_path: Path, audio: Path, code: Path) -> Iterator[Helpline]:
    with serving(tmp_path, audio, code=code, workers=request.param) as found:
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


def command_of(process: int) -> list[str]:
    """What a process was begun with; [""] for one that has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text().rstrip("\0").split("\0")
    except OSError:
        return [""]


def files_of(process: int) -> list[str]:
    """What a process has open."""
    return [str(each.readlink()) for each in Path(f"/proc/{process}/fd").iterdir()]


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
    bring_in(engine, helpline.settings.data_dir / "journal" / "calls")

    assert ("alive", NEWER) == (before, after)
    assert ("alive", old, False) == meanwhile
    assert ([], []) == (load.errors(), load.failures())
    assert (True, 0) == (arrived, code_of_end)
    assert sorted(load.promised) == promised(engine)
    assert (load.ended, load.ended) == counted(engine)
    assert inspect(engine).has_table("of_a_newer_version")


@pytest.mark.slow
def test_however_often_it_is_asked_for_nobody_is_refused_and_nothing_is_left(
    tmp_path: Path, audio: Path
) -> None:
    with serving(tmp_path, audio, workers=2, environ={"TMPDIR": str(tmp_path)}) as helpline:
        with under_load(helpline) as load:
            for _ in range(2):
                old = helpline.workers()
                for _ in range(3):
                    helpline.process.send_signal(signal.SIGHUP)
                assert until(all_new(helpline, old), 40)
                assert until(load.goes_on())
        figures = sorted(tmp_path.glob("ivr-figures-*"))
        code = helpline.stop()

    assert ([], []) == (load.errors(), load.failures())
    assert (1, 0, []) == (len(figures), code, sorted(tmp_path.glob("ivr-figures-*")))


@pytest.mark.slow
def test_web_processes_begin_without_a_database_of_the_server_that_makes_them(
    tmp_path: Path, audio: Path
) -> None:
    # They would take its locks for theirs, and SQLite would take away what they have mapped once it ends.
    with serving(tmp_path, audio) as helpline:
        (worker,) = helpline.workers()
        held, theirs = files_of(helpline.process.pid), files_of(worker)

    assert [] == [each for each in held if "helpline.db" in each]
    assert [] != [each for each in theirs if "helpline.db" in each]


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
    assert ([], []) == (load.errors(), load.failures())
    assert ("No module named 'nothing_of_that_name'" if trouble == "broken" else "run: ivr migrate") in said


@pytest.mark.slow
def test_the_exchange_and_the_calls_in_it_go_on_over_an_upgrade(tmp_path: Path, audio: Path) -> None:
    with serving(tmp_path, audio, environ=EXCHANGE) as helpline:
        exchange = next(each for each in helpline.workers() if command_of(each)[-1] == "exchange")
        old = set(helpline.workers()) - {exchange}
        helpline.process.send_signal(signal.SIGHUP)
        renewed = until(lambda: helpline.workers() and not old & set(helpline.workers()), 40)
        there = exchange in helpline.workers()
        os.kill(exchange, signal.SIGKILL)
        again = until(lambda: any(command_of(each)[-1] == "exchange" for each in helpline.workers()))
        processes = helpline.workers()
        code = helpline.stop()
        left = [each for each in processes if Path(f"/proc/{each}").exists()]

    assert (True, True, True) == (renewed, there, again)
    assert (0, []) == (code, left)


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

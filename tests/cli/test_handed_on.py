"""What a server begins with: the socket of the version before, or of systemd, if it is the right one."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.cli.handed_on import HandedOn, NotOursError, handed_on, listening
from ivr.cli.next_version import NextInterpreter, started_in

HERE = str(os.getpid())


@pytest.fixture
def port() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found


def test_systemd_hands_on_its_first_socket_and_nothing_of_that_is_left_to_others() -> None:
    environ = {"LISTEN_FDS": "1", "LISTEN_PID": HERE, "LISTEN_FDNAMES": "ivr.socket", "PORT": "5000"}

    assert HandedOn(3) == handed_on(environ)
    assert {"PORT": "5000"} == environ


def test_what_was_meant_for_another_process_is_left_alone() -> None:
    written = {**HandedOn(7, (1, 2), 3, "folder").written(), "LISTEN_FDS": "1", "LISTEN_PID": "1"}
    another = {name: value.replace(HERE, "1") for name, value in written.items()}

    assert None is handed_on(another)
    assert {} == another


def test_the_next_version_is_told_everything_that_was_written_for_it() -> None:
    left = HandedOn(7, (812, 813), 811, "folder")

    assert left == handed_on(left.written())


def test_several_sockets_are_refused() -> None:
    with pytest.raises(NotOursError, match=r"LISTEN_FDS: 2 sockets .* one ListenStream"):
        handed_on({"LISTEN_FDS": "2", "LISTEN_PID": HERE})


def test_a_socket_that_is_handed_on_is_listened_on(port: socket.socket) -> None:
    number = port.getsockname()[1]
    with listening("127.0.0.1", number, HandedOn(os.dup(port.fileno()))) as found:
        assert port.getsockname() == found.getsockname()


@pytest.mark.parametrize(("host", "more"), [("127.0.0.2", 0), ("127.0.0.1", 1)])
def test_a_socket_on_another_address_is_refused(port: socket.socket, host: str, more: int) -> None:
    number = port.getsockname()[1]
    with pytest.raises(NotOursError, match=rf"HOST and PORT say {host}:{number + more}; name the same"):
        listening(host, number + more, HandedOn(os.dup(port.fileno())))


def test_the_folder_of_the_program_goes_by_the_name_it_was_started_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "version-1").mkdir()
    (tmp_path / "current").symlink_to("version-1")
    monkeypatch.chdir(tmp_path / "current")
    monkeypatch.setenv("PWD", str(tmp_path / "current"))
    by_link = started_in()
    monkeypatch.setenv("PWD", str(tmp_path))  # of somebody who has changed the folder since

    assert tmp_path / "current" == by_link
    assert tmp_path / "version-1" == started_in()


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """Two versions, each with a Python of its own, and the link to the one in place: the second."""
    for name in ("version-1", "version-2"):
        (tmp_path / name / ".venv" / "bin").mkdir(parents=True)
        (tmp_path / name / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "current").symlink_to("version-2")
    return tmp_path


def python_after(versions: Path, own: Path) -> Path:
    return NextInterpreter(own, versions / "version-1", versions / "current").found()


def test_the_next_version_runs_with_the_python_of_its_own_folder(versions: Path) -> None:
    own = versions / "version-1" / ".venv" / "bin" / "python"

    assert versions / "current" / ".venv" / "bin" / "python" == python_after(versions, own)


def test_a_next_version_without_a_python_runs_with_the_one_before(versions: Path) -> None:
    own = versions / "version-1" / ".venv" / "bin" / "python"
    (versions / "version-2" / ".venv" / "bin" / "python").unlink()

    assert own == python_after(versions, own)


def test_a_python_that_belongs_to_no_version_stays(versions: Path) -> None:
    assert Path(sys.executable) == python_after(versions, Path(sys.executable))

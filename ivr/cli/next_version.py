"""The way from a running server to the version that is in place now, without a connection refused.

The server asks a process of the new version whether it could serve (`ivr serve --prove`). If it could, the
server becomes that version by `exec`: it stays the same process, its socket stays open. Its web processes,
which are of the old version still, answer until those of the new one do.
"""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from ivr.cli.handed_on import HandedOn

_LOG = logging.getLogger(__name__)
PROVE = "--prove"
_PATIENCE = 120.0  # seconds in which a version has to prove that it could serve
_TOLD = 20  # lines of what a version says that cannot


def started_in() -> Path:
    """The folder in which this process was started, by its name then: that may be a link to a version."""
    told = Path(os.environ.get("PWD", ""))
    return told if told.is_absolute() and told.is_dir() and told.samefile(".") else Path.cwd()


@dataclass(frozen=True, slots=True)
class NextInterpreter:
    """Which Python runs the version that is found in `folder`; `own` runs this one, begun in `here`.

    Where `own` is a part of this version's folder, as its .venv is, the next one's is taken. `here` is the
    folder itself, not a link to it: that may name the next version by now.
    """

    own: Path
    here: Path
    folder: Path

    def found(self) -> Path:
        """The interpreter of the version that is in place now; `own` if it brings none."""
        if not self.own.is_relative_to(self.here):
            return self.own
        its = self.folder / self.own.relative_to(self.here)
        return its if os.access(its, os.X_OK) else self.own


class NextVersion:
    """Turns this server into the version that is found in `folder`, once that has proved that it could serve.

    `again` has the server's main loop call `asked` once more; `left` says what is handed on at that moment.
    """

    def __init__(self, folder: Path, again: Callable[[], None], left: Callable[[], HandedOn]) -> None:
        self._folder, self._again, self._left = folder, again, left
        self._interpreter = NextInterpreter(Path(sys.executable), Path.cwd(), folder)
        self._proving: Thread | None = None
        self._proved = False

    def asked(self) -> None:
        """Begin the proof, or, once it is given, become that version; in the server's main loop."""
        if self._proved:
            self._proved = False
            self._become()
        elif self._proving is None or not self._proving.is_alive():
            self._proving = Thread(target=self._prove, name="next version", daemon=True)
            self._proving.start()

    def _command(self) -> list[str]:
        return [str(self._interpreter.found()), *sys.orig_argv[1:]]

    def _prove(self) -> None:
        if trouble := why_not(self._command(), self._folder):
            _LOG.error("The version in %s cannot serve; this one goes on. It says: %s", self._folder, trouble)
            return
        self._proved = True
        self._again()

    def _become(self) -> None:
        left = self._left()
        sys.stdout.flush()
        # A second request would end the new version before it can listen for requests.
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            os.chdir(self._folder)
            os.set_inheritable(left.socket, True)
            command = self._command()
            os.execve(command[0], command, {**environment(), **left.written()})  # noqa: S606 (ours)
        except OSError as error:
            signal.signal(signal.SIGHUP, before)
            _LOG.error("The version in %s cannot be begun; this one goes on: %s", self._folder, error)


def why_not(command: Sequence[str], folder: Path) -> str:
    """Why the version in `folder` cannot serve, as it says it; "" if it can."""
    try:
        done = subprocess.run(
            [*command, PROVE],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"nothing, for {_PATIENCE:.0f} seconds"
    except OSError as error:
        return f"{error.filename}: {error.strerror}"
    if not done.returncode:
        return ""
    said = (done.stderr or done.stdout).strip().splitlines()[-_TOLD:]
    return "\n".join(said) or f"nothing; it ended with code {done.returncode}"


def environment() -> dict[str, str]:
    """What this process was given, without what it has set for its own web processes."""
    return {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}

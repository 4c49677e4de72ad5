"""Work on a stranger's file in a process of its own: what breaks or never ends there breaks nothing here."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import ivr
from ivr.sound.trouble import SoundError

REFUSED = 3
MEMORY = 2 << 30


def run_apart(module: str, arguments: Sequence[str], data: bytes, seconds: float) -> bytes:
    """What `python -m module` answers to `data`; a SoundError with its words, or if it takes longer."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=seconds, check=False, env=_environment()
        )
    except subprocess.TimeoutExpired as error:
        raise SoundError(f"reading it took longer than {seconds:g} seconds") from error
    if done.returncode == REFUSED:
        raise SoundError(done.stderr.decode("utf-8", "replace").strip())
    if done.returncode != 0:
        raise SoundError(
            f"reading it failed (exit {done.returncode}): {done.stderr[-300:].decode(errors='replace')}"
        )
    return done.stdout


def answer(work: Callable[[bytes], bytes], *refusals: type[Exception]) -> None:
    """The child's side: standard input to standard output, with bounded memory; a refusal in words."""
    _bound_memory()
    try:
        result = work(sys.stdin.buffer.read())
    except refusals as error:
        sys.stderr.write(str(error))
        sys.exit(REFUSED)
    sys.stdout.buffer.write(result)


def _environment() -> dict[str, str]:
    root = str(Path(ivr.__file__).parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"}


def _bound_memory() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 (not on Windows)

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

"""The end of a web process of which no caller notices anything: it takes no new connection, then it ends.

Granian, asked to end, drops what it has accepted in the last milliseconds and not begun to answer. So the
process is first made deaf: it goes on with the connections it has, and new ones wait for other processes. It
closes each after its next answer, and says so in it: a proxy sends nothing more on it.
"""

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from threading import Timer
from types import FrameType
from typing import Any

from flask import Flask

ASK = signal.SIGUSR1
_ANSWERED = 0.5  # seconds until what was accepted has been begun; Granian waits for its end
_OPEN = Path("/proc/self/fd")  # elsewhere than on Linux the process ends at once, as Granian does it


def end_when_asked(app: Flask, listening: int) -> None:
    """Have the web process of `app` say farewell at the signal ASK; `listening` is where it accepts."""
    inode = os.fstat(listening).st_ino

    def ask(number: int, frame: FrameType | None) -> None:
        del number, frame
        _turn_deaf(inode)
        app.wsgi_app = _closing(app.wsgi_app)  # type: ignore[method-assign]
        Timer(_ANSWERED, os.kill, (os.getpid(), signal.SIGTERM)).start()

    signal.signal(ASK, ask)


def _closing(inner: Callable[..., Any]) -> Callable[..., Any]:
    def outer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, ("Connection", "close")], *rest)

        return inner(environ, start)

    return outer


def _turn_deaf(inode: int) -> None:
    """Put a socket to which nobody comes in the place of the one on which callers do, in this process."""
    with socket.create_server(("127.0.0.1", 0)) as nobodys:
        nobodys.setblocking(False)
        for each in _descriptors():
            if _inode(each) == inode:
                os.dup2(nobodys.fileno(), each)


def _descriptors() -> list[int]:
    return [int(each.name) for each in _OPEN.iterdir()] if _OPEN.is_dir() else []


def _inode(descriptor: int) -> int:
    try:
        return os.fstat(descriptor).st_ino
    except OSError:
        return 0  # the one that was open to list them

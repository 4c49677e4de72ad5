"""What keeps threads of a web process free for callers, however long staff's pages take.

Without it eight pages that waited for a database that hangs held up every caller for seconds (measured).
"""

from collections.abc import Callable
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any

_AT_ONCE = 6  # pages; more would only take turns on one core
_THERE = 40  # pages, at work or waiting for their turn: of the server's 64 threads the others are callers'
_PATIENCE = 5.0  # seconds for a turn
_PAGES = ("/staff", "/calendar/")
_BUSY = b"Too much is asked at once, or the database is slow. Please try again in a moment.\n"
_ABOUT = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Length", str(len(_BUSY))),
    ("Retry-After", "5"),
    ("Cache-Control", "no-store"),
]
Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


def reserve_for_callers(inner: Application, patience: float = _PATIENCE) -> Application:
    """WSGI's application, with staff's pages taking turns; whoever has to wait too long is told so (503).

    A page has had its turn when it begins to be sent.
    """
    there, at_work = BoundedSemaphore(_THERE), BoundedSemaphore(_AT_ONCE)

    def outer(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        if not environ.get("PATH_INFO", "").startswith(_PAGES):
            return inner(environ, start)
        if not there.acquire(blocking=False):
            return _busy(start)
        try:
            return _in_turn(inner, at_work, patience, environ, start)
        finally:
            there.release()

    return outer


def _in_turn(
    inner: Application,
    at_work: BoundedSemaphore,
    patience: float,
    environ: dict[str, Any],
    start: Callable[..., Any],
) -> Any:
    if not at_work.acquire(timeout=patience):
        return _busy(start)
    try:
        return inner(environ, start)
    finally:
        at_work.release()


def _busy(start: Callable[..., Any]) -> list[bytes]:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    start(f"{status:d} {status.phrase}", _ABOUT)
    return [_BUSY]

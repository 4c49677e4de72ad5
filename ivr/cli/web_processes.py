"""The web server's processes: whichever ends comes back, however often that happens in a while."""

import os
import socket
from collections import deque
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server import MPServer

from ivr.cli.farewell import ASK

_WHILE = 60.0  # seconds
_FREELY = 5  # ends in a while that need no pause
_TOO_MANY = 30  # ends in a while: they cannot start, and whoever started the server should know
_PAUSE = 1.0  # seconds
FAREWELL = 10.0  # seconds in which a web process may finish what it is answering


#: A socket that is there already: where it is, whether it is a Unix one, how many may wait.
_holder: Any = SocketHolder


class WebProcesses(MPServer):
    """Granian with one socket for all processes, held here: what comes while none is up waits for the next.

    By itself Granian gives each process a socket of its own, which refuses and resets connections as soon as
    the process has ended, and it ends altogether when a process is killed twice within six seconds.
    """

    def __init__(self, *arguments: Any, listening: socket.socket, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._listening = listening
        self._ends: deque[float] = deque(maxlen=_TOO_MANY)

    def running(self) -> tuple[int, ...]:
        """The ids of the web processes."""
        return tuple(each.inner.pid for each in self.wrks)

    def socket(self) -> int:
        """The descriptor of the socket on which callers come in."""
        return self._listening.fileno()

    def ask_again(self) -> None:
        """Have the main loop call the hooks of `on_reload`, as a SIGHUP does."""
        self.reload_signal = True
        self.main_loop_interrupt.set()

    def _reload(self, spawn_target: Callable[..., Any], target_loader: Any) -> None:
        """What Granian does with a SIGHUP, without the new processes: they would be copies of this one."""
        del spawn_target, target_loader
        self.reload_signal = False
        self.main_loop_interrupt.clear()
        for hook in self.hooks_reload:
            hook()
        if self.interrupt_signal or self.interrupt_children or self.reload_signal:
            self.main_loop_interrupt.set()

    def _stop_workers(self) -> None:
        for each in self.wrks:
            each.interrupt_by_parent = True
            if each.inner.is_alive():
                os.kill(each.inner.pid, ASK)
        end = monotonic() + FAREWELL
        for each in self.wrks:
            each.inner.join(max(end - monotonic(), 0.0))
        super()._stop_workers()  # type: ignore[no-untyped-call]

    def _init_shared_socket(self) -> None:
        self._sso = self._listening
        self._sso.set_inheritable(True)
        self._ssp = None
        self._sfd: Any = self._sso.fileno()
        self._shd: Any = _holder(self._sfd, False, self.backlog)

    def _respawn_workers(
        self, workers: list[int], spawn_target: Callable[..., Any], target_loader: Any, delay: float = 0
    ) -> None:
        if self.interrupt_signal:
            return
        unasked = not delay
        if unasked and self._often():
            sleep(_PAUSE)
        super()._respawn_workers(workers, spawn_target, target_loader, delay)
        if unasked and len(self._ends) < _TOO_MANY:
            self.respawned_wrks.clear()
        if self.interrupt_children:
            self.main_loop_interrupt.set()  # one that ended meanwhile would be noticed with the next only

    def _often(self) -> bool:
        now = monotonic()
        while self._ends and self._ends[0] < now - _WHILE:
            self._ends.popleft()
        self._ends.append(now)
        return len(self._ends) > _FREELY

"""The web server's processes: whichever ends comes back, however often that happens in a while."""

import socket
from collections import deque
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server import MPServer

_WHILE = 60.0  # seconds
_FREELY = 5  # ends in a while that need no pause
_TOO_MANY = 30  # ends in a while: they cannot start, and whoever started the server should know
_PAUSE = 1.0  # seconds


#: A socket that is there already: where it is, whether it is a Unix one, how many may wait.
_holder: Any = SocketHolder


class WebProcesses(MPServer):
    """Granian with one socket for all processes, held here: what comes while none is up waits for the next.

    By itself Granian gives each process a socket of its own, which refuses and resets connections as soon as
    the process has ended, and it ends altogether when a process is killed twice within six seconds.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._ends: deque[float] = deque(maxlen=_TOO_MANY)

    def _init_shared_socket(self) -> None:
        family = socket.AF_INET6 if ":" in self.bind_addr else socket.AF_INET
        address = (self.bind_addr, self.bind_port)
        self._sso = socket.create_server(address, family=family, backlog=self.backlog)
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

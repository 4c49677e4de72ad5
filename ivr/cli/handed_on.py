"""What `ivr serve` begins with when it is not the first: the socket on which callers come in never closes."""

import json
import os
import socket
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass

_OURS = "IVR_HANDED_ON"  # by the version before, to the process that it has become
_SYSTEMD = ("LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES")  # sd_listen_fds(3)
_FIRST = 3  # the descriptor of systemd's first socket
_BACKLOG = 1024


@dataclass(frozen=True, slots=True)
class HandedOn:
    """The listening socket's descriptor, and what the version before has left running for a while.

    `web` are its web processes, which answer until the new ones do; `beside` is the process of the exchange,
    0 for none; `figures` is the folder in which its web processes count, "" for none.
    """

    socket: int
    web: tuple[int, ...] = ()
    beside: int = 0
    figures: str = ""

    def written(self) -> dict[str, str]:
        """The environment that tells it to this same process, once it has become another program."""
        return {_OURS: json.dumps({"process": os.getpid(), **asdict(self)})}


class NotOursError(Exception):
    """What was handed on cannot be used; says why, and what to do."""


def handed_on(environ: MutableMapping[str, str]) -> HandedOn | None:
    """What the version before, or systemd, hands on; no process that is begun later is told it again."""
    ours = environ.pop(_OURS, "")
    many, process, _ = (environ.pop(name, "") for name in _SYSTEMD)
    if ours:
        told = json.loads(ours)
        if told.pop("process") == os.getpid():
            return HandedOn(**{**told, "web": tuple(told["web"])})
    if process != str(os.getpid()):
        return None
    if many != "1":
        raise NotOursError(f"LISTEN_FDS: {many} sockets are handed on; name one ListenStream in ivr.socket")
    return HandedOn(_FIRST)


def listening(host: str, port: int, handed: HandedOn | None) -> socket.socket:
    """The socket on which callers come in: the one that is handed on, or a new one; OSError or NotOursError.

    From now on connections wait rather than being refused, until the first web process takes them.
    """
    if handed is None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    found = socket.socket(fileno=handed.socket)
    here = found.getsockname()[:2]
    known = {each[4][:2] for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if here not in known or not found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        found.close()
        raise NotOursError(
            f"PORT: a socket on {here} is handed on, but HOST and PORT say {host}:{port}; "
            "name the same in ListenStream of ivr.socket"
        )
    return found

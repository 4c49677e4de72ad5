"""Callers' network as fast as it can: one process, one connection, one webhook after the other.

What is sent is made before the clock starts, and of answers only as much is read as must be, so that the
machine's cores are left to the server.

    python load.py PORT SECONDS [SCRIPT.json]

Without a script GET /hello again and again; with one the webhooks of a call, signed before the clock starts,
each time as another call. Prints how many were answered.
"""

import base64
import hmac
import json
import re
import secrets
import socket
import sys
import time
from collections.abc import Iterator
from itertools import chain, cycle
from pathlib import Path
from urllib.parse import urlencode

MOST_A_SECOND = 4000
HELLO = b"GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
LENGTH = re.compile(rb"content-length: *(\d+)")


def main(port: str, seconds: str, script: str = "") -> None:
    wanted = int(MOST_A_SECOND * float(seconds))
    requests = cycle(signed(Path(script), wanted) if script else [HELLO])
    with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        until, count = time.perf_counter() + float(seconds), 0
        while time.perf_counter() < until:
            connection.sendall(next(requests))
            receive(connection)
            count += 1
    print(count)


def receive(connection: socket.socket) -> None:
    """Read one answer, which must be a good one."""
    read = connection.recv(65536)
    while (end := read.find(b"\r\n\r\n")) < 0:
        read += connection.recv(65536)
    head = read[:end].lower()
    length = LENGTH.search(head)
    if not head.startswith(b"http/1.1 200") or not length:
        raise SystemExit(f"answered {head!r}")
    missing = int(length[1]) - (len(read) - end - 4)
    while missing > 0:
        missing -= len(connection.recv(65536))


def signed(script: Path, wanted: int) -> list[bytes]:
    """So many webhooks, of call after call."""
    told = json.loads(script.read_text())
    calls = range(wanted // len(told["turns"]) + 1)
    return list(chain.from_iterable(call(told) for _ in calls))


def call(told: dict[str, object]) -> Iterator[bytes]:
    """The webhooks of one call more; `told`: public, token, turns as pairs of a path and fields."""
    public, token, turns = told["public"], str(told["token"]).encode(), told["turns"]
    assert isinstance(turns, list)
    id_ = f"CA{secrets.token_hex(16)}"
    for path, fields in turns:
        sent = {**fields, "CallSid": id_}
        text = f"{public}{path}" + "".join(f"{name}{sent[name]}" for name in sorted(sent))
        signature = base64.b64encode(hmac.digest(token, text.encode(), "sha1")).decode()
        body = urlencode(sent)
        yield (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Twilio-Signature: {signature}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


if __name__ == "__main__":
    main(*sys.argv[1:])

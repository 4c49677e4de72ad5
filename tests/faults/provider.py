"""The network's REST API, which breaks on demand: it takes calls, refuses them, fails or hangs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import ClassVar
from urllib.parse import parse_qs


@dataclass
class Provider:
    """`status` is what it answers; 0: it hangs. `placed` are the phones it was asked to ring."""

    url: str = ""
    status: int = 201
    code: int = 0
    placed: list[str] = field(default_factory=list)
    asked: int = 0
    closing: Event = field(default_factory=Event)


@contextmanager
def running() -> Iterator[Provider]:
    """A provider on loopback."""
    found = Provider()

    class Handler(BaseHTTPRequestHandler):
        provider: ClassVar[Provider] = found

        def do_POST(self) -> None:
            self.answer(parse_qs(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()))

        def do_GET(self) -> None:
            self.answer({})

        def do_DELETE(self) -> None:
            self.answer({})

        def answer(self, form: dict[str, list[str]]) -> None:
            found.asked += 1
            if not found.status:
                found.closing.wait(30)
                return
            found.placed += form.get("To", [])
            sid = f"CA{found.asked:032x}"
            body = {"sid": sid, "status": "queued", "code": found.code, "message": "no", "recordings": []}
            content = json.dumps(body).encode()
            try:
                self.send_response(found.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                self.close_connection = True  # whoever asked has given up

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield found
    finally:
        found.closing.set()
        server.shutdown()
        server.server_close()

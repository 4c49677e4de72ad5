"""The network's REST API for several machines: notes what it is asked, has what is put there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import parse_qsl, urlsplit

from ivr import clock


@dataclass(frozen=True)
class Placed:
    """A call that was ordered: whom, what they hear when they pick up, who is told what becomes of it."""

    sid: str
    to: str
    url: str
    status_url: str


@dataclass
class Provider:
    """Takes every order; any thread may ask."""

    url: str = ""
    placed: list[Placed] = field(default_factory=list)
    changed: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[dict[str, str]] = field(default_factory=list)
    recordings: dict[str, bytes] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    listings: int = 0
    _lock: Lock = field(default_factory=Lock)

    def to(self, *phones: str) -> list[Placed]:
        """The calls to these phones, in order."""
        return [each for each in tuple(self.placed) if each.to in phones]

    def asked(self, method: str, path: str, form: dict[str, str]) -> tuple[int, bytes]:
        """The answer to one request."""
        kind, _, name = path.partition("/")
        with self._lock:
            if kind == "Recordings":
                return self._recording(method, name.partition(".")[0])
            if kind == "Messages.json":
                return self._text(form) if method == "POST" else _told(200, messages=self.texts)
            if (method, path) == ("POST", "Calls.json"):
                return self._place(form)
            if (method, kind) == ("POST", "Calls"):
                self.changed.append((name.partition(".")[0], form))
                return _told(200, sid=name.partition(".")[0], status=form.get("Status", "in-progress"))
            if kind == "Recordings.json":
                self.listings += 1
                return _told(200, recordings=[], next_page_uri=None)
        return (204, b"") if method == "DELETE" else _told(404, code=20404, message="not found", status=404)

    def _place(self, form: dict[str, str]) -> tuple[int, bytes]:
        sid = f"CA{len(self.placed):032x}"
        self.placed.append(Placed(sid, form["To"], form["Url"], form["StatusCallback"]))
        return _told(201, sid=sid, status="queued")

    def _text(self, form: dict[str, str]) -> tuple[int, bytes]:
        text = {name.lower(): value for name, value in form.items()}
        text |= {"sid": f"SM{len(self.texts):032x}", "date_created": format_datetime(clock.now())}
        self.texts.append(text)
        return _told(201, **text)

    def _recording(self, method: str, sid: str) -> tuple[int, bytes]:
        if method == "DELETE":
            self.deleted.append(sid)
            return (204, b"") if self.recordings.pop(sid, None) else _told(404, code=20404)
        if sid not in self.recordings:
            return _told(404, code=20404)
        self.fetched.append(sid)
        return 200, self.recordings[sid]


@contextmanager
def a_provider() -> Iterator[Provider]:
    """One that listens on loopback."""
    found = Provider()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            path = urlsplit(self.path).path.partition("/Accounts/")[2].partition("/")[2]
            status, content = found.asked(self.command, path, dict(parse_qsl(body)))
            with suppress(OSError):  # whoever asked has been killed
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        do_GET = do_DELETE = do_POST  # noqa: N815 (the library's names)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    server.server_close()


def _told(code_: int, **content: object) -> tuple[int, bytes]:
    return code_, json.dumps(content).encode()

"""A provider that keeps records of calls and texts, for whoever has them deleted."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from ivr.telephony.twilio.rest_records import Records

CALLER, OTHER, HELPLINE, SHOP = "+27821112233", "+27821112244", "+27105550100", "+27105559999"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG_AGO, BEFORE = NOW - timedelta(days=400), NOW - timedelta(days=365)


@dataclass
class Record:
    """A call or a text as the provider keeps it."""

    kind: str
    sender: str
    to: str
    status: str = "completed"
    at: datetime = LONG_AGO

    def shown(self, sid: str) -> dict[str, object]:
        over = format_datetime(self.at) if self.status == "completed" else None
        when = {"end_time": over} if self.kind == "calls" else {"date_sent": over}
        who = {"from": self.sender, "to": self.to, "account_sid": "AC1"}
        return {"sid": sid, **who, "status": self.status, "date_created": format_datetime(self.at), **when}


@dataclass
class Provider:
    """Lists newest first in pages, by From, To and day, and deletes."""

    kept: dict[str, Record] = field(default_factory=dict)
    refuses: int = 0
    deaf: bool = False
    url: str = ""

    def keeps(self, *found: Record) -> None:
        self.kept.update({f"{each.kind[:2].upper()}{at:032}": each for at, each in enumerate(found)})

    def listed(self, kind: str, query: dict[str, list[str]]) -> list[dict[str, object]]:
        day = query.get("EndTime<", query.get("DateSent<", ["9999-12-31"]))[0]
        found = [
            each.shown(sid)
            for sid, each in sorted(self.kept.items(), key=lambda one: one[1].at, reverse=True)
            if each.kind == kind and (self.deaf or self._asked(each, query, day))
        ]
        return found[: int(query.get("PageSize", ["50"])[0])]

    @staticmethod
    def _asked(each: Record, query: dict[str, list[str]], day: str) -> bool:
        to, sender = query.get("To", [each.to])[0], query.get("From", [each.sender])[0]
        return (each.to, each.sender) == (to, sender) and f"{each.at:%Y-%m-%d}" <= day

    @property
    def records(self) -> Records:
        return Records("AC1", "secret", self.url, sleep=lambda _: None)

    def left(self) -> list[Record]:
        return list(self.kept.values())


@pytest.fixture(name="provider")
def a_provider() -> Iterator[Provider]:
    found = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            kind = parts.path.rpartition("/")[2].removesuffix(".json").lower()
            shown = found.listed(kind, parse_qs(parts.query))
            self._answer(200, json.dumps({kind: shown, "next_page_uri": None}).encode())

        def do_DELETE(self) -> None:
            sid = self.path.rpartition("/")[2].removesuffix(".json")
            self._answer(204 if not found.refuses and found.kept.pop(sid, None) else 404)

        def _answer(self, status: int, body: bytes = b"") -> None:
            body = b"{}" if found.refuses else body
            self.send_response(found.refuses or status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    server.server_close()

"""A worker killed in the middle of its work loses nothing, and nobody's phone gets a message twice."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic, sleep
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine

from ivr.jobs.notices import notify
from ivr.storage.engine import reading, writing
from ivr.storage.notices import SENT, list_deliveries
from tests.jobs.telling_worker import STAFF

ROOT = Path(__file__).parents[2]
NOTICES = 4


@dataclass
class Provider:
    """Takes messages; while it `holds`, "before" or "after" it has taken one, it answers nobody."""

    taken: list[dict[str, str]] = field(default_factory=list)
    holds: str = ""
    asked: Event = field(default_factory=Event)
    closing: Event = field(default_factory=Event)
    url: str = ""
    one: Lock = field(default_factory=Lock)

    def take(self, message: dict[str, str]) -> None:
        with self.one:
            holds = self.holds
            if holds != "before":
                self.taken.append(message)
        if holds:
            self.asked.set()
            self.closing.wait(60)


@pytest.fixture
def provider() -> Iterator[Provider]:
    found = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            message = {name.lower(): values[0] for name, values in form.items()}
            # TID251: the provider has a clock of its own
            message |= {"sid": "SM1", "date_created": format_datetime(datetime.now(UTC))}  # noqa: TID251
            found.take(message)
            self.answer(message, 201)

        def do_GET(self) -> None:
            to = parse_qs(urlsplit(self.path).query)["To"][0]
            with found.one:
                kept = [each for each in found.taken if each["to"] == to]
            self.answer({"messages": kept}, 200)

        def answer(self, content: object, status: int) -> None:
            body = json.dumps(content).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                self.close_connection = True  # whoever asked has been killed

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    yield found
    found.closing.set()
    server.shutdown()
    server.server_close()


@dataclass
class Machine:
    """Starts workers on one database, each some minutes later than the one before."""

    engine: Engine
    provider: Provider
    folder: Path
    minutes: int = 0

    def worker(self) -> "subprocess.Popen[bytes]":
        url = self.engine.url.render_as_string(hide_password=False)
        arguments = [url, self.folder, ROOT / "prompts", self.provider.url, str(self.minutes)]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.telling_worker", *arguments], cwd=ROOT, stderr=subprocess.PIPE
        )

    def killed_while_it_waits(self, holds: str) -> None:
        """Kill a worker by SIGKILL in the middle of a request; then its leases run out."""
        self.provider.holds = holds
        self.provider.asked.clear()
        with self.worker() as worker:
            asked = self.provider.asked.wait(30)
            sleep(0.2)  # so that its other thread is in the middle of something too
            worker.kill()
        assert asked
        self.minutes += 5

    def finished_by(self, count: int) -> None:
        """Let so many workers at once do the rest."""
        self.provider.holds = ""
        workers = [self.worker() for _ in range(count)]
        try:
            end = monotonic() + 40
            while monotonic() < end and not self.all_sent():
                sleep(0.1)
        finally:
            for each in workers:
                each.kill()
                each.communicate()

    def all_sent(self) -> bool:
        with reading(self.engine) as connection:
            states = [each.state for each in list_deliveries(connection)]
        return [SENT] * NOTICES * len(STAFF) == states


@pytest.mark.slow
def test_workers_are_killed_and_every_phone_gets_each_message_once(
    tmp_path: Path, either_engine: Engine, provider: Provider
) -> None:
    with writing(either_engine) as connection:
        for number in range(NOTICES):
            notify(
                connection, "promise-new", str(number), what="message", language="zu", promise=900 + number
            )
    machine = Machine(either_engine, provider, tmp_path)
    machine.killed_while_it_waits("before")
    machine.killed_while_it_waits("after")
    machine.killed_while_it_waits("before")
    machine.killed_while_it_waits("after")
    machine.finished_by(2)

    assert machine.all_sent()
    counted = Counter((each["to"], each["body"]) for each in provider.taken)
    assert NOTICES * len(STAFF) == len(counted)
    assert {1} == set(counted.values())

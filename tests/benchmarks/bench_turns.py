"""What a signed turn costs, against the least that Flask does on the same server in the same run.

Every webhook of a call is measured, each call another one, journal included; and beside it what is usually
written for such calls, on the server that is usually taken for it. The requests are counted by the clock, the
processor time by the kernel: on a machine that does other things the latter is the steadier of the two.
"""

import base64
import hmac
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOKEN, SID = "bench-token", "AC" + "0" * 32
SECONDS, ROUNDS, CLIENTS = 0.8, 12, 2
THREADS = "8"
FORM = {
    "AccountSid": SID,
    "ApiVersion": "2010-04-01",
    "CallSid": "CA" + "1" * 32,
    "CallStatus": "in-progress",
    "Direction": "inbound",
    "From": "+12025550142",
    "To": "+12025550100",
    **{f"Called{name}": "x" for name in ("City", "Country", "State", "Zip")},
}
KEYS = ("", "2", "#", "#", "*", "3", "", "7", "4", "#")  # listening, a wrong key, silence, back to the menu
GRANIAN = (
    "granian",
    "--interface",
    "wsgi",
    "--factory",
    "--log-level",
    "error",
    "--blocking-threads",
    THREADS,
)
GUNICORN = ("gunicorn", "--worker-class", "gthread", "--threads", THREADS, "--log-level", "error")
ON_ACTION = re.compile(r'action="([^"]+)"')
ON_REDIRECT = re.compile(r"<Redirect[^>]*>([^<]+)<")


@dataclass(frozen=True, slots=True)
class Speed:
    """Requests a second, and microseconds of the server's processor time for each."""

    rate: float
    cost: float

    def __str__(self) -> str:
        return f"{self.rate:5.0f}/s {self.cost:4.0f} us"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(port: int, command: list[str], environment: dict[str, str]) -> Iterator[int]:
    """A server in a session of its own, whose number is given."""
    settings = {**os.environ, **environment}
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, env=settings, start_new_session=True
    )
    try:
        _await(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def _await(port: int) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/hello", timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server did not start")


def signature_of(url: str, form: dict[str, str]) -> str:
    text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    return base64.b64encode(hmac.digest(TOKEN.encode(), text.encode(), "sha1")).decode()


def document(public: str, path: str, form: dict[str, str]) -> str:
    """The answer to one webhook."""
    asked = urllib.request.Request(  # noqa: S310 (our own server)
        public + path, urlencode(form).encode(), {"X-Twilio-Signature": signature_of(public + path, form)}
    )
    with urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310 (our own server)
        text: str = answer.read().decode()
        return text


def script_of(public: str, folder: Path) -> Path:
    """The webhooks of a call that presses KEYS, as a file for load.py."""
    turns: list[tuple[str, dict[str, str]]] = [("/voice", FORM)]
    for key in KEYS:
        found = (ON_ACTION if key else ON_REDIRECT).search(document(public, *turns[-1]))
        assert found, turns[-1]
        turns.append((urlsplit(unescape(found[1])).path, {**FORM, "Digits": key} if key else FORM))
    path = folder / f"{urlsplit(public).port}.json"
    path.write_text(json.dumps({"public": public, "token": TOKEN, "turns": turns}))
    return path


def speed(port: int, session: int, script: Path | None = None) -> Speed:
    """How fast that server is for CLIENTS at once."""
    load = [sys.executable, str(Path(__file__).with_name("load.py")), str(port), str(SECONDS)]
    before = cpu_seconds(session)
    clients = [
        subprocess.Popen([*load, *([str(script)] if script else [])], stdout=subprocess.PIPE, text=True)
        for _ in range(CLIENTS)
    ]
    answered = sum(int(each.communicate()[0]) for each in clients)
    return Speed(answered / SECONDS, (cpu_seconds(session) - before) / answered * 1e6)


def cpu_seconds(session: int) -> float:
    """Processor time that the processes of a session have had (proc(5): fields 6, 14 and 15 of stat)."""
    ticks = 0
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(fields[3]) == session:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def test_a_signed_turn_against_flask_saying_hello(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("gunicorn")
    hello_port, port, usual_port = free_port(), free_port(), free_port()
    public, usual = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{usual_port}"
    live = {
        "PORT": str(port),
        "PUBLIC_URL": public,
        "DATA_DIR": str(tmp_path),
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "HELPLINE_NUMBER": "+12025550199",
    }
    with (
        running(
            hello_port, [*GRANIAN, "--port", str(hello_port), "tests.benchmarks.hello:hello"], {}
        ) as least,
        running(port, ["ivr", "serve"], live) as ours,
        running(
            usual_port,
            [*GUNICORN, "--bind", f"127.0.0.1:{usual_port}", "tests.benchmarks.usual:usual()"],
            {"PUBLIC_URL": usual, "TWILIO_AUTH_TOKEN": TOKEN},
        ) as theirs,
    ):
        script, usual_script = script_of(public, tmp_path), script_of(usual, tmp_path)
        rounds = [
            (speed(hello_port, least), speed(port, ours, script), speed(usual_port, theirs, usual_script))
            for _ in range(ROUNDS)
        ]
    with capsys.disabled():
        print(
            "\nFlask hello, signed turn, Flask with the SDK under gunicorn; requests, processor time of each"
        )
        for told in rounds:
            print("; ".join(map(str, told)))
        _tell("signed turn / Flask hello", [(turn, hello) for hello, turn, _ in rounds])
        _tell("signed turn / Flask with the SDK", [(turn, usual) for _, turn, usual in rounds])


def _tell(what: str, pairs: list[tuple[Speed, Speed]]) -> None:
    rate = statistics.median(one.rate / other.rate for one, other in pairs)
    cost = statistics.median(other.cost / one.cost for one, other in pairs)
    print(f"{what}: requests a second {rate:.2f}, by processor time {cost:.2f}")

"""What a signed turn costs, against the least that Flask does on the same server in the same run."""

import base64
import hmac
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOKEN, SID = "bench-token", "AC" + "0" * 32
SECONDS, ROUNDS, CLIENTS = 2.0, 3, 2
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(port: int, command: list[str], environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env={**os.environ, **environment})
    try:
        _await(port)
        yield
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


def requests_a_second(port: int, path: str, body: str = "", signature: str = "") -> float:
    load = [
        sys.executable,
        str(Path(__file__).with_name("load.py")),
        str(port),
        path,
        body,
        signature,
        str(SECONDS),
    ]
    clients = [subprocess.Popen(load, stdout=subprocess.PIPE, text=True) for _ in range(CLIENTS)]
    return sum(int(each.communicate()[0]) for each in clients) / SECONDS


def test_a_signed_turn_against_flask_saying_hello(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hello_port, port = free_port(), free_port()
    public = f"http://127.0.0.1:{port}"
    live = {
        "PORT": str(port),
        "PUBLIC_URL": public,
        "DATA_DIR": str(tmp_path),
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "HELPLINE_NUMBER": "+12025550199",
    }
    signed = f"{public}/voice" + "".join(f"{name}{FORM[name]}" for name in sorted(FORM))
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), signed.encode(), "sha1")).decode()
    granian = [
        "granian",
        "--interface",
        "wsgi",
        "--factory",
        "tests.benchmarks.hello:hello",
        "--log-level",
        "error",
    ]
    with (
        running(hello_port, [*granian, "--port", str(hello_port), "--blocking-threads", "8"], {}),
        running(port, ["ivr", "serve"], live),
    ):
        pairs = [
            (
                requests_a_second(hello_port, "/hello"),
                requests_a_second(port, "/voice", urlencode(FORM), signature),
            )
            for _ in range(ROUNDS)
        ]
    ratio = statistics.median(turn / hello for hello, turn in pairs)
    with capsys.disabled():
        print(
            f"\nsigned turn / Flask hello, requests a second: {ratio:.2f} ("
            + ", ".join(f"{turn:.0f}/{hello:.0f}" for hello, turn in pairs)
            + ")"
        )

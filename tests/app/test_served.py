"""The application as the real web server runs it: raw targets, many requests at once, start and stop."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from ivr.storage.engine import engine_for, reading
from ivr.storage.promises import list_promises
from tests.app.stage import ACCOUNT, CALL, TOKEN, sign

PUBLIC = "https://org.example/help%20line"
FORM = {"CallSid": CALL, "From": "anonymous", "Digits": ""}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "data"


@pytest.fixture(scope="module")
def port(audio: Path, data_dir: Path) -> Iterator[int]:
    """A server with an account and a fresh DATA_DIR, behind a proxy that strips nothing."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = int(free.getsockname()[1])
    environ = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}},
        "PORT": str(number),
        "PUBLIC_URL": PUBLIC,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "HELPLINE_NUMBER": "+27105550100",
        "DATA_DIR": str(data_dir),
        "AUDIO_DIR": str(audio),
        "PROMPTS_DIR": str(audio.parent / "prompts"),
    }
    command = [sys.executable, "-m", "ivr", "serve"]
    with subprocess.Popen(command, env=environ, cwd=Path(__file__).parents[2]) as process:
        try:
            wait_until_alive(process, number)
            yield number
        finally:
            process.terminate()
            process.wait(20)


def wait_until_alive(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        try:
            if ask(port, "GET", "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def ask(
    port: int, method: str, target: str, signed: str = "", fields: dict[str, str] | None = None
) -> tuple[int, str]:
    """One request whose target goes over the wire as it is written."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
    try:
        connection.putrequest(method, target, skip_host=True)
        body = urlencode(fields or {}).encode()
        for name, value in {**headers, "Host": "elsewhere", "X-Twilio-Signature": signed}.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


QUERY = "b=%41&a=%2b+1&a=&%61=~%7E"


@pytest.mark.parametrize("prefix", ["/help%20line", ""])
def test_the_query_arrives_byte_for_byte(port: int, prefix: str) -> None:
    signed = sign(f"{PUBLIC}/voice/en/t/l?{QUERY}", {})

    assert 200 == ask(port, "GET", f"{prefix}/voice/en/t/l?{QUERY}", signed)[0]
    assert 403 == ask(port, "GET", f"{prefix}/voice/en/t/l?b=A&a=%2b+1&a=&%61=~%7E", signed)[0]


def test_a_posted_form_is_verified_and_answered(port: int) -> None:
    signed = sign(f"{PUBLIC}/voice", FORM)
    status, text = ask(port, "POST", "/voice", signed, FORM)

    assert (200, True) == (status, text.startswith("<?xml"))
    assert 403 == ask(port, "POST", "/voice", "", FORM)[0]
    assert 403 == ask(port, "POST", "/voice", signed, {**FORM, "Digits": "1"})[0]


def test_the_same_webhook_at_the_same_moment_gets_the_same_document_and_is_one_message(
    port: int, data_dir: Path
) -> None:
    fields = {**FORM, "RecordingSid": "RE" + "3" * 32, "RecordingDuration": "7", "Digits": "#"}
    target = "/voice/af/r/v.tl"
    signed = sign(f"{PUBLIC}{target}", fields)
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _: ask(port, "POST", target, signed, fields), range(24)))

    end = time.monotonic() + 5  # what went to disk, because many came at once, follows within seconds
    while list((data_dir / "journal").glob("*.json")) and time.monotonic() < end:
        time.sleep(0.1)
    with reading(engine_for(f"sqlite:///{data_dir}/helpline.db")) as connection:
        promised = [(each.language, each.seconds) for each in list_promises(connection)]

    [(status, text)] = answers
    assert (200, True) == (status, "Redirect" in text)
    assert [("af", 7)] == promised


def test_an_empty_roster_is_ready_on_a_fresh_folder(port: int) -> None:
    status, text = ask(port, "GET", "/readyz")

    assert (200, True) == (status, "nobody can be reached" in text)

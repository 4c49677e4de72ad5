"""The real server, killed: the calls of all but its last second are counted, each once."""

import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from ivr.journal.calls import CallJournal
from ivr.storage.engine import engine_for, prepare, reading
from ivr.storage.tables_calls import call_hours, calls
from tests.app.stage import ACCOUNT, TOKEN, sign

PUBLIC = "https://helpline.example"
CALLS = 30
LAST_SECOND = 2.0  # and the time that a busy machine takes for it


def post(port: int, call: int) -> int:
    fields = {"CallSid": f"CA{call:032x}", "From": "+27823334444"}
    headers = {
        "X-Twilio-Signature": sign(f"{PUBLIC}/voice", fields),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", "/voice", urlencode(fields), headers)
        return connection.getresponse().status
    finally:
        connection.close()


def alive(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.mark.slow
@pytest.mark.parametrize("storage", ["there", "away"])
def test_calls_are_counted_once_though_the_server_was_killed(
    tmp_path: Path, audio: Path, storage: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    kept = f"sqlite:///{tmp_path}/data/helpline.db"
    environ = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}},
        "PORT": str(port),
        "PUBLIC_URL": PUBLIC,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "HELPLINE_NUMBER": "+27105550100",
        "DATA_DIR": str(tmp_path / "data"),
        "AUDIO_DIR": str(audio),
        "PROMPTS_DIR": str(audio.parent / "prompts"),
        "DATABASE_URL": kept if storage == "there" else "postgresql://ivr@127.0.0.1:1/ivr",
    }
    command = [sys.executable, "-m", "ivr", "serve"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, env=environ, cwd=root, start_new_session=True) as process:
        try:
            end = time.monotonic() + 40
            while not alive(port) and time.monotonic() < end:
                time.sleep(0.1)
            answered = {post(port, call) for call in range(CALLS) for _ in range(2)}
            time.sleep(LAST_SECOND)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
    engine = engine_for(kept)
    prepare(engine)
    CallJournal(engine, tmp_path / "data" / "journal" / "calls", ZoneInfo("UTC")).drain()
    with reading(engine) as connection:
        found = connection.scalar(select(func.count()).select_from(calls))
        all_of_them = (call_hours.c.language == "", call_hours.c.hour < 0)
        offered = connection.scalar(select(func.sum(call_hours.c.offered)).where(*all_of_them))

    assert ({200}, CALLS, CALLS) == (answered, found, offered)

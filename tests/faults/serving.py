"""The real `ivr serve` in processes of its own, and callers who reach it as the network does.

with serving(folder, audio, workers=2) as helpline:
    helpline.call(1).says("/voice")
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree as ET

from ivr.settings import Settings, read_settings
from tests.app.people import OnDuty, keep_people
from tests.app.stage import ACCOUNT, NUMBER, PUBLIC, TOKEN, sign

ROOT = Path(__file__).parents[2]
LONGEST_SEARCH = 15.0  # seconds until a phone has to ring, whatever is broken
READ_SECONDS = 5.0  # what the URLs' overrides ask of the network: rt=5000, rc=1, rp=all
AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
"""
QUEUE = "QU" + "5" * 32


@dataclass(frozen=True)
class Heard:
    """What one webhook came to: the document, in how many seconds, after how many tries.

    `first` is what the first try came to if there was another.
    """

    status: int
    text: str
    seconds: float = 0.0
    tries: int = 1
    first: str = ""

    @property
    def document(self) -> ET.Element:
        assert 200 == self.status, (self.status, self.text)
        return ET.fromstring(self.text)  # noqa: S314 (our own)

    def onward(self) -> str:
        """Where the call goes when nothing is done."""
        found = self.document.find("Redirect")
        assert found is not None, self.text
        return found.text or ""

    def action(self) -> str:
        """Where what the caller does is told."""
        return next(each.attrib["action"] for each in self.document.iter() if "action" in each.attrib)

    def dialled(self) -> list[str]:
        """The phones that a Dial of it rings."""
        return [each.text or "" for each in self.document.iter("Number")]


@dataclass(frozen=True)
class Call:
    """One caller; asks once more whatever fails, as the network does, and no more often."""

    helpline: "Helpline"
    number: int

    def says(self, url: str, **fields: str) -> Heard:
        """The answer to a signed webhook of this call; `url` as it stands in a document, or a path."""
        sent = {
            "CallSid": f"CA{self.number:032x}",
            "AccountSid": ACCOUNT,
            "From": "+27823334444",
            "To": NUMBER,
            "Direction": "inbound",
            **fields,
        }
        path = urlsplit(url.partition("#")[0]).path
        begun = time.monotonic()
        tries, first, heard = 1, "", self.helpline.ask("POST", path, sent)
        if not 0 < heard.status < 500:
            tries, first, heard = 2, f"{heard.status} {heard.text}", self.helpline.ask("POST", path, sent)
        return Heard(heard.status, heard.text, time.monotonic() - begun, tries, first)

    def asks_for_somebody(self) -> Heard:
        """What comes of 0."""
        return self.until_rung(self.says("/voice/en/g/l", Digits="0"))

    def until_rung(self, heard: Heard) -> Heard:
        """Whatever the network does until a Dial rings somebody, or for too long."""
        begun = time.monotonic()
        while time.monotonic() < begun + LONGEST_SEARCH:
            queue, leave = heard.document.find("Enqueue"), heard.document.find("Leave")
            if queue is not None:
                action = queue.attrib["action"]
                heard = self.says(queue.attrib["waitUrl"], QueueSid=QUEUE, QueueTime="1")
            elif leave is not None:
                heard = self.says(action, QueueSid=QUEUE, QueueResult="leave", QueueTime="2")
            elif heard.dialled():
                break
            else:
                time.sleep(0.3)  # a prompt plays
                heard = self.says(heard.onward(), QueueSid=QUEUE, QueueTime="1")
        return heard

    def leaves_a_message(self) -> Heard:
        """A message of its own; the answer says whether it is kept."""
        fields = {"RecordingSid": f"RE{self.number:032x}", "RecordingDuration": "12", "Digits": "#"}
        return self.says("/voice/en/r/v.tl", **fields)

    def hangs_up(self) -> Heard:
        """The number's status callback."""
        return self.says("/voice/status", CallStatus="completed", CallDuration="9")


@dataclass
class Helpline:
    """A running server and its folder."""

    port: int
    settings: Settings
    process: "subprocess.Popen[bytes]"
    log: Path

    def call(self, number: int) -> Call:
        """A caller of their own."""
        return Call(self, number)

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> Heard:
        """One request, without another try; status 0: nobody answered in time."""
        headers = {"X-Twilio-Signature": sign(f"{PUBLIC}{path}", fields or {})}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=READ_SECONDS)
        try:
            connection.request(method, path, urlencode(fields or {}), headers)
            answer = connection.getresponse()
            return Heard(answer.status, answer.read().decode())
        except (OSError, HTTPException) as error:
            return Heard(0, repr(error))
        finally:
            connection.close()

    def remarks(self) -> str:
        """What /readyz says besides."""
        heard = self.ask("GET", "/readyz")
        return " ".join(json.loads(heard.text)["remarks"]) if heard.status else ""

    def ready(self) -> bool:
        return self.ask("GET", "/readyz").status == 200

    def workers(self) -> list[int]:
        """The ids of its web processes."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(each) for task in tasks for each in task.read_text().split()]

    def waiting_promises(self) -> int:
        """How many promises wait on its disk."""
        return len(list((self.settings.data_dir / "journal").glob("*.json")))

    def stop(self) -> int:
        """Ask it to end, and wait for that."""
        self.process.terminate()
        return self.process.wait(20)


def until(what: Callable[[], object], seconds: float = 25.0) -> bool:
    """Wait for it to be true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return bool(what())


@contextmanager
def serving(
    folder: Path,
    audio: Path,
    *,
    people: tuple[OnDuty, ...] = (),
    workers: int = 1,
    environ: dict[str, str] | None = None,
    code: Path = ROOT,
    listening: socket.socket | None = None,
) -> Iterator[Helpline]:
    """A server on `folder`, ready; killed at the end if it has not been stopped.

    `code` is where the program lies. Callers come in on `listening` if it is given, as systemd gives it.
    """
    with listening.dup() if listening else socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    values = {
        "PORT": str(port),
        "PUBLIC_URL": PUBLIC,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": "http://127.0.0.1:9",
        "HELPLINE_NUMBER": "+27105550100",
        "DATA_DIR": str(folder / "data"),
        "AUDIO_DIR": str(audio),
        "PROMPTS_DIR": str(audio.parent / "prompts"),
        "SECRET_KEY": "of the tests",
        **(environ or {}),
    }
    settings = read_settings(values)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if people:
        keep_people(settings, people)
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "-m", "ivr", "serve", "--workers", str(workers)]
    if listening:
        command = [sys.executable, "-c", AS_SYSTEMD, str(listening.fileno()), *command]
    log = folder / "server.log"
    with (
        log.open("ab") as said,
        subprocess.Popen(
            command,
            env={**inherited, **values},
            cwd=code,
            start_new_session=True,
            pass_fds=[listening.fileno()] if listening else [],
            stdout=said,
            stderr=said,
        ) as process,
    ):
        helpline = Helpline(port, settings, process, log)
        try:
            assert until(lambda: helpline.ready() or process.poll() is not None, 40)
            assert process.poll() is None, log.read_text()
            yield helpline
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)

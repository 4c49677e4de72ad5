"""A busy day leaves no caller's number, no name and no secret where it does not belong.

Everything that the day produced is looked through: logs, metrics, the documents and URLs that the network
keeps, error pages, every file in DATA_DIR and with them the database.
"""

import io
import logging
import re
import shutil
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import md5, sha1, sha256
from itertools import count
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from werkzeug.test import TestResponse

from ivr.app.callbacks import CallBackParts
from ivr.journal.sealing import Sealing
from ivr.privacy import LINE, PrivateFormatter
from ivr.storage.engine import engine_for, reading
from ivr.storage.promises import list_promises
from ivr.telephony.twilio.rest import UnreachableError
from tests.app.people import SIPHO, THANDI
from tests.app.stage import NUMBER, Stage, action, make_stage, parsed
from tests.calls.harness import silence_wav

LISTENS, TALKS, LEAVES, ASKS, MISSES = (f"+2782333444{n}" for n in range(5))
KEYED_IN = "+12025550199"
CALLERS = (LISTENS, TALKS, LEAVES, ASKS, MISSES, KEYED_IN)
FREE = "+27105550198"
SECRET, TOKEN = "the secret of the busy day", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
QUEUE = "QU" + "5" * 32
TALKED = {"DialCallStatus": "completed", "DialBridged": "true"}
_SHORTEST = 9  # digits of a number that are the same however it is written


class Provider:
    """Has every recording."""

    def fetch(self, recording: str) -> bytes:
        del recording
        return silence_wav(1)

    def delete(self, recording: str) -> None:
        del recording


@dataclass
class Day:
    """The helpline on that day, and all that it said to the network and to strangers."""

    stage: Stage
    log: io.StringIO
    said: list[str] = field(default_factory=list)
    calls: Iterator[int] = field(default_factory=lambda: count(1))

    def caller(self, number: str, **fields: str) -> "OnTheLine":
        return OnTheLine(self, {"CallSid": f"CA{next(self.calls):032x}", "From": number, **fields})

    def post(self, url: str, **fields: str) -> TestResponse:
        answer = self.stage.post(url, **fields)
        self.said += [url, str(answer.headers), answer.text]
        return answer

    def get(self, path: str) -> str:
        with self.stage.client.get(path) as answer:
            self.said += [str(answer.headers), answer.text]
            return str(answer.text)

    def passes(self, **by: float) -> None:
        self.stage.clock.passes(**by)
        self.stage.background()
        self.stage.parts.promised.callbacks.look()
        self.stage.parts.promised.ring_backs.look()
        self.stage.background()
        self.stage.parts.calls.drain()

    def promises(self) -> list[tuple[str, str, str]]:
        with reading(engine_for(self.stage.parts.settings.database_url)) as connection:
            return sorted((each.kind, each.state, each.digits) for each in list_promises(connection))

    def urls(self) -> str:
        """Every URL in what was said, and those of calls that were ordered."""
        placed = [url for each in self.stage.rest.placed for url in (each.url, each.status_url)]
        return "\n".join([*placed, *re.findall(r"https?://[^\s<\"]+", "\n".join(self.said))])

    def files(self) -> Iterator[tuple[Path, bytes]]:
        folder = self.stage.parts.settings.data_dir
        return ((path, path.read_bytes()) for path in folder.rglob("*") if path.is_file())


@dataclass
class OnTheLine:
    """One party of a call, and the document that they hear."""

    day: Day
    fields: dict[str, str]
    document: ET.Element = field(default_factory=lambda: ET.Element("Response"))

    def dials(self, url: str = "/voice", *keys: str, **fields: str) -> "OnTheLine":
        """Call, and press these one after the other."""
        self.document = parsed(self.day.post(url, **self.fields, **fields))
        for each in keys:
            self.press(each)
        return self

    def press(self, keys: str, **fields: str) -> None:
        sent = {**self.fields, "Digits": keys, **fields}
        self.document = parsed(self.day.post(action(self.document), **sent))
        self.day.stage.background()

    def hangs_up(self) -> None:
        self.day.post("/voice/status", **self.fields, CallStatus="completed")
        self.day.stage.background()


@pytest.fixture
def day(tmp_path: Path, audio: Path, database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    monkeypatch.setattr("tests.app.stage.TOKEN", TOKEN)
    prompts = shutil.copytree(audio.parent / "prompts", tmp_path / "prompts")
    toml = (prompts / "helpline.toml").read_text()
    toml = toml.replace("countries = []  ", 'countries = ["ZA", "US"]  ')
    (prompts / "helpline.toml").write_text(
        re.sub(r"(?<=\[missed_call\]\nnumbers = )\[\]", f'["{FREE}"]', toml)
    )
    environ = {"PROMPTS_DIR": str(prompts), "SECRET_KEY": SECRET, "TWILIO_AUTH_TOKEN": TOKEN}
    made = make_stage(tmp_path, audio, database, people=[THANDI, SIPHO], environ=environ, network=Provider())
    with logged() as log:
        yield Day(with_call_backs(made), log)


class logged:  # noqa: N801 (used as a word)
    """What the helpline logs, as it stands on standard error, whatever its level."""

    def __enter__(self) -> io.StringIO:
        stream = io.StringIO()
        self.handler = logging.StreamHandler(stream)
        self.handler.setFormatter(PrivateFormatter(LINE))
        self.level = logging.getLogger().level
        logging.getLogger().addHandler(self.handler)
        logging.getLogger().setLevel(logging.DEBUG)
        return stream

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self.handler)
        logging.getLogger().setLevel(self.level)


def with_call_backs(made: Stage) -> Stage:
    """Call-backs and missed calls ring over the stage's network."""
    parts = made.parts
    engine = engine_for(parts.settings.database_url)
    shared = (parts.settings, engine, made.clock, Sealing(parts.secret), parts.publication, parts.snapshot)
    promised = CallBackParts(*shared, lambda: made.rest).promised(parts.ringing)
    return replace(made, parts=replace(parts, promised=promised))


def phone(day: Day, number: int) -> OnTheLine:
    """A phone that was rung, picked up."""
    placed = day.stage.rest.placed[number]
    fields = {"CallSid": placed.sid, "From": NUMBER, "To": placed.to, "Direction": "outbound-api"}
    return OnTheLine(day, fields).dials(placed.url)


def wait_url(line: OnTheLine) -> str:
    """What a caller hears who was put into the queue."""
    return next(each.attrib["waitUrl"] for each in line.document.iter("Enqueue"))


def mornings_calls(day: Day) -> None:
    """Somebody listens, somebody talks with a counsellor, and strangers try what they should not."""
    day.caller(LISTENS).dials("/voice", "1", "2", "1", "#", "*").hangs_up()
    talks = day.caller(TALKS).dials("/voice", "1", "0")
    after = action(talks.document)
    talks.dials(wait_url(talks), QueueSid=QUEUE, QueueTime="0")
    day.stage.background()
    phone(day, 0).press("1")
    talks.dials(after, QueueSid=QUEUE, QueueResult="bridged", QueueTime="9")
    talks.hangs_up()
    day.caller("+266696687").dials("/voice", "1", "1").hangs_up()


def afternoons_troubles(day: Day) -> None:
    """What is malformed, forged or fails names nobody either."""
    day.post("/voice/en/g/no-such-state", From=LISTENS, Digits="1")
    day.post("/voice/xx/w/h", From=TALKS, Digits=LISTENS)
    forged = day.stage.client.post(f"/voice?From={LISTENS}", data={"From": TALKS}, headers={})
    day.said += [forged.text, str(forged.headers)]
    for path in (
        f"/nothing/{LISTENS}",
        f"/staff/sign-in?next={LISTENS}",
        f"/heard/{LISTENS}",
        "/staff/promises",
    ):
        day.get(path)
    day.stage.rest.fails[""] = UnreachableError(f"no way to {ASKS}")
    unlucky = day.caller(ASKS).dials("/voice", "1", "0")
    unlucky.dials(wait_url(unlucky), QueueSid=QUEUE, QueueTime="0")
    unlucky.hangs_up()
    day.stage.rest.fails.clear()
    answer = day.stage.client.open("/voice", method="PUT", data={"From": LISTENS})
    day.said += [answer.text, str(answer.headers)]


def nights_promises(day: Day) -> None:
    """Nobody is on duty: a message, a call-back to the caller and one to a number that was keyed in."""
    day.passes(days=1)
    leaves = day.caller(LEAVES).dials("/voice", "1", "0", "1")
    leaves.press("#", RecordingSid="RE" + "7" * 32, RecordingDuration="12")
    leaves.hangs_up()
    day.caller(ASKS).dials("/voice", "1", "0", "4", "1", "1", "1").hangs_up()
    other = day.caller(ASKS).dials("/voice", "1", "0", "4", "1", "1", "2", KEYED_IN[2:], "1")
    other.hangs_up()
    day.caller(MISSES, To=FREE).dials("/voice")
    day.passes(seconds=10)


def made_back(day: Day) -> None:
    """The missed call is rung back, and the caller confirms it."""
    placed = day.stage.rest.placed[-1]
    assert MISSES == placed.to
    phone(day, -1).press("1")
    day.post(placed.status_url, CallSid=placed.sid, CallStatus="completed")
    day.passes(seconds=5)


def clues(number: str) -> set[str]:
    """The number however it is written, and what anybody could compute from it without a key."""
    digests = [make(each.encode()) for make in (sha256, sha1, md5) for each in (number, number[1:])]
    encoded = {b64encode(each.encode()).decode().rstrip("=") for each in (number, number[1:])}
    return {number[-_SHORTEST:], *encoded, *(each.hexdigest() for each in digests)}


CLUES = frozenset(clue for number in CALLERS for clue in clues(number))


def found(text: str, *clues: str) -> set[str]:
    return {each for each in clues if each in text}


def test_no_number_name_or_secret_is_where_it_does_not_belong(day: Day) -> None:
    mornings_calls(day)
    afternoons_troubles(day)
    nights_promises(day)
    made_back(day)
    figures = day.get("/metrics") + day.get("/readyz")
    log, said, files = day.log.getvalue(), "\n".join(day.said), dict(day.files())
    callers, staff = (*CLUES, SECRET, TOKEN), (THANDI.phone[-_SHORTEST:], SIPHO.phone[-_SHORTEST:])

    # What was looked through is what it is meant to be.
    assert [
        ("callback", "open", "199"),
        ("callback", "open", ASKS[-3:]),
        ("message", "open", ""),
        ("missed-call", "kept", ""),
    ] == day.promises()
    assert "WARNING" in log
    assert {"helpline.db", "snapshot.json"} <= {path.name for path in files}
    assert re.search(r"^ivr_", figures, re.MULTILINE)

    assert set() == found(log + figures, *callers, *staff, "Thandi", "Sipho")
    assert set() == found(day.urls(), *callers, *staff, "Thandi", "Sipho")
    assert set() == found(said, *callers, "Thandi", "Sipho")
    assert [] == [
        (path.name, clue) for path, content in files.items() for clue in callers if clue.encode() in content
    ]

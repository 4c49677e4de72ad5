"""A whole helpline in a folder: the shipped words, a tiny sound for each, a database, a stopped clock.

    stage = make_stage(tmp_path, audio, people=(THANDI,))
    document = stage.document(stage.post("/voice"))

Nothing of it runs by itself: what a thread would do later is done by `stage.background()`.
"""

import hmac
import re
import shutil
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from werkzeug.test import TestResponse

from ivr.app.check_calls import CheckParts
from ivr.app.parts import Parts, build
from ivr.app.ringing import RingParts
from ivr.app.web import web
from ivr.content import load
from ivr.jobs.fetching import Fetching
from ivr.jobs.number_watch import NumberWatch
from ivr.jobs.readers import Readers, readers_of
from ivr.settings import Settings, read_settings
from ivr.sound.manifest import Entry, write_manifest
from ivr.storage.engine import engine_for, prepare
from tests.app.people import NOON, OnDuty, keep_people
from tests.app.rest_stage import FakeRest, Inline, InTurn
from tests.calls.harness import silence_wav

ACCOUNT = "AC" + "0" * 32
TOKEN = "12345"
NUMBER = "+12025550100"
CALL = "CA" + "1" * 32
PUBLIC = "https://helpline.example"
PROMPTS = Path(__file__).parents[2] / "prompts"
LANGUAGES = ("en", "af", "zu", "sw")


@pytest.fixture(scope="session")
def audio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A silent sound for every prompt in every language; beside them a copy of the words."""
    folder = tmp_path_factory.mktemp("shipped") / "audio"
    shutil.copytree(PROMPTS, folder.parent / "prompts")
    content = load(folder.parent / "prompts")
    for code in LANGUAGES:
        entries = {
            name: Entry(prompt.words, prompt.words, "espeak", 1.0, -20.0, -3.0)
            for name, prompt in content.prompts[code].items()
        }
        write_manifest(folder, code, entries)
        for entry in entries.values():
            (folder / code / entry.file).write_bytes(silence_wav(0.01))
    return folder


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with this version's tables, to be copied."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    engine = engine_for(f"sqlite:///{path}")
    prepare(engine)
    engine.dispose()
    return path


@dataclass
class StoppedClock:
    """The time, which passes only when told to."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **much: float) -> None:
        self.at += timedelta(**much)


class NothingThere:
    """A provider that never has the recording."""

    def fetch(self, recording: str) -> bytes:
        raise OSError(f"no {recording}")

    def delete(self, recording: str) -> None:
        raise OSError(f"no {recording}")


@dataclass
class Stage:
    """The helpline, and a network that signs what it sends as the provider documents.

    `rest` is the network's REST API, which notes what is asked of it.
    """

    parts: Parts
    clock: StoppedClock
    public: str = PUBLIC
    rest: FakeRest = field(default_factory=FakeRest)
    purge: Callable[[], object] = lambda: None
    app: Any = field(init=False)
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.app = web(self.parts)
        self.client = self.app.test_client()

    def background(self) -> None:
        """What the threads do between two webhooks."""
        self.parts.takes.follow()
        self.parts.snapshot.refresh()
        self.parts.publication.refresh()
        self.parts.journal.drain()
        self.parts.fetching.work()
        self.parts.ringing.work()

    def post(self, url: str, **fields: str) -> TestResponse:
        """A signed webhook of one call; `url` as it stands in a document, or a path."""
        sent = {"CallSid": CALL, "AccountSid": ACCOUNT, "From": "+27823334444", "To": NUMBER, **fields}
        written = url.partition("#")[0] if "://" in url else self.public + url
        signed = {"X-Twilio-Signature": sign(written, sent)}
        return self.client.post(_path(written), data=sent, headers=signed)

    def get(self, url: str) -> tuple[int, bytes, Mapping[str, str]]:
        """Status, body and headers of what anybody may fetch."""
        with self.client.get(urlsplit(url).path) as answer:
            return answer.status_code, answer.data, answer.headers

    def document(self, url: str, **fields: str) -> ET.Element:
        """The TwiML that answers such a webhook."""
        return parsed(self.post(url, **fields))

    def heard(self, document: ET.Element) -> list[str]:
        """What the document says, as prompt ids; a file that is no prompt as `recording`."""
        sounds = self.parts.publication.current().sounds
        names = (urlsplit(each.text or "").path.split("/")[-2:] for each in document.iter("Play"))
        return [sounds.by_file(*name) or "recording" for name in names]


def make_stage(
    folder: Path,
    audio: Path,
    database: Path | None = None,
    *,
    people: Sequence[OnDuty] = (),
    network: Any = None,
    exchange: bool = False,
    queue: bool = True,
    environ: Mapping[str, str] | None = None,
) -> Stage:
    """The helpline with these people on its roster; without `database`, whatever `environ` says of one.

    Without `queue` callers are rung for by one Dial after the other, as when the REST API is away.
    """
    settings = stage_settings(folder, audio, exchange=exchange, environ=environ)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if database:
        shutil.copy(database, settings.data_dir / "helpline.db")
        keep_people(settings, people)
    clock = StoppedClock()
    parts = build(settings, clock, readers=readers(settings, audio))
    engine = engine_for(settings.database_url)
    fetching = Fetching(engine, network or NothingThere(), parts.messages, clock, (LookupError,))
    rest = FakeRest()
    ring = RingParts(
        settings, engine, clock, b"of the tests", parts.publication, parts.snapshot, lambda: rest
    )
    ringing: Any = ring.ringing(Inline()) if queue else InTurn()
    checks = CheckParts(
        settings, engine, clock, b"of the tests", parts.publication, parts.snapshot, lambda: rest
    ).checks(Inline())
    number = NumberWatch(lambda: (), (), clock, Inline())
    parts = replace(parts, fetching=fetching, ringing=ringing, checks=checks, number=number)
    parts.snapshot.load()
    parts.publication.refresh()
    return Stage(parts, clock, settings.public_url, rest, ring.purge)


def readers(settings: Settings, audio: Path) -> Readers:
    """Readers that have read what is shipped, if this helpline has nothing else; they share nothing."""
    if (settings.prompts_dir, settings.audio_dir) != (audio.parent / "prompts", audio):
        return readers_of(settings.prompts_dir, settings.audio_dir)
    words, sounds = copy(_read(audio).words), copy(_read(audio).sounds)
    words._known = {code: list(known) for code, known in words._known.items()}
    sounds._known = dict(sounds._known)
    return Readers(words, sounds)


@cache
def _read(audio: Path) -> Readers:
    found = readers_of(audio.parent / "prompts", audio)
    found.sounds.read(found.words.read(), ())
    return found


def stage_settings(
    folder: Path, audio: Path, *, exchange: bool = False, environ: Mapping[str, str] | None = None
) -> Settings:
    account = {} if exchange else {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    values = {
        **account,
        "HELPLINE_NUMBER": "+27105550100",
        "PUBLIC_URL": PUBLIC,
        "DATA_DIR": str(folder / "data"),
        "AUDIO_DIR": str(audio),
        "PROMPTS_DIR": str(audio.parent / "prompts"),
        "SECRET_KEY": "of the tests",
        **(environ or {}),
    }
    return replace(read_settings(values), helpline_number=NUMBER)


def sign(url: str, fields: Mapping[str, str]) -> str:
    """The signature as the provider's page describes it, for a URL that is written out."""
    text = url + "".join(name + fields[name] for name in sorted(fields))
    return b64encode(hmac.digest(TOKEN.encode(), text.encode(), "sha1")).decode()


def parsed(answer: TestResponse) -> ET.Element:
    """The document of an answer that a network takes."""
    assert (200, "text/xml; charset=utf-8") == (answer.status_code, answer.headers["Content-Type"])
    return ET.fromstring(answer.text)  # noqa: S314 (our own)


def onward(document: ET.Element) -> str:
    """Where the call goes when nothing is done."""
    found = document.find("Redirect")
    assert found is not None
    return found.text or ""


def action(document: ET.Element) -> str:
    """Where what the caller does is told."""
    return next(each.attrib["action"] for each in document.iter() if "action" in each.attrib)


def recording(number: int) -> str:
    """An id as the provider gives to recordings."""
    return "RE" + sha256(str(number).encode()).hexdigest()[:32]


def _path(url: str) -> str:
    found = re.fullmatch(r"https?://[^/]+(.*)", url)
    assert found
    return found[1]

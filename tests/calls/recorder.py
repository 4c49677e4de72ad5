"""Somebody who records by phone, on the real exchange before the real helpline, in virtual time.

    scene = make_scene(tmp_path, audio, database)
    await scene.call("4711#", "482910#", "1", "3", "7#", SPEAK, "1", HANG_UP)

Each step is done once it can be: keys when all was heard and keys are awaited, speech after the tone. A step
that is left over is a test's mistake; who has none left stays silent until the line ends.
"""

import asyncio
import base64
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from ivr.content.catalogue import Prompt
from ivr.jobs.fetching import RECORDINGS
from ivr.sound.intake import Origin, expected_seconds
from ivr.sound.manifest import Entry
from ivr.sound.take import examine
from ivr.sound.takes import Draft, Takes, open_takes
from ivr.storage.accounts import Account, Role
from ivr.storage.accounts_changes import add_account, set_roles
from ivr.storage.accounts_hashes import hashed_secret
from ivr.storage.accounts_keys import set_pin
from ivr.storage.engine import engine_for, reading, writing
from ivr.storage.errors import StorageError
from ivr.storage.studio_recordings import due_recordings
from ivr.storage.tables_takes import takes
from ivr.storage.takes import Take, find_take
from ivr.telephony.exchange.account import Account as NetworkAccount
from ivr.telephony.exchange.leg import Go, Watch
from ivr.telephony.exchange.numbers import Number
from ivr.telephony.exchange.webhooks import Answer, Request
from tests.app.people import THANDI
from tests.app.stage import NUMBER, PUBLIC, Stage, make_stage
from tests.calls import harness
from tests.calls.network import AppShelf, Wire
from tests.telephony.twilio.contract import hold

PIN = "482910"
STUDIO_NUMBER = "+27105550122"
SPEAK, WHISPER, HANG_UP = "speak", "whisper", "hang up"
BREAK_OFF = "hang up while speaking"
MUTE = "say nothing after the tone"
TALK = 3.0  # seconds; how long the exchange is told that somebody spoke


class TakesAtOnce(Takes):
    """Takes that are examined in this process, which a test trusts and which costs no start of another."""

    def draft(self, prompt: Prompt, data: bytes, origin: Origin, built: Entry | None = None) -> Draft:
        return self.draft_of(
            prompt, data, examine(data, expected_seconds(prompt, built), prompt.seconds), origin
        )


@dataclass
class TownNetwork:
    """The recordings at the exchange; `late` is when they can be fetched, in its seconds."""

    town: Any = None
    late: float = 0.0
    fetched: list[str] = field(default_factory=list)

    def fetch(self, recording: str) -> bytes:
        found = self.town.switch.recordings.get(recording)
        if found is None or not found.wav or self.town.clock.now() < self.late:
            raise OSError("not here yet")
        self.fetched.append(recording)
        return bytes(found.wav)

    def delete(self, recording: str) -> None:
        self.town.switch.recordings.delete(recording)


@dataclass
class RecordingWire(Wire):
    """A wire whose helpline also looks after what staff record, between any two webhooks."""

    async def send(self, request: Request) -> Answer:
        answer = await super().send(request)
        if answer.status == HTTPStatus.OK:
            gone = request.form.get("Digits") == "hangup"
            hold(answer.body.decode(), PUBLIC, f"{PUBLIC}/audio", gone=gone)
        return answer

    def _work(self) -> None:
        self.woken.send(RECORDINGS)  # nobody else wakes what this network has
        super()._work()
        recordings = self.stage.parts.studio.recordings()
        for work in (recordings.bring, recordings.work, self.stage.parts.takes.follow):
            try:
                work()
            except (SQLAlchemyError, StorageError):
                continue  # as a thread would, it works again another time


@dataclass
class Recorder:
    """Does the steps, one after the other, and notes what was heard; `sounds` are speech and a whisper."""

    steps: list[str]
    sounds: Mapping[str, bytes]
    stage: Stage
    heard: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    asked: int = 0
    spoke: int = 0
    kept: int = 0
    leaves_at: int | str = ""
    left: bool = False
    speaking: str = ""
    take: object = None
    happens: dict[str, Callable[[], None]] = field(default_factory=dict)

    def react(self, message: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        what = str(message["is"])
        if what in {"play", "say"}:
            self._hear(message)
            if self.heard[-1] == self.leaves_at:
                return self._leave()
        if what in {"silence", "record"}:
            self.asked += 1
            if self.asked == self.leaves_at:
                return self._leave()
        if what == "record":
            return self._record(message)
        if what == "silence" and self.steps and self.steps[0][0] in "0123456789*#":
            self.kept += self.steps[0] == "1" and self.heard[-1] in {"rec.skip", "rec.earlier"}
            return [{"do": "key", "key": key} for key in self.steps.pop(0)]
        if what == "silence" and self.steps[:1] == [HANG_UP]:
            self.steps.pop(0)
            return [{"do": "hangup"}]
        return self._woken(message) if what in {"woken", "recorded"} else []

    def _leave(self) -> Sequence[Mapping[str, Any]]:
        self.left, self.take = True, None
        return [{"do": "hangup"}]

    def _hear(self, message: Mapping[str, Any]) -> None:
        url = str(message.get("sound") or "")
        self.urls.append(url)
        language, file = urlsplit(url).path.split("/")[-2:] if url else ("", str(message.get("text")))
        prompt = self.stage.parts.publication.current().sounds.by_file(language, file)
        self.heard.append(prompt or "a recording")
        if happens := self.happens.pop(self.heard[-1], None):
            happens()

    def _record(self, message: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        self.take = message["take"]
        self.speaking = self.steps.pop(0) if self.steps else MUTE
        if self.speaking == MUTE:
            return [{"do": "wake", "seconds": 5, "name": "mute"}]
        if self.speaking == BREAK_OFF:
            return [{"do": "wake", "seconds": TALK, "name": "hangup"}]
        if self.speaking == HANG_UP:
            return [{"do": "hangup"}]
        assert self.speaking in self.sounds, self.speaking
        return [{"do": "wake", "seconds": TALK, "name": "#"}]

    def _woken(self, message: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        name = message.get("name")
        if message["is"] == "recorded":
            return self._hand_over()
        if name == "mute":
            return [{"do": "recording", "take": self.take, "seconds": 0}]
        return [{"do": "hangup"}] if name == "hangup" else [{"do": "key", "key": "#"}]

    def _hand_over(self) -> Sequence[Mapping[str, Any]]:
        sound = self.sounds.get(SPEAK if self.speaking == BREAK_OFF else self.speaking)
        if self.take is None or sound is None:
            return []
        self.spoke += 1
        media = base64.b64encode(sound).decode()
        return [{"do": "recording", "take": self.take, "seconds": TALK, "media": media}]


@dataclass
class Scene:
    """A helpline with somebody who may record, and the exchange before it."""

    stage: Stage
    wire: RecordingWire
    town: Any
    network: TownNetwork
    account: Account
    sounds: Mapping[str, bytes]
    dropped: list[str]
    happens: dict[str, Callable[[], None]] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """What they key in as their staff number."""
        return f"{self.account.number}#"

    def signing_in(self) -> tuple[str, str]:
        """The first steps of a call."""
        return self.number, f"{PIN}#"

    async def call(self, *steps: str, to: str = STUDIO_NUMBER, leaves_at: int | str = "") -> Recorder:
        """One call to its end; every step must have been done unless they hang up before."""
        recorder = Recorder(list(steps), self.sounds, self.stage, leaves_at=leaves_at, happens=self.happens)
        party = self.town.add(f"+2782333{len(self.town.switch.phones._phones):04d}", recorder.react)
        party.phone.take({"do": "call", "to": to})
        await asyncio.wait_for(party.over.wait(), 30)
        for _ in range(3):  # what the exchange still does of its own
            await self.town.clock.sleep(1)
        self.settle()
        if not leaves_at:
            assert [] == recorder.steps, recorder.heard
        return recorder

    def when(self, prompt: str, happens: Callable[[], None]) -> None:
        """Have something happen when somebody hears that prompt next."""
        self.happens[prompt] = happens

    def settle(self) -> None:
        """What the helpline's threads still do after a call."""
        for _ in range(2):
            self.pass_time(seconds=3)

    def pass_time(self, **much: float) -> None:
        """Time passes for the helpline, and its threads work."""
        self.wire._began += timedelta(**much)
        for _ in range(3):
            self.wire.work()

    def every_take(self) -> tuple[Take, ...]:
        """All takes, oldest first."""
        with reading(self.stage.parts.engine) as connection:
            found = connection.execute(select(takes.c.id).order_by(takes.c.id)).scalars().all()
            return tuple(take for each in found if (take := find_take(connection, each)))

    def waiting(self) -> list[str]:
        """The recordings that are still to be fetched."""
        with reading(self.stage.parts.engine) as connection:
            return [each.id for each in due_recordings(connection, self.stage.clock() + timedelta(days=9))]

    def take_role_away(self) -> None:
        with writing(self.stage.parts.engine) as connection:
            set_roles(connection, self.account.id, (Role.LISTENER,))

    def takes(self, prompt: str, language: str = "en") -> tuple[Take, ...]:
        return self.stage.parts.takes.of(prompt, language)

    def live(self, prompt: str, language: str = "en") -> str | None:
        """The file that callers hear instead of built speech."""
        return next((each.file for each in self.takes(prompt, language) if each.live), None)

    def goes_away(self) -> None:
        data = self.stage.parts.settings.data_dir
        (data / "helpline.db").rename(data / "helpline.away")

    def comes_back(self) -> None:
        data = self.stage.parts.settings.data_dir
        (data / "helpline.away").rename(data / "helpline.db")


def make_scene(
    folder: Path,
    audio: Path,
    database: Path,
    sounds: Mapping[str, bytes],
    roles: tuple[Role, ...] = (Role.RECORDER,),
) -> Scene:
    """The scene, before anybody rings."""
    prompts = _with_numbers(folder, audio)
    network = TownNetwork()
    stage = make_stage(
        folder, audio, database, people=(THANDI,), network=network, environ={"PROMPTS_DIR": str(prompts)}
    )
    at_once = open_takes(stage.parts.settings, stage.parts.engine, stage.clock)
    at_once.__class__ = TakesAtOnce
    dropped: list[str] = []
    studio = replace(stage.parts.studio, network=network, takes=at_once, drop=dropped.append)
    stage = Stage(replace(stage.parts, takes=at_once, studio=studio), stage.clock)
    account = keep_recorder(stage, roles)
    wire = RecordingWire(stage)
    town = harness.build_town(
        wire,
        AppShelf(stage),
        voice=Go(f"{PUBLIC}/voice"),
        status=Watch(f"{PUBLIC}/voice/status"),
        account=NetworkAccount(*stage.parts.account),
        impatient_queue=True,
    )
    town.switch.numbers[STUDIO_NUMBER] = Number(STUDIO_NUMBER, Go(f"{PUBLIC}/voice"), None, None)
    wire.town = network.town = town
    return Scene(stage, wire, town, network, account, sounds, dropped)


def keep_recorder(stage: Stage, roles: tuple[Role, ...]) -> Account:
    """An account with a PIN."""
    with writing(engine_for(stage.parts.settings.database_url)) as connection:
        account = add_account(connection, "Nomsa", "nomsa", roles, "en", stage.clock())
        set_pin(connection, account.id, hashed_secret(PIN))
    stage.background()
    return account


def _with_numbers(folder: Path, audio: Path) -> Path:
    copy = folder / "prompts"
    shutil.copytree(audio.parent / "prompts", copy)
    path = copy / "helpline.toml"
    text = path.read_text("utf-8")
    changed = text.replace('studio_number = ""', f'studio_number = "{STUDIO_NUMBER}"')
    assert changed != text
    path.write_text(changed, "utf-8")
    return copy


assert NUMBER == harness.HELPLINE

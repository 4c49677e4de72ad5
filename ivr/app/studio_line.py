"""The line on which staff record by phone, put together from the settings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from ivr.jobs.fetching import Network
from ivr.jobs.publication import Publication
from ivr.jobs.queue import Task
from ivr.jobs.studio_announcing import Announcing
from ivr.jobs.studio_deeds import StudioDeeds, may_record
from ivr.jobs.studio_prompts import Manifests, StudioPrompts
from ivr.jobs.studio_recordings import StudioRecordings
from ivr.journal.snapshot import Row, Snapshot
from ivr.settings import Settings
from ivr.sound.states import LiveTakes, by_prompt
from ivr.sound.takes import Takes
from ivr.storage.accounts import list_accounts
from ivr.storage.takes import take_from_row
from ivr.telephony.twilio.desk import World
from ivr.telephony.twilio.rest import RestError
from ivr.telephony.twilio.studio_line import StudioDesk
from ivr.telephony.twilio.urls import Urls

RECORDERS = "recorders"
TAKES = "takes"


def recorder_rows(connection: Connection) -> list[Row]:
    """For the snapshot: which accounts may record by phone."""
    return [{"account": each.id} for each in list_accounts(connection) if each.has_pin and may_record(each)]


class LiveNow:
    """The takes that callers hear, read anew only when the snapshot's rows are others."""

    def __init__(self, rows: Callable[[], Sequence[Row]]) -> None:
        self._rows = rows
        self._held: tuple[Sequence[Row], LiveTakes] = ((), {})

    def __call__(self) -> LiveTakes:
        """By (language, prompt)."""
        rows = self._rows()
        held, found = self._held
        if rows is not held:
            found = by_prompt(take_from_row(row) for row in rows)
            self._held = rows, found
        return found


@dataclass(frozen=True, slots=True)
class CodedSounds:
    """The sounds of prompts by the codes of their ids, where the network fetches them."""

    prompts: StudioPrompts
    audio_url: str

    def reading(self, code: str, language: str) -> str | None:
        """Built speech that says the words, in another language if need be."""
        prompt = self.prompts.coded(language, code)
        found = self.prompts.reading(language, prompt) if prompt else None
        return f"{self.audio_url}/{found[0]}/{found[1]}" if found else None

    def live(self, code: str, language: str) -> str | None:
        """The take that callers hear."""
        prompt = self.prompts.coded(language, code)
        file = self.prompts.live_file(language, prompt) if prompt else None
        return f"{self.audio_url}/{language}/{file}" if file else None

    def take(self, sound: str, language: str) -> str:
        """A take's master: its name is salted, so that nobody guesses it who was not told."""
        return f"{self.audio_url}/{language}/{sound}.wav"


@dataclass(frozen=True, slots=True)
class StudioParts:
    """What the line is made of.

    `network` has the recordings, `drop` has it forget one that can become nothing, `soon` wakes a task.
    """

    settings: Settings
    engine: Engine
    now: Callable[[], datetime]
    secret: bytes
    publication: Publication
    snapshot: Snapshot
    takes: Takes
    network: Network
    drop: Callable[[str], None]
    soon: Callable[[str], None]
    older: tuple[bytes, ...]

    def is_used(self) -> bool:
        """Whether two stars lead to the line: it is wanted, and somebody may record by phone; from memory."""
        wanted = self.publication.current().content.service.staff.studio_keys
        return wanted and bool(self.snapshot.current().rows(RECORDERS))

    def desk(self, world: Callable[[], World]) -> StudioDesk:
        """How the webhooks of the line see the world and act on it."""
        prompts = self._prompts()
        return StudioDesk(
            secret=self.secret,
            urls=Urls(self.settings.public_url),
            number=lambda: self.publication.current().content.service.staff.studio_number,
            now=self.now,
            world=world,
            deeds=StudioDeeds(
                self.engine, self.takes, prompts, self.recordings(), self._announcing(), self.drop
            ),
            sounds=CodedSounds(prompts, self.settings.audio_url),
            older=self.older,
        )

    def recordings(self) -> StudioRecordings:
        """The recordings on their way to be drafts."""
        return StudioRecordings(
            engine=self.engine,
            network=self.network,
            takes=self.takes,
            built=self._prompts().built,
            folder=self.settings.data_dir / "journal" / "studio",
            now=self.now,
            failures=(RestError,),
            soon=self.soon,
        )

    def tasks(self) -> tuple[Task, ...]:
        """What is to run: fetching what was recorded."""
        return self.recordings().tasks()

    def _prompts(self) -> StudioPrompts:
        live = LiveNow(lambda: self.snapshot.current().rows(TAKES))
        return StudioPrompts(self.publication.current, live, Manifests(self.settings.audio_dir))

    def _announcing(self) -> Announcing:
        return Announcing(self.engine, ZoneInfo(self.publication.current().content.helpline.zone))

"""Everything that runs in a web worker, made from the settings."""

import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from ivr.app.callbacks import CallBackParts, Promised
from ivr.app.check_calls import CheckParts
from ivr.app.daily import DailyParts
from ivr.app.number import number_watch
from ivr.app.recordings import Network
from ivr.app.retention import retention
from ivr.app.ringing import RingParts, calls_from, calls_of
from ivr.app.speech import speaking
from ivr.app.staff_line import PINS, StaffLineParts, pin_rows
from ivr.app.studio_line import RECORDERS, StudioParts, recorder_rows
from ivr.app.telling import TellingParts, Texting
from ivr.content.edits import edits_from_rows
from ivr.jobs.calendars import problem_rows, refreshing
from ivr.jobs.call_upkeep import upkeep
from ivr.jobs.check_calls import CheckCalls
from ivr.jobs.fetching import Fetching
from ivr.jobs.message_answers import MessageAnswers
from ivr.jobs.messages import Messages
from ivr.jobs.nuisance import Judge
from ivr.jobs.number_watch import NumberWatch
from ivr.jobs.publication import Publication
from ivr.jobs.queue import Tasks
from ivr.jobs.queue_wakes import Wakes
from ivr.jobs.readers import Readers
from ivr.jobs.retention import Retention
from ivr.jobs.ringing import Ringing
from ivr.jobs.self_test import SelfTest
from ivr.jobs.speaking import Speaking
from ivr.jobs.takes import FETCHING, fetching_takes, following
from ivr.journal.calls import CallJournal
from ivr.journal.keys import keys_of
from ivr.journal.live_takes import LiveTakeRows
from ivr.journal.promises import PromiseJournal
from ivr.journal.sealing import Sealing
from ivr.journal.snapshot import Loader, Snapshot
from ivr.settings import Settings
from ivr.sound.nearby import Nearby
from ivr.sound.store import Store
from ivr.sound.takes import Takes, open_takes
from ivr.storage.blocks import block_rows
from ivr.storage.edits import edit_rows
from ivr.storage.engine import engine_for
from ivr.telephony.exchange.account import local_account
from ivr.telephony.health import Figures
from ivr.telephony.twilio.rest import RestError

_LOG = logging.getLogger(__name__)
Now = Callable[[], datetime]
TAKES = "takes"
BLOCKS = "blocks"
CALENDARS = "calendars"
EDITS = "edits"
LOOK_EVERY = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that runs in a web worker."""

    settings: Settings
    engine: Engine
    now: Now
    account: tuple[str, str]
    snapshot: Snapshot
    publication: Publication
    journal: PromiseJournal
    calls: CallJournal
    messages: Messages
    fetching: Fetching
    tasks: Tasks
    figures: Figures
    judge: Judge
    ringing: Ringing
    promised: Promised
    line: StaffLineParts
    studio: StudioParts
    checks: CheckCalls
    self_test: SelfTest
    number: NumberWatch | None
    takes: Takes
    speaking: Speaking
    retention: Retention
    secret: bytes = field(repr=False)
    older: tuple[bytes, ...] = field(repr=False)
    stopping: Event

    def start(self, *, worker: bool = True) -> None:
        """Load what callers are served from, then keep it new in the background.

        With `worker`, do later work here too; without, another process does it: `ivr worker`.
        """
        self.snapshot.start()
        self.publication.refresh()
        self.journal.start()
        self.calls.start()
        self.tasks.start(worker=worker)
        self.ringing.start()
        Thread(target=self._keep_published, name="publication", daemon=True).start()

    def stop(self) -> None:
        """End the background threads."""
        self.stopping.set()
        for each in (self.ringing, self.tasks, self.journal, self.calls, self.snapshot):
            each.stop()

    def _keep_published(self) -> None:
        while not self.stopping.wait(LOOK_EVERY):
            try:
                self.publication.refresh()
            except Exception:  # noqa: BLE001 (callers go on hearing the last, and the next look may do)
                _LOG.exception("What callers hear could not be made new")


def build(
    settings: Settings, now: Now, pool: Executor | None = None, readers: Readers | None = None
) -> Parts:
    """The parts, nothing running; ContentError or StorageError if they cannot be made at all.

    `pool` is where the network is asked to ring phones, by default threads of its own; `readers` may have
    read the content before.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = engine_for(settings.database_url)
    last = settings.data_dir / "content"
    publication = Publication(settings.prompts_dir, settings.audio_dir, tuple, last, readers)
    zone = ZoneInfo(publication.current().content.helpline.zone)
    snapshot = Snapshot(engine, settings.data_dir / "snapshot.json", zone, now, _loaders(now))
    takes = open_takes(settings, engine, now)
    tasks = Tasks(Wakes(settings.database_url, settings.data_dir))
    nearby = Nearby(takes.files, lambda: tasks.soon(FETCHING))
    publication.hear(
        lambda: nearby.of(snapshot.current().rows(TAKES)),
        lambda: edits_from_rows(snapshot.current().rows(EDITS)),
    )
    secret, *older = keys_of(settings)
    messages = messages_of(settings, takes.files.far, engine, now, (secret, *older))
    account = account_of(settings)
    network = Network(settings, account)
    fetching = Fetching(engine, network, messages, now, (RestError,), tasks.soon)
    telling = TellingParts(settings, engine, now, publication, snapshot, account)
    for each in (*fetching.tasks(), *telling.tasks()):
        tasks.add(each)
    ring = RingParts(
        settings, engine, now, secret, publication, snapshot, lambda: calls_of(settings, account)
    )
    spoken = speaking(settings, publication, now, takes.files.far)
    tasks.add(spoken.task())
    tasks.add(ring.purging())
    tasks.add(refreshing(engine, now, zone))
    tasks.add(upkeep(engine, now, zone))
    ringing, sealing = ring.ringing(pool), Sealing(secret, *older)
    daily = DailyParts(settings, engine, now, publication, lambda own: calls_from(settings, account, own))
    test = daily.self_test()
    promised = CallBackParts(settings, engine, now, sealing, publication, snapshot, ring.calls).promised(
        ringing
    )
    texting = Texting(settings, account)
    shared = (settings, engine, now, secret, publication, snapshot)
    line = StaffLineParts(*shared, texting.send_sms, tasks.soon, tuple(older))
    studio = StudioParts(*shared, takes, network, fetching.drop, tasks.soon, tuple(older))
    kept = retention(settings, engine, now, publication, messages, takes, network, tasks.soon)
    for each in (
        *kept.tasks(),
        *promised.tasks(),
        *daily.tasks(test),
        line.task(),
        *studio.tasks(),
        *following(takes),
        fetching_takes(nearby),
    ):
        tasks.add(each)
    return Parts(
        settings=settings,
        engine=engine,
        now=now,
        account=account,
        snapshot=snapshot,
        publication=publication,
        journal=PromiseJournal(engine, settings.data_dir / "journal", sealing),
        calls=CallJournal(engine, settings.data_dir / "journal" / "calls", zone),
        messages=messages,
        fetching=fetching,
        tasks=tasks,
        figures=Figures(),
        judge=Judge(
            secret,
            lambda: snapshot.current().rows(BLOCKS),
            lambda: publication.current().content.service.nuisance,
            now,
            tuple(older),
        ),
        ringing=ringing,
        promised=promised,
        line=line,
        studio=studio,
        self_test=test,
        checks=CheckParts(settings, engine, now, secret, publication, snapshot, ring.calls).checks(pool),
        number=number_watch(settings, now),
        takes=takes,
        speaking=spoken,
        retention=kept,
        secret=secret,
        older=tuple(older),
        stopping=Event(),
    )


def _loaders(now: Now) -> dict[str, Loader]:
    """What the snapshot carries beside the roster."""
    return {
        TAKES: LiveTakeRows(),
        BLOCKS: block_rows,
        CALENDARS: problem_rows,
        PINS: pin_rows,
        RECORDERS: recorder_rows,
        EDITS: lambda connection: edit_rows(connection, now()),
    }


def messages_of(
    settings: Settings, far: Store | None, engine: Engine, now: Now, keys: tuple[bytes, ...]
) -> Messages:
    """Callers' recordings, on this disk and in the store of takes, if machines share one."""
    answers = MessageAnswers(engine, now) if far else None
    return Messages(settings.data_dir / "messages", keys[0], now, keys[1:], far, answers)


def account_of(settings: Settings) -> tuple[str, str]:
    """The account's id and token: the settings', or our own exchange's."""
    if not settings.exchange_mode:
        return settings.account_sid, settings.auth_token
    account = local_account(settings.data_dir)
    return account.sid, account.token

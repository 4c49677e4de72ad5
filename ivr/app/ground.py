"""What every part of the helpline stands on, made from the settings; nothing runs yet."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from ivr.app.staff_line import PINS, pin_rows
from ivr.app.studio_line import RECORDERS, TAKES, recorder_rows
from ivr.jobs.calendars import problem_rows
from ivr.jobs.publication import Publication
from ivr.jobs.queue import Tasks
from ivr.jobs.queue_wakes import Wakes
from ivr.jobs.readers import Readers
from ivr.jobs.takes import FETCHING
from ivr.journal.edited_words import EditRows, EditsNow
from ivr.journal.keys import keys_of
from ivr.journal.live_takes import LiveTakeRows
from ivr.journal.snapshot import Loader, Snapshot
from ivr.settings import Settings
from ivr.sound.nearby import Nearby
from ivr.sound.takes import Takes, open_takes
from ivr.storage.blocks import block_rows
from ivr.storage.engine import engine_for
from ivr.storage.purges import purge_rows
from ivr.telephony.exchange.account import local_account

Now = Callable[[], datetime]
BLOCKS = "blocks"
CALENDARS = "calendars"
EDITS = "edits"
PURGES = "purges"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Settings, storage, what callers are served from, takes, and later work.

    `account` is the id and token at the network; `secret` is today's key, `older` those before it.
    """

    settings: Settings
    engine: Engine
    now: Now
    account: tuple[str, str]
    snapshot: Snapshot
    publication: Publication
    takes: Takes
    nearby: Nearby
    tasks: Tasks
    secret: bytes = field(repr=False)
    older: tuple[bytes, ...] = field(repr=False)

    @property
    def zone(self) -> ZoneInfo:
        """The helpline's own."""
        return ZoneInfo(self.publication.current().content.helpline.zone)


def lay(settings: Settings, now: Now, readers: Readers | None = None, *, looking: bool = False) -> Ground:
    """The ground, and the folder for it; ContentError or StorageError if it cannot be laid at all.

    `readers` may have read the content before. For mere `looking` nothing is made, kept or changed.
    """
    if not looking:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = engine_for(settings.database_url, settings.data_dir, looking=looking)
    last = settings.data_dir / "content"
    publication = Publication(settings.prompts_dir, settings.audio_dir, tuple, last, readers, looking=looking)
    zone = ZoneInfo(publication.current().content.helpline.zone)
    kept = settings.data_dir / "snapshot.json"
    snapshot = Snapshot(engine, kept, zone, now, _loaders(now), looking=looking)
    takes = open_takes(settings, engine, now)
    tasks = Tasks(Wakes(settings.database_url, settings.data_dir))
    secret, *older = keys_of(settings, looking=looking)
    return Ground(
        settings=settings,
        engine=engine,
        now=now,
        account=account_of(settings, looking=looking),
        snapshot=snapshot,
        publication=publication,
        takes=takes,
        nearby=_heard(publication, snapshot, takes, tasks),
        tasks=tasks,
        secret=secret,
        older=tuple(older),
    )


def account_of(settings: Settings, *, looking: bool = False) -> tuple[str, str]:
    """The account's id and token: the settings', or our own exchange's."""
    if not settings.exchange_mode:
        return settings.account_sid, settings.auth_token
    account = local_account(settings.data_dir, looking=looking)
    return account.sid, account.token


def _heard(publication: Publication, snapshot: Snapshot, takes: Takes, tasks: Tasks) -> Nearby:
    """Have callers hear the takes and edits of the snapshot; what fetches takes that are not on this disk."""
    nearby = Nearby(takes.files, lambda: tasks.soon(FETCHING))
    publication.hear(
        lambda: nearby.of(snapshot.current().rows(TAKES)),
        EditsNow(lambda: snapshot.current().rows(EDITS)),
    )
    return nearby


def _loaders(now: Now) -> dict[str, Loader]:
    """What the snapshot carries beside the roster."""
    return {
        TAKES: LiveTakeRows(),
        BLOCKS: block_rows,
        CALENDARS: problem_rows,
        PINS: pin_rows,
        RECORDERS: recorder_rows,
        EDITS: EditRows(now),
        PURGES: purge_rows,
    }

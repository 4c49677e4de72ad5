"""A helpline that has something to lose: promises, a recording, an announcement, counsellors with shifts."""

from collections.abc import Mapping
from datetime import timedelta

from ivr.journal.sealing import Sealing
from ivr.storage.announcements import add_announcement
from ivr.storage.callbacks import CallBack, store_callback
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import reading, writing
from ivr.storage.promises import Message, fetched, store_message
from ivr.storage.shifts import list_shifts
from tests.app.people import SIPHO, THANDI, keep_people
from tests.calls.harness import silence_wav
from tests.console.staging import ConsoleStage

RECORDING = "RE" + "a" * 32
RUNG = "+27823334455"


def furnish(stage: ConsoleStage) -> Mapping[str, tuple[str, ...]]:
    """Put it all there; what pages call them by, for guesses that hit."""
    settings, at = stage.stage.parts.settings, stage.clock()
    keep_people(settings, (THANDI, SIPHO))
    folder = settings.data_dir / "messages"
    folder.mkdir(exist_ok=True)
    (folder / f"{RECORDING}.wav").write_bytes(silence_wav(0.5))
    sealed = Sealing(stage.stage.parts.secret).seal(RUNG)
    with writing(stage.engine) as connection:
        store_message(connection, Message("CA1", RECORDING, 9, "zu", 1, at))
        fetched(connection, RECORDING, f"{RECORDING}.wav", at)
        store_callback(connection, CallBack("CA2", sealed, RUNG[-3:], "en", "evening", 1, at))
        add_announcement(connection, "Closed", at, at + timedelta(days=1), {"en": "Closed today"}, "Ann", at)
    stage.stage.background()
    with reading(stage.engine) as connection:
        keys = tuple(each.key for each in list_counsellors(connection))
        uids = tuple(each.uid for each in list_shifts(connection))
    return {"key": keys, "person": keys, "uid": uids, "at": ("2026-01-05T00:00:00+00:00",)}

"""Promises on a stage, and what staff press on their page."""

import re
from datetime import timedelta

from ivr.journal.sealing import Sealing
from ivr.storage.callbacks import CallBack, store_callback
from ivr.storage.engine import reading, writing
from ivr.storage.promise_states import take
from ivr.storage.promises import Message, fetched, list_promises, store_message
from tests.calls.harness import silence_wav
from tests.console.staging import ConsoleStage, Visitor

RECORDING = "RE" + "a" * 32
NUMBER = "+27823334455"
SOUND = silence_wav(0.5)


def leave_message(stage: ConsoleStage, call: str = "CA1", recording: str = RECORDING) -> None:
    """A message that has been fetched."""
    folder = stage.stage.parts.settings.data_dir / "messages"
    folder.mkdir(exist_ok=True)
    (folder / f"{recording}.wav").write_bytes(SOUND)
    with writing(stage.engine) as connection:
        store_message(connection, Message(call, recording, 9, "zu", 1, stage.clock()))
        fetched(connection, recording, f"{recording}.wav", stage.clock())


def ask_to_be_rung(stage: ConsoleStage, call: str = "CA2") -> None:
    sealed = Sealing(stage.stage.parts.secret).seal(NUMBER)
    asked = CallBack(call, sealed, NUMBER[-3:], "en", "evening", 1, stage.clock())
    with writing(stage.engine) as connection:
        store_callback(connection, asked)


def state(stage: ConsoleStage, promise: int = 1) -> str:
    with reading(stage.engine) as connection:
        return next(each.state for each in list_promises(connection) if each.id == promise)


def told(page: str) -> list[str]:
    """What a page says was done."""
    return re.findall(r'<p class="told [a-z]+" role="status">([^<]+)', page)


def press(visitor: Visitor, deed: str, promise: int = 1, **fields: str) -> str:
    """The page after a button."""
    answer = visitor.post(f"/staff/promises/{promise}/{deed}", **fields)
    return visitor.get(answer.headers["Location"]).text if answer.status_code == 303 else answer.text


def take_by_phone(stage: ConsoleStage, person: str, promise: int = 1) -> None:
    until = stage.clock() + timedelta(minutes=30)
    with writing(stage.engine) as connection:
        assert take(connection, promise, stage.clock(), until, person)


def seen_on(page: str) -> str:
    """What the button of a page says that was seen."""
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found, page
    return found[1]

"""Started again with a new secret before the old one, the helpline knows everything that it knew."""

from datetime import timedelta
from pathlib import Path

import pytest

from ivr.flow.helpline import Welcome
from ivr.privacy import hashed
from ivr.storage.blocks import block
from ivr.storage.callback_work import find_work
from ivr.storage.engine import engine_for, reading, writing
from ivr.telephony.twilio.sealed_state import SealBrokenError, seal, unseal
from tests.app.stage import CALL, Stage, make_stage, recording

CALLER = "+27821112233"


@pytest.fixture
def before(tmp_path: Path, audio: Path, database: Path) -> Stage:
    return make_stage(tmp_path, audio, database, environ={"SECRET_KEY": "old"})


def after(tmp_path: Path, audio: Path, keys: str = "new|old") -> Stage:
    stage = make_stage(tmp_path, audio, environ={"SECRET_KEY": keys})
    stage.parts.snapshot.refresh()
    return stage


def test_a_blocked_caller_stays_blocked(before: Stage, tmp_path: Path, audio: Path) -> None:
    at = before.clock()
    with writing(engine_for(before.parts.settings.database_url)) as connection:
        block(connection, hashed(b"old", CALLER), "rude", at + timedelta(days=1), at)
    found = [after(tmp_path, audio, each).parts.judge.of(CALLER) for each in ("new|old", "new")]

    assert [Welcome.BLOCKED, Welcome.FREE] == found


def test_a_promised_call_back_can_still_be_made(before: Stage, tmp_path: Path, audio: Path) -> None:
    before.parts.journal.keep_callback(CALL, CALLER, "en", "now", 1, before.clock())
    parts = after(tmp_path, audio).parts
    with reading(engine_for(parts.settings.database_url)) as connection:
        work = find_work(connection, 1)
    claimed = parts.promised.callbacks.takes(1, "CA1", "k1")

    assert work is not None
    assert CALLER == claimed


def test_a_caller_who_listens_to_their_message_hears_it(before: Stage, tmp_path: Path, audio: Path) -> None:
    before.parts.messages.keep(recording(1), b"RIFF")
    token = before.parts.messages.token(recording(1))
    found = after(tmp_path, audio).parts.messages.heard(token)

    assert found is not None


def test_a_call_on_the_staffs_lines_goes_on() -> None:
    state = seal(b"old", CALL, "en", "state")

    assert "state" == unseal(b"new", CALL, "en", state, (b"old",))
    with pytest.raises(SealBrokenError):
        unseal(b"new", CALL, "en", state)

"""A database that is away for an hour, and a clock that jumps, with time passing as it is told to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import Engine

from ivr.flow.call_note import ENDED, CallWord
from ivr.storage.engine import engine_for
from tests.app.people import MIDNIGHT, NOON, SIPHO, THANDI
from tests.app.stage import Stage, make_stage, recording
from tests.faults.stored import counted, events, promised

MINUTES = 60
EARLY = replace(THANDI, end=NOON + timedelta(minutes=30))
LATE = replace(SIPHO, start=NOON + timedelta(minutes=30))


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    return make_stage(tmp_path, audio, database, people=(EARLY, LATE), queue=False)


@pytest.fixture
def engine(stage: Stage) -> Iterator[Engine]:
    found = engine_for(stage.parts.settings.database_url)
    yield found
    found.dispose()


def rung(stage: Stage, call: str) -> list[str]:
    """The phones that ring for somebody whose number is withheld."""
    document = stage.document("/voice/en/g/l", CallSid=call, Digits="0", From="anonymous")
    return [each.text or "" for each in document.iter("Number")]


def minute(stage: Stage, number: int) -> tuple[list[str], list[str]]:
    """One caller asks for somebody, another leaves a message: whom the first rings, what the second hears."""
    stage.clock.passes(minutes=1)
    stage.parts.snapshot.refresh()
    stage.parts.calls.write()
    stage.post("/voice", CallSid=f"CA1{number:031x}", From="anonymous")
    fields = {
        "RecordingSid": recording(number),
        "RecordingDuration": "12",
        "Digits": "#",
        "From": "anonymous",
    }
    kept = stage.document("/voice/en/r/v.tl", CallSid=f"CA2{number:031x}", **fields)
    stage.post("/voice/status", CallSid=f"CA1{number:031x}", CallStatus="completed")
    return rung(stage, f"CA3{number:031x}"), stage.heard(kept)


def test_in_an_hour_without_it_shifts_change_and_nothing_is_lost(stage: Stage, engine: Engine) -> None:
    file = stage.parts.settings.data_dir / "helpline.db"
    stage.background()
    file.rename(file.with_suffix(".away"))
    heard = [minute(stage, number) for number in range(MINUTES)]
    file.with_suffix(".away").rename(file)
    stage.parts.calls.drain()
    stage.background()

    assert [[EARLY.phone]] * 29 + [[LATE.phone]] * 31 == [who for who, _ in heard]
    assert {("message.moment",)} == {tuple(said) for _, said in heard}
    assert sorted(f"CA2{number:031x}" for number in range(MINUTES)) == promised(engine)
    assert (3 * MINUTES, MINUTES) == counted(engine)


@pytest.mark.parametrize("jump", [timedelta(days=-3650), timedelta(days=-40), timedelta(hours=-2)], ids=str)
def test_a_clock_that_was_ahead_and_is_put_right_leaves_those_on_duty(
    tmp_path: Path, audio: Path, database: Path, jump: timedelta
) -> None:
    stage = make_stage(tmp_path, audio, database, people=(THANDI,), queue=False)
    stage.clock.at = NOON - jump
    stage.parts.snapshot.load()
    stage.parts.publication.refresh()
    wrong = stage.document("/voice/en/g/l", CallSid="CA1", Digits="0")
    stage.clock.at = NOON
    stage.background()

    assert len(wrong)
    assert [THANDI.phone] == rung(stage, "CA2")


def test_a_clock_that_was_at_the_beginning_of_time_and_is_put_right_leaves_those_on_duty(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    stage = make_stage(tmp_path, audio, database, people=(THANDI,), queue=False)
    stage.clock.at = MIDNIGHT.replace(year=1970)
    stage.parts.snapshot.load()
    stage.document("/voice/en/g/l", CallSid="CA1", Digits="0")
    stage.clock.at = NOON
    stage.background()

    assert [THANDI.phone] == rung(stage, "CA2")


def test_the_notes_of_a_busy_hour_follow_in_twenty_seconds_and_are_counted_once(
    stage: Stage, engine: Engine
) -> None:
    calls = 5_000  # notes, more than one a second for an hour
    for number in range(calls):
        stage.parts.calls.note(CallWord(f"CA{number:032x}", ENDED, NOON + timedelta(seconds=number % 3600)))
    stage.parts.calls.write()
    begun, goes = monotonic(), 1
    while stage.parts.calls.store():  # the thread does this once a second
        goes += 1
    longest = (monotonic() - begun) / goes
    stage.parts.calls.drain()

    assert (calls, calls) == (counted(engine)[0], events(engine))
    assert goes <= 21
    assert longest < 1.0

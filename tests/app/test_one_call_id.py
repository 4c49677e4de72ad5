"""Whatever is logged on the way of a call, by webhooks, jobs and REST calls, names the caller's call."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ivr.jobs.in_time import InTime
from ivr.logs import TextFormatter, about, call_now
from ivr.privacy import LINE
from ivr.storage.studio_recordings import StudioRecording
from ivr.telephony.twilio.rest import UnreachableError
from tests.app.people import SIPHO, THANDI
from tests.app.stage import CALL, NUMBER, NothingThere, Stage, make_stage, recording

QUEUE = "QU" + "5" * 32


class Lines(logging.Handler):
    """Keeps each line as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(TextFormatter(f"{LINE}%(call)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def about(self, words: str) -> list[str]:
        """The call that each line with these words names."""
        return [line.rpartition("[")[2].rstrip("]") for line in self.lines if words in line]


@pytest.fixture
def log() -> Iterator[Lines]:
    ours, lines = logging.getLogger("ivr"), Lines()
    before = ours.level
    ours.setLevel(logging.INFO)
    ours.addHandler(lines)
    yield lines
    ours.removeHandler(lines)
    ours.setLevel(before)


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    return make_stage(tmp_path, audio, database, people=(THANDI, SIPHO))


def enters(stage: Stage) -> ET.Element:
    """The first wait document of a caller who has pressed 0."""
    found = stage.document("/voice/en/g/l", Digits="0").find("Enqueue")
    assert found is not None
    document = stage.document(found.attrib["waitUrl"], QueueSid=QUEUE, QueueTime="0")
    stage.background()
    return document


def test_a_webhook_is_logged_with_its_call_and_how_long_it_took(stage: Stage, log: Lines) -> None:
    stage.post("/voice")

    assert [CALL] == log.about("/voice: 200 in ")


def test_a_leg_that_dial_has_made_is_about_its_caller(stage: Stage, log: Lines) -> None:
    stage.post("/voice/en/a/l", CallSid="CA" + "7" * 32, ParentCallSid=CALL)

    assert {CALL} == set(log.about("/voice/en/a/l"))


def test_a_counsellor_s_leg_and_the_ringing_of_it_are_about_the_caller(stage: Stage, log: Lines) -> None:
    enters(stage)
    placed = stage.rest.placed[0]
    told = {"CallSid": placed.sid, "From": NUMBER, "To": placed.to}
    stage.post(placed.url, **told)
    stage.post(placed.status_url, CallStatus="ringing", **told)

    assert {CALL} == set(log.about("/voice/en/"))


def test_a_phone_that_cannot_be_rung_is_about_the_caller_for_whom_it_was(stage: Stage, log: Lines) -> None:
    stage.rest.fails[""] = UnreachableError("no answer")
    enters(stage)

    assert {CALL} == set(log.about("No phone could be rung"))


def test_a_recording_that_is_not_there_is_about_the_call_it_was_left_in(stage: Stage, log: Lines) -> None:
    stage.parts.fetching._failures = (OSError,)
    stage.document("/voice/af/r/v.tl", RecordingSid=recording(1), RecordingDuration="9", Digits="#")
    stage.background()

    assert {CALL} == set(log.about("A recording is not here yet"))


def test_a_recording_of_staff_that_is_not_there_is_about_the_call_in_which_it_was_made(
    stage: Stage, log: Lines
) -> None:
    made = StudioRecording(recording(2), 1, "Nomsa", "en", {}, stage.clock(), call=CALL)
    studio = replace(stage.parts.studio.recordings(), network=NothingThere(), failures=(OSError,))
    studio.keep(made)
    studio.work()

    assert {CALL} == set(log.about("A recording of staff is not here yet"))


def test_one_that_was_kept_on_disk_is_about_it_too(stage: Stage, log: Lines) -> None:
    studio = stage.parts.studio.recordings()
    studio._note(StudioRecording(recording(2), 1, "Nomsa", "en", {}, stage.clock(), call=CALL))
    studio.bring()
    replace(studio, network=NothingThere(), failures=(OSError,)).work()

    assert {CALL} == set(log.about("A recording of staff is not here yet"))


def test_a_file_of_one_that_nobody_can_read_holds_no_other_up(stage: Stage, log: Lines) -> None:
    studio = stage.parts.studio.recordings()
    made = StudioRecording(recording(2), 1, "Nomsa", "en", {}, stage.clock(), call=CALL)
    studio._note(made)
    (studio.folder / f"{recording(1)}.json").write_text("{")
    for _ in range(2):
        studio.bring()

    assert studio.find(made.id)
    assert 1 == len(log.about("cannot be read"))
    assert [f"{recording(1)}.refused"] == [each.name for each in studio.folder.iterdir()]


def test_a_question_that_is_asked_on_another_thread_is_about_the_call_of_whoever_asks() -> None:
    with about(CALL):
        assert CALL == InTime(1).ask(call_now, 5)
    assert "" == InTime(1).ask(call_now, 5)

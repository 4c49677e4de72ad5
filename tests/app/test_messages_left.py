"""A caller's message from the webhook to the list of promises, through the whole application."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ivr.cli import main
from tests.app.people import THANDI
from tests.app.stage import CALL, Stage, action, make_stage, onward, parsed, recording
from tests.calls.harness import silence_wav

SOUND = silence_wav(1)
AWAY = "postgresql://ivr@127.0.0.1:1/ivr"


class Provider:
    """Has what is put there, and no more once it is deleted."""

    def __init__(self) -> None:
        self.there: dict[str, bytes] = {}

    def fetch(self, recording: str) -> bytes:
        return self.there[recording]

    def delete(self, recording: str) -> None:
        self.there.pop(recording, None)


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path, provider: Provider) -> Stage:
    return make_stage(tmp_path, audio, database, network=provider)


def at_the_tone(stage: Stage) -> ET.Element:
    """The document that records a caller who has chosen Afrikaans, with nobody on duty."""
    closed = stage.document("/voice/af/g/l", Digits="0")
    return stage.document(action(closed), Digits="1")


def speaks(stage: Stage, document: ET.Element, number: int = 1, **fields: str) -> ET.Element:
    told = {"RecordingSid": recording(number), "RecordingDuration": "12", "Digits": "#", **fields}
    return stage.document(action(document), **told)


def listed(stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[object]:
    """What `ivr promises --json` prints, as kind, state, language and seconds."""
    monkeypatch.setenv("DATA_DIR", str(stage.parts.settings.data_dir))
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(["promises", "--json"])
    rows = json.loads(capsys.readouterr().out)
    return [(each["kind"], each["state"], each["language"], each["seconds"]) for each in rows]


def test_a_message_is_listed_before_the_caller_is_told_anything(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    speaks(stage, at_the_tone(stage))

    assert [("message", "open", "af", 12)] == listed(stage, monkeypatch, capsys)


def test_however_often_it_is_told_or_recorded_again_it_is_one_promise(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], provider: Provider
) -> None:
    tone = at_the_tone(stage)
    first = [ET.tostring(speaks(stage, tone)) for _ in range(3)]
    provider.there[recording(1)] = SOUND
    stage.background()
    review = stage.document(onward(ET.fromstring(first[0])))  # noqa: S314 (our own)
    again = stage.document(action(review), Digits="2")
    speaks(stage, again, number=2, RecordingDuration="30")

    assert 1 == len(set(first))
    assert [("message", "open", "af", 30)] == listed(stage, monkeypatch, capsys)


def test_hanging_up_after_two_seconds_leaves_the_message(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    speaks(stage, at_the_tone(stage), RecordingDuration="2", Digits="hangup")

    assert [("message", "open", "af", 2)] == listed(stage, monkeypatch, capsys)


def test_the_caller_hears_their_own_message_and_is_thanked_when_they_keep_it(
    stage: Stage, provider: Provider
) -> None:
    moment = speaks(stage, at_the_tone(stage))
    provider.there[recording(1)] = SOUND
    stage.background()

    review = stage.document(onward(moment))
    heard = next(each.text or "" for each in review.iter("Play") if "/heard/" in (each.text or ""))

    assert ["message.listen", "recording", "message.keep", "message.again"] == stage.heard(review)
    assert (200, SOUND) == stage.get(heard)[:2]
    assert "message.kept" == stage.heard(stage.document(action(review), Digits="1"))[0]


def test_a_recording_that_does_not_come_is_kept_unheard_within_fifteen_seconds(stage: Stage) -> None:
    document = speaks(stage, at_the_tone(stage))
    waited = 0
    while document.find("Gather") is None:
        waited += sum(int(each.attrib["length"]) for each in document.iter("Pause"))
        document = stage.document(onward(document))

    assert 13 <= waited <= 15
    assert "message.unheard" == stage.heard(document)[0]


def test_a_repeated_wait_is_answered_as_before_although_the_recording_has_come(
    stage: Stage, provider: Provider
) -> None:
    waiting = onward(speaks(stage, at_the_tone(stage)))
    before = stage.post(waiting).text
    provider.there[recording(1)] = SOUND
    stage.clock.passes(seconds=2)
    stage.background()

    assert before == stage.post(waiting).text
    assert "message.listen" == stage.heard(stage.document(onward(parsed(stage.post(waiting)))))[0]


def test_without_the_database_the_message_is_safe_on_disk_and_listed_once_it_is_back(
    tmp_path: Path,
    audio: Path,
    database: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    away = make_stage(tmp_path, audio, environ={"DATABASE_URL": AWAY})
    said = away.heard(speaks(away, at_the_tone(away)))

    back = make_stage(tmp_path, audio, database)
    back.parts.journal.drain()

    assert ["message.moment"] == said
    assert [("message", "open", "af", 12)] == listed(back, monkeypatch, capsys)


def test_without_database_and_disk_nobody_is_thanked_and_a_person_is_sought(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    make_stage(tmp_path, audio, database, people=(THANDI,))
    stage = make_stage(tmp_path, audio, environ={"DATABASE_URL": AWAY})
    (stage.parts.settings.data_dir / "journal").write_text("a file where a folder should be")

    document = stage.document("/voice/af/r/v.tl", RecordingSid=recording(1), RecordingDuration="12")

    assert ["message.lost", "ring.looking"] == stage.heard(document)
    assert [THANDI.phone] == [each.text for each in document.iter("Number")]


def test_a_second_message_after_the_first_was_kept_is_a_promise_of_its_own(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], provider: Provider
) -> None:
    moment = speaks(stage, at_the_tone(stage))
    provider.there[recording(1)] = provider.there[recording(2)] = SOUND
    stage.background()
    kept = stage.document(action(stage.document(onward(moment))), Digits="1")
    closed = stage.document(action(kept), Digits="0")
    tone = stage.document(action(closed), Digits="1")
    first = [ET.tostring(speaks(stage, tone, number=2, RecordingDuration="30")) for _ in range(2)]
    stage.background()

    assert 1 == len(set(first))
    assert [12, 30] == sorted(row[3] for row in listed(stage, monkeypatch, capsys))
    assert {f"{recording(1)}.wav", f"{recording(2)}.wav"} == {
        each.name for each in (stage.parts.settings.data_dir / "messages").glob("*.wav")
    }


def test_messages_of_two_calls_are_two_promises(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tone = at_the_tone(stage)
    speaks(stage, tone)
    speaks(stage, tone, number=2, CallSid=CALL[:-1] + "2")

    assert 2 == len(listed(stage, monkeypatch, capsys))

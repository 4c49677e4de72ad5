"""Recording a prompt in the browser: checked, kept as a draft, accepted, gone back from."""

from pathlib import Path

import pytest

from ivr.sound.live import TAKE
from ivr.sound.manifest import manifest_path, read_manifest, write_manifest
from ivr.storage.accounts import Role
from ivr.storage.audit import Wanted, entries
from ivr.storage.engine import reading
from ivr.storage.takes import Take
from tests.console.staging import ConsoleStage, Visitor, console_stage
from tests.console.voice import upload, voice

WELCOME = "/staff/studio/en/welcome"
READ = "Welcome to Themba: your call is confidential."
WORDS = "Welcome to Themba. Your call is confidential."


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database)


@pytest.fixture
def recorder(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.RECORDER, name="Thandi")


def takes(stage: ConsoleStage) -> tuple[Take, ...]:
    return stage.stage.parts.takes.of("welcome", "en")


def record(recorder: Visitor, words: str = WORDS, **fields: str) -> str:
    answer = recorder.post(f"{WELCOME}/takes", recording=upload(voice(words)), source="browser", **fields)
    assert 303 == answer.status_code
    return str(answer.headers["Location"])


def heard(stage: ConsoleStage) -> str:
    """The file that callers hear for the welcome."""
    stage.stage.background()
    sound = stage.stage.parts.publication.current().sounds.find("welcome", "en")
    return sound.file if sound and sound.source == TAKE else ""


def test_a_recording_is_a_draft_that_callers_do_not_hear(stage: ConsoleStage, recorder: Visitor) -> None:
    assert WELCOME == record(recorder)

    (draft,) = takes(stage)
    assert ("draft", "browser", "Thandi") == (draft.state, draft.source, draft.made_by)
    assert "" == heard(stage)
    assert "Waits for you" in recorder.get(WELCOME).text


def test_an_accepted_recording_is_what_callers_hear_and_can_be_gone_back_from(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    record(recorder)
    record(recorder, "Welcome to Themba. Your call is confidential, always.")
    second, first = takes(stage)
    recorder.post(f"{WELCOME}/takes/{first.id}/accept")
    assert first.file == heard(stage)
    recorder.post(f"{WELCOME}/takes/{second.id}/accept")
    assert second.file == heard(stage)

    recorder.post(f"{WELCOME}/takes/back")
    assert first.file == heard(stage)
    recorder.post(f"{WELCOME}/takes/withdraw")
    assert "" == heard(stage)
    recorder.post(f"{WELCOME}/takes/{second.id}/discard")
    assert [first.id] == [take.id for take in takes(stage)]


@pytest.mark.parametrize(
    ("page", "query"),
    [(WELCOME, {}), ("/staff/studio/en/session", {"what": "all", "at": "welcome"})],
    ids=["prompt", "session"],
)
def test_a_page_says_with_a_recording_what_was_read_from_it(
    recorder: Visitor, page: str, query: dict[str, str]
) -> None:
    shown = recorder.get(page, **query).text

    assert f'name="read" value="{READ}"' in shown


def test_a_recording_of_words_that_a_colleague_has_changed_meanwhile_is_of_the_old_ones(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    colleague = stage.signed_in(Role.RECORDER, name="Sipho")
    colleague.post(f"{WELCOME}/words", text="Good day. You have reached Themba.")
    record(recorder, read=READ)
    recorder.post(f"{WELCOME}/takes/{takes(stage)[0].id}/accept")
    stage.stage.background()

    assert READ == takes(stage)[0].text
    assert "<strong>other words</strong>" in recorder.get(WELCOME).text


def test_a_recording_that_names_a_key_which_was_changed_meanwhile_is_never_played(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    place = "/staff/studio/en/main.overdose"
    said = stage.stage.parts.publication.current().content.prompt("en", "main.overdose")
    assert said is not None
    old = said.text.replace("one", "five")
    recorder.post(f"{place}/takes", recording=upload(voice(old)), read=old, values="key=5")
    (draft,) = stage.stage.parts.takes.of("main.overdose", "en")
    recorder.post(f"{place}/takes/{draft.id}/accept")
    stage.stage.background()

    sound = stage.stage.parts.publication.current().sounds.find("main.overdose", "en")
    assert sound is not None
    assert TAKE != sound.source


def test_what_staff_do_with_takes_is_in_the_audit_log_under_their_name(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    record(recorder)
    recorder.post(f"{WELCOME}/takes/{takes(stage)[0].id}/accept")

    with reading(stage.engine) as connection:
        noted = [(each.by, each.action, each.way) for each in entries(connection, Wanted())]
    assert ("Thandi", "take accepted", "console") in noted


def test_a_recording_that_cannot_be_used_is_no_take_and_says_why(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    recorder.post(f"{WELCOME}/takes", recording=upload(voice(WORDS, 0.02)))

    assert () == takes(stage)
    assert "Not kept: too quiet" in recorder.get(WELCOME).text


@pytest.mark.parametrize(
    ("expected", "data"),
    [
        ("this is not sound we can read", b"<html><script>alert(1)</script></html>"),
        ("this is not sound we can read", b"#EXTM3U\nfile:///etc/passwd\n"),
        ("Choose a sound file first", b""),
    ],
)
def test_a_file_that_is_no_sound_is_refused_in_words(
    stage: ConsoleStage, recorder: Visitor, expected: str, data: bytes
) -> None:
    recorder.post(f"{WELCOME}/takes", recording=upload(data, "../../welcome.wav"))

    assert () == takes(stage)
    assert expected in recorder.get(WELCOME).text


def test_a_file_that_is_too_large_is_refused(recorder: Visitor) -> None:
    large = bytes(21 << 20)
    kind = "multipart/form-data; boundary=here"
    answer = recorder.client.post(f"{WELCOME}/takes", base_url=recorder.public, data=large, content_type=kind)

    assert 413 == answer.status_code


def test_a_take_is_played_drawn_and_given_back_as_it_came(stage: ConsoleStage, recorder: Visitor) -> None:
    record(recorder)
    (draft,) = takes(stage)
    one = f"{WELCOME}/takes/{draft.id}"

    sound, picture = recorder.get(f"{one}/sound.wav"), recorder.get(f"{one}/waveform.svg")
    assert b"RIFF" == sound.data[:4]
    assert "immutable" in sound.headers["Cache-Control"]
    assert ("image/svg+xml", True) == (picture.mimetype, picture.text.startswith("<svg"))
    original = recorder.get(f"{one}/original")
    assert voice(WORDS) == original.data
    assert "attachment; filename=welcome.en." in original.headers["Content-Disposition"]
    assert "application/octet-stream" == original.mimetype


def test_a_take_is_only_found_under_its_own_prompt(stage: ConsoleStage, recorder: Visitor) -> None:
    record(recorder)
    (draft,) = takes(stage)

    assert 404 == recorder.get(f"/staff/studio/en/main.overdose/takes/{draft.id}/sound.wav").status_code
    assert 404 == recorder.post(f"/staff/studio/af/welcome/takes/{draft.id}/accept").status_code
    assert "" == heard(stage)


@pytest.mark.parametrize("number", [2**31, 10**30, -(10**30)])
def test_a_number_that_no_take_can_have_is_not_found(recorder: Visitor, number: int) -> None:
    assert 404 == recorder.get(f"{WELCOME}/takes/{number}/sound.wav").status_code


def test_in_a_session_the_next_prompt_follows_what_was_kept(stage: ConsoleStage, recorder: Visitor) -> None:
    assert "/staff/studio/en/session?what=all&at=welcome" == record(recorder, what="all")

    kept = recorder.post(f"{WELCOME}/takes/{takes(stage)[0].id}/accept", what="all")

    assert "/staff/studio/en/session?what=all&after=3" == kept.headers["Location"]
    assert "main.overdose" in recorder.get("/staff/studio/en/session", what="all", after="3").text


def test_what_callers_hear_can_be_heard(recorder: Visitor) -> None:
    assert b"RIFF" == recorder.get(f"{WELCOME}/heard.wav").data[:4]


def test_a_damaged_list_of_built_speech_keeps_no_recording_back(
    tmp_path: Path, audio: Path, database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = {"AUDIO_DIR": str(tmp_path / "sounds")}
    for code in ("en", "af", "zu", "sw"):
        write_manifest(tmp_path / "sounds", code, read_manifest(audio, code))
    stage = console_stage(tmp_path, audio, database, environ=settings)
    recorder = stage.signed_in(Role.RECORDER, name="Thandi")
    manifest_path(tmp_path / "sounds", "en").write_text("{half of a li")

    assert WELCOME == record(recorder)
    sent = {"recordings": [upload(voice(WORDS), "welcome.wav")]}
    assert "welcome" in recorder.post("/staff/studio/en/upload", **sent).text
    assert ["upload", "browser"] == [each.source for each in takes(stage)]
    assert "manifest.json: cannot be read" in caplog.text

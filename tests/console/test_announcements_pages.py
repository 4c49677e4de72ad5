"""Staff announce something: typed, recorded, changed, withdrawn; and what the next caller hears of it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.content.catalogue import Prompt
from ivr.sound.manifest import Entry, read_manifest, write_manifest
from ivr.storage.accounts import Role
from ivr.storage.announcements import add_announcement, find_announcement
from ivr.storage.audit import Wanted, entries
from ivr.storage.engine import reading, writing
from tests.app.stage import Stage, action
from tests.console.staging import ConsoleStage, Visitor, console_stage
from tests.console.voice import upload, voice

ALL = "/staff/announcements"
ONE = f"{ALL}/1"
WORDS = "A dangerous supply is about. Never use alone."
FORM = {
    "title": "Dangerous supply",
    "starts": "2026-01-05T14:00",
    "ends": "2026-01-06T18:00",
    "words-en": WORDS,
}


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database, environ={"AUDIO_DIR": str(_own(tmp_path, audio))})


def _own(folder: Path, audio: Path) -> Path:
    """The lists of sounds, to be added to; the sounds themselves are never asked for."""
    for code in ("en", "af", "zu", "sw"):
        write_manifest(folder / "sounds", code, read_manifest(audio, code))
    return folder / "sounds"


@pytest.fixture
def recorder(stage: ConsoleStage) -> Visitor:
    return stage.signed_in(Role.RECORDER, name="Thandi")


def spoken(stage: ConsoleStage, code: str = "en") -> None:
    """The background has built what was typed."""
    parts = stage.stage.parts
    prompt = parts.publication.current().wanted.prompt(code, "announcement.1")
    assert isinstance(prompt, Prompt)
    entry = Entry(prompt.words, prompt.words, "espeak", 4.0, -20.0, -3.0)
    folder = parts.settings.audio_dir
    write_manifest(folder, code, {**read_manifest(folder, code), prompt.id: entry})
    (folder / code / entry.file).write_bytes(b"RIFF")
    stage.stage.background()


def heard_by_a_caller(stage: Stage, key: str = "1") -> list[str]:
    """What the next caller hears after they have chosen a language."""
    first = stage.document("/voice")
    return stage.heard(stage.document(action(first), Digits=key))


def test_what_is_typed_is_heard_by_the_next_caller_once_it_is_spoken(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    answer = recorder.post(f"{ALL}/new", **FORM)
    before = heard_by_a_caller(stage.stage)
    spoken(stage)
    after = heard_by_a_caller(stage.stage)

    assert (303, ONE) == (answer.status_code, answer.headers["Location"])
    assert "announcement.1" not in before
    assert ["welcome", "announcement.1", "main.overdose"] == after[:3]


def test_the_page_says_how_each_language_hears_it(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **FORM)
    waiting = recorder.get(ONE).text
    spoken(stage)
    ready = recorder.get(ONE).text

    assert "being spoken" in waiting
    assert "soon heard in English" in waiting
    assert "generated voice" in ready
    assert "heard in English" in ready
    assert 'src="/staff/studio/en/announcement.1/heard.wav"' in ready


def test_it_can_be_recorded_in_a_language_without_a_voice(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **{**FORM, "words-en": ""})
    page = recorder.get("/staff/studio/zu/announcement.1")
    drafted = recorder.post("/staff/studio/zu/announcement.1/takes", recording=upload(voice(WORDS)))
    take = stage.stage.parts.takes.of("announcement.1", "zu")[0]
    recorder.post(f"/staff/studio/zu/announcement.1/takes/{take.id}/accept")

    assert 200 == page.status_code
    assert 303 == drafted.status_code
    assert ["welcome", "announcement.1"] == heard_by_a_caller(stage.stage, "3")[:2]
    assert "announcement.1" not in heard_by_a_caller(stage.stage, "1")
    assert "recorded" in recorder.get(ONE).text


def test_without_a_sound_in_any_language_it_is_not_listed_as_heard(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    recorder.post(f"{ALL}/new", **FORM)
    silent = [recorder.get(address).text for address in (ONE, ALL)]
    spoken(stage)
    heard = [recorder.get(address).text for address in (ONE, ALL)]

    assert "heard now" not in silent[0]
    assert "Nothing is announced just now." in silent[1]
    assert [True, True] == ["obody hears it yet" in each for each in silent]
    assert "heard now" in heard[0]
    assert [False, False] == ["obody hears it yet" in each for each in heard]


def test_withdrawn_the_next_caller_does_not_hear_it(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **FORM)
    spoken(stage)
    recorder.post(f"{ONE}/withdraw")

    assert "announcement.1" not in heard_by_a_caller(stage.stage)
    assert "withdrawn" in recorder.get(ONE).text


def test_before_its_time_and_after_it_nobody_hears_it(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **{**FORM, "starts": "2026-01-05T15:00", "ends": "2026-01-05T16:00"})
    spoken(stage)
    heard = []
    for minutes in (59, 1, 59, 1):
        stage.clock.passes(minutes=minutes)
        heard.append("announcement.1" in heard_by_a_caller(stage.stage))

    assert [False, True, True, False] == heard


def test_a_change_of_words_is_heard_once_they_are_spoken(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **FORM)
    spoken(stage)
    shown = recorder.get(f"{ONE}/change").text
    recorder.post(f"{ONE}/change", **{**FORM, "title": "Closed on Friday", "words-en": "We are closed."})
    with reading(stage.engine) as connection:
        found = find_announcement(connection, 1)

    assert WORDS in shown
    assert found
    assert ("Closed on Friday", {"en": "We are closed."}) == (
        found.announcement.title,
        found.announcement.texts,
    )
    assert "announcement.1" not in heard_by_a_caller(stage.stage)
    spoken(stage)
    assert "announcement.1" in heard_by_a_caller(stage.stage)


def test_what_cannot_be_is_refused_and_what_was_written_stays(stage: ConsoleStage, recorder: Visitor) -> None:
    answer = recorder.post(f"{ALL}/new", **{**FORM, "ends": "2026-01-05T13:00"})

    assert 400 == answer.status_code
    assert "it has to end after it begins" in answer.text
    assert WORDS in answer.text
    assert 404 == recorder.get(ONE).status_code


def test_what_is_withdrawn_or_never_was_cannot_be_changed(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **FORM)
    recorder.post(f"{ONE}/withdraw")

    assert 404 == recorder.get(f"{ONE}/change").status_code
    assert 404 == recorder.get(f"{ALL}/2").status_code
    assert 404 == recorder.post(f"{ALL}/2/withdraw").status_code


def test_the_list_tells_now_from_later_and_from_over(stage: ConsoleStage, recorder: Visitor) -> None:
    at, day = stage.clock.at, timedelta(days=1)
    with writing(stage.engine) as connection:
        for title, starts in {"Now": at, "Later": at + day, "Over": at - 2 * day}.items():
            add_announcement(connection, title, starts, starts + day, {}, "Thandi", at)
    text = recorder.get(ALL).text
    order = [text.index(f">{title}</a>") for title in ("Now", "Later", "Over")]

    assert sorted(order) == order
    assert text.index("To come") < order[1] < text.index("Over or withdrawn") < order[2]


def test_what_is_over_is_listed_page_by_page(stage: ConsoleStage, recorder: Visitor) -> None:
    at, day = stage.clock.at, timedelta(days=1)
    with writing(stage.engine) as connection:
        for n in range(21):
            starts = at - (n + 2) * day
            add_announcement(connection, f"Old {n}.", starts, starts + day, {}, "Thandi", at)

    assert "Old 20." not in recorder.get(ALL).text
    assert "Old 20." in recorder.get(ALL, page="2").text


def test_every_step_is_in_the_audit_log(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **FORM)
    recorder.post(f"{ONE}/withdraw")
    with reading(stage.engine) as connection:
        done = [(each.by, each.action) for each in entries(connection, Wanted(text="announcement"))]

    assert [("Thandi", "announcement withdrawn"), ("Thandi", "announcement made")] == done


@pytest.mark.parametrize("role", [Role.LISTENER, Role.ROTA_KEEPER])
def test_only_who_may_record_announces(stage: ConsoleStage, role: Role) -> None:
    visitor = stage.signed_in(role)

    assert 403 == visitor.get(ALL).status_code
    assert 403 == visitor.post(f"{ALL}/new", **FORM).status_code


def test_words_of_staff_are_shown_as_words(stage: ConsoleStage, recorder: Visitor) -> None:
    recorder.post(f"{ALL}/new", **{**FORM, "title": "<b>Supply</b>", "words-en": "<i>Beware</i> of it."})

    assert "<b>" not in recorder.get(ALL).text + recorder.get(ONE).text
    assert "&lt;i&gt;Beware" in recorder.get(ONE).text


def version_on(page: str) -> str:
    """What the form says it was made of."""
    found = re.search(r'name="version" value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_the_second_of_two_who_change_it_is_told_and_keeps_what_they_wrote(
    stage: ConsoleStage, recorder: Visitor
) -> None:
    recorder.post(f"{ALL}/new", **FORM)
    other = stage.signed_in(Role.RECORDER, name="Sipho")
    seen = version_on(recorder.get(f"{ONE}/change").text)
    other.post(f"{ONE}/change", **{**FORM, "title": "Supply in the north", "version": seen})
    mine = {**FORM, "words-en": "Never use alone tonight."}
    told = recorder.post(f"{ONE}/change", **mine, version=seen)

    assert 409 == told.status_code
    assert "Somebody else has changed this announcement meanwhile" in told.text
    assert "Supply in the north" in told.text
    assert "Never use alone tonight." in told.text
    assert ("Supply in the north", WORDS) == stored(stage)

    again = recorder.post(f"{ONE}/change", **mine, version=version_on(told.text))

    assert 303 == again.status_code
    assert ("Dangerous supply", "Never use alone tonight.") == stored(stage)


def stored(stage: ConsoleStage) -> tuple[str, str]:
    """Title and English words."""
    with reading(stage.engine) as connection:
        found = find_announcement(connection, 1)
    assert found
    return found.announcement.title, found.announcement.texts["en"]

"""The recording line over signed webhooks: whose states it takes, what repeats get, where callers are led."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from ivr.storage.accounts import Role
from ivr.storage.accounts_changes import add_account
from ivr.storage.accounts_hashes import hashed_secret
from ivr.storage.accounts_keys import set_pin
from ivr.storage.engine import reading, writing
from ivr.storage.studio_recordings import due_recordings
from ivr.storage.tables_calls import calls
from tests.app.people import THANDI
from tests.app.stage import CALL, PUBLIC, Stage, action, make_stage, onward, recording
from tests.telephony.twilio.contract import hold

PIN = "482910"
STUDIO_NUMBER = "+27105550122"
OTHER_CALL = "CA" + "2" * 32


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    prompts = tmp_path / "prompts"
    shutil.copytree(audio.parent / "prompts", prompts)
    file = prompts / "helpline.toml"
    written = file.read_text("utf-8").replace('studio_number = ""', f'studio_number = "{STUDIO_NUMBER}"')
    file.write_text(written, "utf-8")
    environ = {"PROMPTS_DIR": str(prompts)}
    return make_stage(tmp_path, audio, database, people=(THANDI,), environ=environ)


@pytest.fixture
def number(stage: Stage) -> str:
    """The staff number of somebody who may record."""
    with writing(stage.parts.engine) as connection:
        account = add_account(connection, "Nomsa", "nomsa", (Role.RECORDER,), "af", stage.clock())
        set_pin(connection, account.id, hashed_secret(PIN))
    stage.background()
    return account.number


def told(stage: Stage, url: str, **fields: str) -> ET.Element:
    answer = stage.post(url, **{"To": STUDIO_NUMBER, **fields})
    assert 200 == answer.status_code
    return hold(answer.text, PUBLIC, f"{PUBLIC}/audio")


def press(stage: Stage, document: ET.Element, keys: str, **fields: str) -> ET.Element:
    return told(stage, action(document), Digits=keys, **fields)


def at_languages(stage: Stage, number: str) -> ET.Element:
    return press(stage, press(stage, told(stage, "/voice"), number), PIN)


def at_tone(stage: Stage, number: str) -> ET.Element:
    menu = press(stage, at_languages(stage, number), "1")
    return press(stage, press(stage, menu, "1"), "1")


def is_helpline(stage: Stage, document: ET.Element) -> bool:
    return {"language.choice"} == set(stage.heard(document))


def test_the_line_has_a_number_of_its_own(stage: Stage) -> None:
    assert ["rec.welcome", "rec.number"] == stage.heard(told(stage, "/voice"))


def test_whoever_has_signed_in_is_spoken_to_in_their_language(stage: Stage, number: str) -> None:
    document = at_languages(stage, number)

    assert ["rec.language", *["language.choice"] * 4] == stage.heard(document)
    assert "/voice/af/A/" in action(document)


def test_a_signed_in_url_is_of_no_use_in_another_call(stage: Stage, number: str) -> None:
    assert is_helpline(stage, press(stage, at_languages(stage, number), "1", CallSid=OTHER_CALL))


def test_nor_is_one_with_a_changed_state(stage: Stage, number: str) -> None:
    url = urlsplit(action(at_languages(stage, number))).path
    forged = url.replace(".a1.", ".a2.")

    assert url != forged
    assert is_helpline(stage, told(stage, PUBLIC + forged, Digits="1"))


def test_a_state_of_the_counsellors_line_is_none_of_this_one(stage: Stage, number: str) -> None:
    url = urlsplit(action(at_languages(stage, number))).path

    assert is_helpline(stage, told(stage, PUBLIC + url.replace("/A/", "/h/"), Digits="1"))


def test_the_tone_comes_after_the_words_and_nothing_is_cut_from_what_is_said(
    stage: Stage, number: str
) -> None:
    document = at_tone(stage, number)
    record = document.find("Record")

    assert record is not None
    wanted = {"finishOnKey": "#", "playBeep": "true", "trim": "do-not-trim", "timeout": "10"}
    assert wanted == {name: record.attrib[name] for name in wanted}
    assert stage.heard(document) == ["rec.speak"]


def test_a_recording_told_again_is_one_and_gets_the_same_answer(stage: Stage, number: str) -> None:
    tone = at_tone(stage, number)
    spoken = {"RecordingSid": recording(1), "RecordingDuration": "3", "Digits": "#"}
    first = told(stage, action(tone), **spoken)
    stage.clock.passes(minutes=1)

    assert ET.tostring(first) == ET.tostring(told(stage, action(tone), **spoken))
    with writing(stage.parts.engine) as connection:
        due = due_recordings(connection, stage.clock())
    assert [(recording(1), CALL)] == [(each.id, each.call) for each in due]


def test_a_prompt_that_was_found_is_found_again_by_a_repeat(stage: Stage, number: str) -> None:
    menu = press(stage, at_languages(stage, number), "1")
    first = press(stage, menu, "1")
    stage.clock.passes(minutes=1)

    assert ET.tostring(first) == ET.tostring(press(stage, menu, "1"))


def test_the_helpline_s_two_stars_lead_to_the_line_and_doing_nothing_back(stage: Stage, number: str) -> None:
    del number
    helpline = {"To": "+12025550100"}
    languages = told(stage, "/voice", **helpline)
    once = press(stage, languages, "*", **helpline)
    assert is_helpline(stage, once)
    entry = press(stage, once, "*", **helpline)
    assert f"{PUBLIC}/voice/en/D/in" == onward(entry).partition("#")[0]

    line = told(stage, onward(entry), **helpline)
    assert ["rec.welcome", "rec.number", "line.helpline"] == stage.heard(line)
    assert is_helpline(stage, told(stage, onward(line), **helpline))


def test_without_anybody_who_may_record_stars_lead_nowhere(stage: Stage) -> None:
    twice = press(stage, press(stage, told(stage, "/voice", To="+12025550100"), "*"), "*")

    assert is_helpline(stage, twice)


def test_one_phone_that_tries_many_staff_numbers_is_stopped_and_another_is_not(
    stage: Stage, number: str
) -> None:
    for nth in range(9):
        wrong = press(stage, told(stage, "/voice", CallSid=call(nth)), str(1000 + nth), CallSid=call(nth))
        press(stage, wrong, "000000", CallSid=call(nth))
    own = press(stage, told(stage, "/voice", CallSid=call(20)), number, CallSid=call(20))
    refused = stage.heard(press(stage, own, PIN, CallSid=call(20)))
    other = {"CallSid": call(21), "From": "+27821119999"}
    let_in = stage.heard(
        press(stage, press(stage, told(stage, "/voice", **other), number, **other), PIN, **other)
    )

    assert ["rec.pin.wrong", "rec.number"] == refused
    assert "rec.language" == let_in[0]


def call(nth: int) -> str:
    return f"CA{nth:032}"


def test_what_is_not_signed_is_refused(stage: Stage, number: str) -> None:
    url = urlsplit(action(at_languages(stage, number))).path

    assert 403 == stage.client.post(url, data={"Digits": "1"}).status_code


def test_who_goes_on_to_the_line_is_no_caller_until_they_are_back(stage: Stage, number: str) -> None:
    del number
    helpline = {"To": "+12025550100"}
    once = press(stage, told(stage, "/voice", **helpline), "*", **helpline)
    stage.clock.passes(seconds=2)
    line = told(stage, onward(press(stage, once, "*", **helpline)), **helpline)
    assert [("staff", False)] == noted(stage)

    stage.clock.passes(minutes=1)
    press(stage, told(stage, onward(line), **helpline), "1", **helpline)

    assert [("open", True)] == noted(stage)


def noted(stage: Stage) -> list[tuple[str, bool]]:
    stage.parts.calls.drain()
    with reading(stage.parts.engine) as connection:
        return [(row.outcome, row.inbound) for row in connection.execute(select(calls))]

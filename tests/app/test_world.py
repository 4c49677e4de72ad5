"""The helpline as callers find it: who is rung, what is heard, and that it is always there."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ivr.app import world as worlds
from ivr.duty.demonstration import PHONE
from tests.app.people import SIPHO, THANDI, OnDuty, keep_people
from tests.app.stage import Stage, make_stage


def rung(stage: Stage) -> list[str | None]:
    document = stage.document("/voice/af/g/l", Digits="0")
    return [each.text for each in document.iter("Number")]


def test_who_comes_on_duty_is_rung_without_a_restart(tmp_path: Path, audio: Path, database: Path) -> None:
    stage = make_stage(tmp_path, audio, database, queue=False)
    before = rung(stage)
    keep_people(stage.parts.settings, (THANDI,))
    stage.background()

    assert ([], [THANDI.phone]) == (before, rung(stage))


def test_a_shift_ends_for_callers_at_its_end(tmp_path: Path, audio: Path, database: Path) -> None:
    stage = make_stage(tmp_path, audio, database, people=(THANDI,), queue=False)
    stage.clock.at = THANDI.end - timedelta(seconds=1)
    before = rung(stage)
    stage.clock.passes(seconds=1)

    assert ([THANDI.phone], []) == (before, rung(stage))


def test_speakers_of_the_callers_language_are_rung_first(tmp_path: Path, audio: Path, database: Path) -> None:
    stage = make_stage(tmp_path, audio, database, people=(SIPHO, THANDI), queue=False)

    zulu = stage.document("/voice/zu/g/l", Digits="0")

    assert [SIPHO.phone] == [each.text for each in zulu.iter("Number")]
    assert [THANDI.phone] == rung(stage)


def test_the_demonstration_counsellor_is_there_until_a_counsellor_is_stored(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    stage = make_stage(tmp_path, audio, database, exchange=True)
    stage.public = stage.parts.settings.public_url
    alone = worlds.world(stage.parts).helpline.roster.on_duty(stage.clock(), "zu")
    keep_people(stage.parts.settings, (THANDI,))
    stage.background()
    stage.clock.at = THANDI.end
    after = worlds.world(stage.parts).helpline.roster.on_duty(stage.clock(), "zu")

    assert ([PHONE], []) == ([each.phone for each in alone], [each.phone for each in after])


def test_with_an_account_there_is_no_demonstration_counsellor(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    assert [] == rung(make_stage(tmp_path, audio, database))


def test_a_world_that_cannot_be_made_new_stays_as_it_was(
    tmp_path: Path, audio: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = make_stage(tmp_path, audio, database, people=(THANDI,))
    latest = worlds.LatestWorld(stage.parts)
    before = latest()

    def fails(*_: Any) -> Any:
        raise RuntimeError("damaged")

    monkeypatch.setattr(worlds, "world", fails)
    keep_people(stage.parts.settings, (SIPHO,))
    stage.background()

    assert before is latest()


def test_the_world_is_the_same_until_something_has_changed(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    stage = make_stage(tmp_path, audio, database, people=(THANDI,))
    latest = worlds.LatestWorld(stage.parts)
    first = latest()
    stage.background()
    same = latest()
    keep_people(stage.parts.settings, (SIPHO,))
    stage.background()

    assert (True, False) == (first is same, first is latest())


def test_the_browser_phone_is_there_in_exchange_mode_only(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    live = make_stage(tmp_path / "live", audio, database)
    own = make_stage(tmp_path / "own", audio, database, exchange=True)

    assert (404, 200) == (live.get("/phone")[0], own.get("/phone")[0])


def test_the_front_page_leads_to_the_browser_phone(tmp_path: Path, audio: Path, database: Path) -> None:
    own = make_stage(tmp_path, audio, database, exchange=True)

    answer = own.client.get("/")

    assert (302, "phone") == (answer.status_code, answer.headers["Location"].rpartition("/")[2])


def test_a_callers_own_message_has_a_caption_that_tells_no_secret(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    own = make_stage(tmp_path, audio, database, exchange=True)
    public = own.parts.settings.public_url

    answer = own.client.get(f"/phone/words?sound={public}/heard/{'0' * 40}")

    assert "(the message as it was recorded)" == answer.get_json()["words"]


def test_nobody_is_called_back_at_the_helpline_s_other_numbers(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    prompts = tmp_path / "prompts"
    shutil.copytree(audio.parent / "prompts", prompts)
    words = (prompts / "helpline.toml").read_text("utf-8")
    words = words.replace('[staff]\nnumber = ""', '[staff]\nnumber = "+12025550111"')
    words = words.replace("[missed_call]\nnumbers = []", '[missed_call]\nnumbers = ["+12025550122"]')
    (prompts / "helpline.toml").write_text(words, "utf-8")
    stage = make_stage(tmp_path, audio, database, environ={"PROMPTS_DIR": str(prompts)})

    numbers = worlds.world(stage.parts).helpline.numbers

    assert [None, None] == [numbers.read("2025550111"), numbers.read("2025550122")]
    assert "+12025550133" == numbers.read("2025550133")


def test_a_number_that_costs_more_than_a_call_is_never_dialled_whoever_has_stored_it(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    stage = make_stage(
        tmp_path, audio, database, people=(OnDuty("Mallory", "+19005550100"), THANDI), queue=False
    )
    first = stage.document("/voice/af/g/l", Digits="0")

    assert "+19005550100" not in ET.tostring(first, "unicode")

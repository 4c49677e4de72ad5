"""The counsellors' line over signed webhooks: PIN, duty, what waits, text messages, and who else rings."""

import re
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import Engine

from ivr.storage.callbacks import CallBack, store_callback
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import engine_for, reading, writing
from ivr.storage.holds import held
from ivr.storage.line_answers import due_answers
from ivr.storage.pins import set_pin
from ivr.storage.promises import Message, fetched, list_promises, store_message
from ivr.storage.waiting import Waiting, next_waiting
from tests.app.people import NOON, SIPHO, THANDI
from tests.app.stage import NUMBER, PUBLIC, Stage, action, make_stage, onward, sign
from tests.calls.harness import silence_wav
from tests.telephony.twilio.contract import hold

PIN = "482910"
ENGLISH = replace(THANDI, languages=("en", "af"))
STAFF_NUMBER = "+27105550111"
RECORDING = "RE" + "1" * 32


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    found = make_stage(tmp_path, audio, database, people=(ENGLISH, SIPHO))
    give_pin(found)
    return found


def give_pin(stage: Stage) -> None:
    with writing(engine(stage)) as connection:
        thandi = next(each for each in list_counsellors(connection) if each.name == "Thandi")
        set_pin(connection, thandi.key, PIN)
    stage.background()


def with_staff_number(helpline: str, number: str) -> str:
    return re.sub(r'(\[staff\]\nnumber = )""', rf'\1"{number}"', helpline)


def engine(stage: Stage) -> Engine:
    return engine_for(stage.parts.settings.database_url)


def ring(stage: Stage, phone: str = THANDI.phone, **fields: str) -> ET.Element:
    return told(stage, "/voice", From=phone, **fields)


def told(stage: Stage, url: str, **fields: str) -> ET.Element:
    answer = stage.post(url, **{"From": THANDI.phone, **fields})
    assert 200 == answer.status_code
    return hold(answer.text, PUBLIC, f"{PUBLIC}/audio")


def press(stage: Stage, document: ET.Element, keys: str, **fields: str) -> ET.Element:
    return told(stage, action(document), Digits=keys, **fields)


def signed_in(stage: Stage) -> ET.Element:
    return press(stage, ring(stage), PIN)


def on_duty(stage: Stage) -> list[str]:
    stage.background()
    return sorted(each.name for each in stage.parts.snapshot.current().roster.on_duty(stage.clock()))


def is_helpline(stage: Stage, document: ET.Element) -> bool:
    return {"language.choice"} == set(stage.heard(document))


def leave_message(stage: Stage) -> None:
    with writing(engine(stage)) as connection:
        store_message(connection, Message("CA9", RECORDING, 9, "zu", 1, NOON))
        file = stage.parts.messages.keep(RECORDING, silence_wav(0.1))
        fetched(connection, RECORDING, file, NOON)


def ask_for_call_back(stage: Stage) -> None:
    number = stage.parts.journal  # the caller's number is sealed as the journal seals it
    sealed = number._sealing.seal("+27823334444")
    asked = CallBack("CA8", sealed, "444", "af", "now", 1, NOON - timedelta(minutes=1))
    with writing(engine(stage)) as connection:
        store_callback(connection, asked)


def promised(stage: Stage) -> list[str]:
    with reading(engine(stage)) as connection:
        return [each.state for each in list_promises(connection)]


def test_a_counsellor_s_phone_is_asked_for_its_pin_in_their_language(stage: Stage) -> None:
    document = ring(stage)

    assert ["line.welcome", "line.pin", "line.helpline"] == stage.heard(document)
    gather = document.find("Gather")
    assert gather is not None
    assert ("#", "8") == (gather.attrib["finishOnKey"], gather.attrib["numDigits"])


@pytest.mark.parametrize("phone", [SIPHO.phone, "+27823334444", "anonymous", ""])
def test_every_other_phone_is_a_caller_s(stage: Stage, phone: str) -> None:
    assert is_helpline(stage, ring(stage, phone))


def test_the_right_pin_leads_to_the_menu_and_stands_in_no_url(stage: Stage) -> None:
    first = ring(stage)
    menu = press(stage, first, PIN)

    assert ["line.state.on", "line.off", "line.pause", "line.next", "line.waiting"] == stage.heard(menu)
    assert not [url for url in (action(first), action(menu), onward(menu)) if PIN in url]


@pytest.mark.parametrize("keys", ["*", "48*", "0", "9", ""])
def test_a_star_or_silence_leads_a_counsellor_to_the_helpline(stage: Stage, keys: str) -> None:
    assert is_helpline(stage, press(stage, ring(stage), keys))


def test_silence_that_is_not_reported_leads_there_too(stage: Stage) -> None:
    assert is_helpline(stage, told(stage, onward(ring(stage))))


def test_three_wrong_pins_say_so_and_lead_to_the_helpline(stage: Stage) -> None:
    document = ring(stage)
    for _ in range(2):
        document = press(stage, document, "111111")
        assert "line.pin.wrong" == stage.heard(document)[0]
    document = press(stage, document, "111111")

    assert ["line.pin.wrong"] == stage.heard(document)
    assert is_helpline(stage, told(stage, onward(document)))


def test_five_wrong_pins_in_two_calls_lock_the_phone(stage: Stage) -> None:
    for call in ("a", "b"):
        document = ring(stage, CallSid="CA" + call * 32)
        for _ in range(3):
            document = press(stage, document, "111111", CallSid="CA" + call * 32)

    assert ["line.pin.locked"] == stage.heard(signed_in(stage))


def test_a_signed_in_url_is_of_no_use_in_another_call(stage: Stage) -> None:
    menu = signed_in(stage)
    other = press(stage, menu, "2", CallSid="CA" + "2" * 32)

    assert is_helpline(stage, other)
    assert ["Sipho", "Thandi"] == on_duty(stage)


def test_nor_is_one_with_a_changed_state(stage: Stage) -> None:
    url = urlsplit(action(ring(stage))).path
    forged = url.replace("/h/p.", "/h/m.")

    assert url != forged
    assert is_helpline(stage, told(stage, PUBLIC + forged, Digits="2"))
    assert ["Sipho", "Thandi"] == on_duty(stage)


def test_off_and_on_count_once_they_are_said(stage: Stage) -> None:
    off = press(stage, signed_in(stage), "2")
    assert "line.state.off" == stage.heard(off)[0]
    assert ["Sipho"] == on_duty(stage)

    stage.clock.passes(minutes=2)
    back = press(stage, off, "1")
    assert "line.state.on" == stage.heard(back)[0]
    assert ["Sipho", "Thandi"] == on_duty(stage)


def test_a_webhook_told_again_has_the_same_answer_and_no_second_effect(stage: Stage) -> None:
    menu = signed_in(stage)
    off = press(stage, menu, "2")
    stage.clock.passes(minutes=2)
    press(stage, off, "1")

    assert ET.tostring(off) == ET.tostring(press(stage, menu, "2"))
    assert ["Sipho", "Thandi"] == on_duty(stage)


def test_on_the_staff_line_a_star_is_a_goodbye(tmp_path: Path, audio: Path, database: Path) -> None:
    prompts = tmp_path / "prompts"
    shutil.copytree(audio.parent / "prompts", prompts)
    file = prompts / "helpline.toml"
    file.write_text(with_staff_number(file.read_text("utf-8"), STAFF_NUMBER), "utf-8")
    environ = {"PROMPTS_DIR": str(prompts)}
    own = make_stage(tmp_path, audio, database, people=(ENGLISH,), environ=environ)
    give_pin(own)

    assert ["line.welcome", "line.pin"] == own.heard(ring(own, To=STAFF_NUMBER))
    assert ["line.bye"] == own.heard(press(own, ring(own, To=STAFF_NUMBER), "*", To=STAFF_NUMBER))
    assert "line.helpline" in own.heard(ring(own))
    assert is_helpline(own, ring(own, SIPHO.phone, To=STAFF_NUMBER))


def test_the_only_one_on_duty_goes_by_pressing_twice(tmp_path: Path, audio: Path, database: Path) -> None:
    alone = make_stage(tmp_path, audio, database, people=(ENGLISH,))
    give_pin(alone)
    warned = press(alone, signed_in(alone), "2")
    assert ["line.last", "line.off"] == alone.heard(warned)
    assert ["Thandi"] == on_duty(alone)

    assert "line.state.off" == alone.heard(press(alone, warned, "2"))[0]
    assert [] == on_duty(alone)


def test_while_the_database_is_away_nothing_is_confirmed_and_the_helpline_answers(stage: Stage) -> None:
    menu = signed_in(stage)
    stage.parts.settings.data_dir.joinpath("helpline.db").rename(stage.parts.settings.data_dir / "gone.db")

    assert ["line.lost", "line.state.on"] == stage.heard(press(stage, menu, "2"))[:2]
    lost = press(stage, ring(stage, CallSid="CA" + "3" * 32), PIN, CallSid="CA" + "3" * 32)
    assert ["line.lost"] == stage.heard(lost)
    assert is_helpline(stage, told(stage, onward(lost), CallSid="CA" + "3" * 32))


def test_a_message_is_heard_for_some_minutes_and_marked_as_dealt_with(stage: Stage) -> None:
    leave_message(stage)
    found = press(stage, signed_in(stage), "5")
    assert "line.waiting.message" == stage.heard(found)[0]
    heard = press(stage, found, "1")
    assert ["recording", "line.message.done", "line.message.again"] == stage.heard(heard)
    sound = next(heard.iter("Play")).text or ""
    status, _, headers = stage.get(sound)
    assert (200, "no-store") == (status, headers["Cache-Control"])

    done = press(stage, heard, "3")
    assert "line.state.on" == stage.heard(done)[0]
    assert ["kept"] == promised(stage)
    stage.clock.passes(minutes=20)
    assert 404 == stage.get(sound)[0]


def test_a_call_back_rings_the_caller_behind_a_neutral_question(stage: Stage) -> None:
    ask_for_call_back(stage)
    found = press(stage, signed_in(stage), "5")
    calling = press(stage, found, "1")
    number = next(calling.iter("Number"))

    assert ["screen.calling"] == stage.heard(calling)
    assert "+27823334444" == number.text
    assert "27823334444" not in action(calling) + number.attrib["url"]
    assert ET.tostring(calling) == ET.tostring(press(stage, found, "1"))
    answer = stage.post(number.attrib["url"], CallSid="CA" + "5" * 32, From=NUMBER, To="+27823334444")
    asked = hold(answer.text, PUBLIC, f"{PUBLIC}/audio", screening=True)
    assert {"callback.confirm"} == set(stage.heard(asked))


def test_a_call_back_that_was_talked_about_is_kept_and_holds_its_counsellor(stage: Stage) -> None:
    ask_for_call_back(stage)
    calling = press(stage, press(stage, signed_in(stage), "5"), "1")
    with reading(engine(stage)) as connection:
        assert 1 == len(held(connection, stage.clock()))
    ended = told(stage, action(calling), DialCallStatus="completed", DialBridged="true")
    stage.parts.promised.callbacks.look()

    assert "line.state.on" == stage.heard(ended)[0]
    assert ["kept"] == promised(stage)
    stage.clock.passes(minutes=1)
    with reading(engine(stage)) as connection:
        assert frozenset() == held(connection, stage.clock())


def test_a_caller_who_is_not_reached_stays_promised(stage: Stage) -> None:
    ask_for_call_back(stage)
    calling = press(stage, press(stage, signed_in(stage), "5"), "1")
    ended = told(stage, action(calling), DialCallStatus="no-answer")

    assert ["screen.notreached", "line.state.on"] == stage.heard(ended)[:2]
    stage.parts.promised.callbacks.look()
    assert ["open"] == promised(stage)


def holds(stage: Stage) -> frozenset[str]:
    with reading(engine(stage)) as connection:
        return held(connection, stage.clock())


def offered_to_others(stage: Stage) -> Waiting | None:
    with reading(engine(stage)) as connection:
        return next_waiting(connection, "somebody", stage.clock())


def test_a_call_back_whose_line_broke_off_is_tried_again_and_frees_its_counsellor(stage: Stage) -> None:
    ask_for_call_back(stage)
    press(stage, press(stage, signed_in(stage), "5"), "1")
    during = (promised(stage), len(holds(stage)), offered_to_others(stage))
    stage.clock.passes(minutes=3)
    stage.parts.promised.callbacks.look()

    assert (["in-work"], 1, None) == during
    assert (["open"], frozenset()) == (promised(stage), holds(stage))
    stage.clock.passes(minutes=21)
    assert offered_to_others(stage)


def test_a_call_back_in_vain_is_nobody_s_and_comes_again_after_the_pause(stage: Stage) -> None:
    ask_for_call_back(stage)
    calling = press(stage, press(stage, signed_in(stage), "5"), "1")
    told(stage, action(calling), DialCallStatus="no-answer")
    stage.parts.promised.callbacks.look()
    at_once = (offered_to_others(stage), holds(stage))
    stage.clock.passes(minutes=21)

    assert (None, frozenset()) == at_once
    assert offered_to_others(stage)


def test_a_message_whose_line_broke_off_waits_for_everybody_after_half_an_hour(stage: Stage) -> None:
    leave_message(stage)
    press(stage, press(stage, signed_in(stage), "5"), "1")
    stage.clock.passes(minutes=29)
    stage.parts.promised.callbacks.look()
    during = (promised(stage), offered_to_others(stage))
    stage.clock.passes(minutes=2)
    stage.parts.promised.callbacks.look()

    assert (["in-work"], None) == during
    assert ["open"] == promised(stage)
    assert offered_to_others(stage)


def text(stage: Stage, body: str, phone: str = THANDI.phone, sid: str = "SM1") -> tuple[int, str]:
    sent = {"MessageSid": sid, "From": phone, "To": NUMBER, "Body": body}
    answer = stage.client.post("/sms", data=sent, headers={"X-Twilio-Signature": sign(f"{PUBLIC}/sms", sent)})
    return answer.status_code, answer.text


def answers(stage: Stage) -> list[tuple[str, str]]:
    with reading(engine(stage)) as connection:
        return [(each.phone, each.text) for each in due_answers(connection, stage.clock())]


def test_a_text_message_changes_duty_and_is_answered_later(stage: Stage) -> None:
    nothing = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'

    assert (200, nothing) == text(stage, "Af!")
    assert ["Sipho"] == on_duty(stage)
    assert [THANDI.phone] == [phone for phone, _ in answers(stage)]


def test_an_unknown_number_gets_no_answer_and_leaves_no_trace(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    assert 200 == text(stage, "on", "+27829990000")[0]
    assert 200 == text(stage, "on", SIPHO.phone)[0]

    assert [] == answers(stage)
    assert "" == caplog.text


def test_the_same_message_twice_is_one(stage: Stage) -> None:
    text(stage, "off")
    stage.clock.passes(minutes=2)
    text(stage, "on", sid="SM2")
    text(stage, "off")

    assert ["Sipho", "Thandi"] == on_duty(stage)
    assert 2 == len(answers(stage))


def test_what_is_not_signed_is_refused(stage: Stage) -> None:
    sent = {"MessageSid": "SM1", "From": THANDI.phone, "Body": "off"}
    for headers in ({}, {"X-Twilio-Signature": "AAAA"}):
        assert 403 == stage.client.post("/sms", data=sent, headers=headers).status_code
    assert 405 == stage.client.get("/sms").status_code

    assert ["Sipho", "Thandi"] == on_duty(stage)


def test_a_message_that_cannot_be_kept_is_to_be_told_again(stage: Stage) -> None:
    stage.parts.settings.data_dir.joinpath("helpline.db").rename(stage.parts.settings.data_dir / "gone.db")

    assert 503 == text(stage, "off")[0]

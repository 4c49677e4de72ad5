"""Call-backs and missed calls through the whole application: from the promise to two people who talk."""

import re
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from ivr.app.callbacks import CallBackParts
from ivr.journal.sealing import Sealing
from ivr.privacy import hashed
from ivr.storage.engine import engine_for, reading
from ivr.storage.promises import Promise, list_promises
from tests.app.people import SIPHO, THANDI
from tests.app.stage import CALL, NUMBER, Stage, action, make_stage, parsed

CALLER = "+27823334444"
FREE = "+27105550199"
THEIR_LEG = "CA" + "e" * 32
TALKED = {"DialCallStatus": "completed", "DialBridged": "true"}


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    prompts = shutil.copytree(audio.parent / "prompts", tmp_path / "prompts")
    toml = prompts / "helpline.toml"
    free = f'[missed_call]\nnumbers = ["{FREE}"]\ncountries = ["ZA"]\n'
    toml.write_text(re.sub(r"\[missed_call\]\nnumbers.*\ncountries.*\n", free, toml.read_text()))
    environ = {"PROMPTS_DIR": str(prompts)}
    made = make_stage(tmp_path, audio, database, people=[THANDI, SIPHO], environ=environ)
    settings, parts = made.parts.settings, made.parts
    keeps = CallBackParts(
        settings,
        engine_for(settings.database_url),
        made.clock,
        Sealing(parts.secret),
        parts.publication,
        parts.snapshot,
        lambda: made.rest,
    )
    return replace(made, parts=replace(parts, promised=keeps.promised(parts.ringing)))


def promises(stage: Stage) -> tuple[Promise, ...]:
    with reading(engine_for(stage.parts.settings.database_url)) as connection:
        return list_promises(connection)


def later(stage: Stage, **by: float) -> None:
    """What the threads do meanwhile."""
    stage.clock.passes(**by)
    stage.background()
    stage.parts.promised.callbacks.look()
    stage.parts.promised.ring_backs.look()
    stage.background()


def ask(stage: Stage) -> None:
    stage.parts.journal.keep_callback(CALL, CALLER, "zu", "now", 1, stage.clock())


def test_from_the_promise_to_the_conversation(stage: Stage) -> None:
    ask(stage)
    later(stage, minutes=1)
    call = stage.rest.placed[0]
    screened = stage.document(call.url, CallSid=call.sid)
    dialled = stage.document(action(screened), CallSid=call.sid, Digits="1")
    number = dialled.find("Dial/Number")
    assert number is not None
    question = stage.document(number.get("url") or "", CallSid=THEIR_LEG)
    connected = stage.document(action(question), CallSid=THEIR_LEG, Digits="1")
    end = dialled.find("Dial")
    assert end is not None
    ended = stage.document(end.get("action") or "", CallSid=call.sid, **TALKED)

    assert (SIPHO.phone, CALLER) == (call.to, number.text)
    assert ["screen.callback", "screen.language.zu", "screen.accept"] == stage.heard(screened)
    assert {"callback.confirm"} == set(stage.heard(question))
    assert [] == list(connected)
    assert ["screen.bye"] == stage.heard(ended)
    assert [("kept", 1)] == [(each.state, each.tries) for each in promises(stage)]
    assert [SIPHO.phone] == stage.rest.rung()


def test_a_counsellor_who_does_not_pick_up_is_followed_by_the_next(stage: Stage) -> None:
    ask(stage)
    later(stage, minutes=1)
    call = stage.rest.placed[0]
    answer = stage.post(call.status_url, CallSid=call.sid, CallStatus="no-answer")
    later(stage, seconds=5)

    assert 204 == answer.status_code
    assert [SIPHO.phone, THANDI.phone] == stage.rest.rung()


def test_a_webhook_told_twice_gets_the_same_document_and_is_one_try(stage: Stage) -> None:
    ask(stage)
    later(stage, minutes=1)
    call = stage.rest.placed[0]
    pressed = action(stage.document(call.url, CallSid=call.sid))
    first, second = (stage.post(pressed, CallSid=call.sid, Digits="1").text for _ in range(2))

    assert first == second
    assert CALLER in first
    assert 1 == promises(stage)[0].tries


def test_a_missed_call_costs_nothing_and_is_rung_back_to_the_first_turn(
    stage: Stage,
) -> None:
    rejected = parsed(stage.post("/voice", To=FREE))
    later(stage, seconds=10)
    call = stage.rest.placed[0]
    question = stage.document(call.url, CallSid=call.sid)
    first = stage.document(action(question), CallSid=call.sid, Digits="1", From=NUMBER, To=CALLER)
    stage.post(call.status_url, CallSid=call.sid, CallStatus="completed")

    assert ["Reject"] == [each.tag for each in rejected]
    assert [CALLER] == stage.rest.rung()
    assert {"callback.confirm"} == set(stage.heard(question))
    assert stage.heard(stage.document("/voice")) == stage.heard(first)
    assert ["kept"] == [each.state for each in promises(stage)]


def test_a_missed_call_that_nobody_answers_is_given_up(stage: Stage) -> None:
    stage.post("/voice", To=FREE)
    later(stage, seconds=10)
    call = stage.rest.placed[0]
    answer = stage.post(call.status_url, CallSid=call.sid, CallStatus="no-answer")
    later(stage, minutes=5)

    assert 204 == answer.status_code
    assert [("given-up", "not-answered")] == [(each.state, each.reason) for each in promises(stage)]
    assert [CALLER] == stage.rest.rung()


def test_no_url_of_a_call_back_holds_a_number(stage: Stage) -> None:
    ask(stage)
    later(stage, minutes=1)
    call = stage.rest.placed[0]
    pressed = action(stage.document(call.url, CallSid=call.sid))
    dialled = stage.document(pressed, CallSid=call.sid, Digits="1")
    urls = [call.url, call.status_url, pressed, *(each.get("url", "") for each in dialled.iter("Number"))]

    assert 4 == len(urls)
    assert not [each for each in urls if CALLER[3:] in urlsplit(each).path]


def waiting_callers(stage: Stage) -> set[str]:
    """By what each caller in a queue is known again."""
    with engine_for(stage.parts.settings.database_url).connect() as connection:
        return {row.caller for row in connection.execute(text("SELECT caller FROM waits"))}


def test_a_caller_rung_back_is_known_by_their_own_number(stage: Stage) -> None:
    from_helpline = {"From": NUMBER, "To": CALLER, "Direction": "outbound-api"}
    waits = stage.document("/voice/en/w/h.n1-0.w1-0-0-0-0-0", QueueSid="QU" + "1" * 32, **from_helpline)
    stage.background()

    assert waits.find("Gather") is not None
    assert {hashed(stage.parts.secret, CALLER)} == waiting_callers(stage)


def test_a_counsellor_who_says_nothing_to_a_call_back_is_let_go_in_words(stage: Stage) -> None:
    ask(stage)
    later(stage, minutes=1)
    call = stage.rest.placed[0]
    stage.document(call.url, CallSid=call.sid)
    stage.clock.passes(seconds=90)
    queue = stage.document("/voice/en/g/l", Digits="0").find("Enqueue")
    assert queue is not None
    stage.document(queue.attrib["waitUrl"], QueueSid="QU" + "5" * 32, QueueTime="0")
    stage.background()
    told = dict(stage.rest.redirected)[call.sid]

    assert ["screen.gone"] == stage.heard(stage.document(told, CallSid=call.sid))


def test_a_number_that_is_asked_for_again_and_again_is_left_to_staff(stage: Stage) -> None:
    for number in range(1, 5):
        call = f"CA{number:032x}"
        document = stage.document("/voice/en/g/k", Digits="1", CallSid=call, From="+12025550177")
        assert "callback.kept" in stage.heard(document)
    stage.background()

    assert ["", "", "", "asked-too-often"] == [each.reason for each in promises(stage)]

"""A phone that staff have rung: what is heard there, and what it proves."""

from datetime import timedelta
from pathlib import Path

import pytest

from ivr.app.check_calls import CheckParts
from ivr.jobs.check_calls import NotRungError
from ivr.storage.check_calls import CheckCall
from ivr.telephony.twilio.rest import RefusedError, UnreachableError
from ivr.telephony.twilio.rest_calls import AccountLimitError, BadNumberError
from tests.app.people import SIPHO, THANDI
from tests.app.stage import NUMBER, Stage, action, make_stage, onward


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    return make_stage(tmp_path, audio, database, people=(THANDI, SIPHO))


def ring(stage: Stage, kind: str = "test", number: str = THANDI.phone, language: str = "af") -> int:
    return stage.parts.checks.ring(number, kind, language, "k1", "Naledi")


def told(stage: Stage, check: int) -> CheckCall:
    found = stage.parts.checks.state(check)
    assert found
    return found


def picked_up(stage: Stage) -> str:
    """Where whoever picks up is led first."""
    return stage.rest.placed[-1].url


def test_a_counsellors_phone_rings_for_half_a_minute(stage: Stage) -> None:
    ring(stage)

    assert [THANDI.phone] == stage.rest.rung()
    assert 30 == stage.rest.placed[0].seconds


def test_key_1_proves_that_the_phone_can_be_reached(stage: Stage) -> None:
    check = ring(stage)
    question = stage.document(picked_up(stage))
    thanks = stage.document(action(question), Digits="1")

    assert ["check.test"] == stage.heard(question)
    assert ["check.thanks"] == stage.heard(thanks)
    assert "Hangup" == thanks[-1].tag
    assert "confirmed" == told(stage, check).state


def test_it_speaks_the_language_it_was_asked_to(stage: Stage) -> None:
    ring(stage, language="af")
    document = stage.document(picked_up(stage))

    assert "/audio/af/" in (next(document.iter("Play")).text or "")


def test_a_voicemail_box_proves_nothing(stage: Stage) -> None:
    check = ring(stage)
    document = stage.document(picked_up(stage))
    for _ in range(2):
        document = stage.document(onward(document))
        assert ["check.test"] == stage.heard(document)
    end = stage.document(onward(document))
    stage.post(stage.rest.placed[0].status_url, CallStatus="completed")

    assert ["check.bye"] == stage.heard(end)
    assert ("answered", True) == (told(stage, check).state, told(stage, check).over)


def test_another_key_asks_again(stage: Stage) -> None:
    check = ring(stage)
    again = stage.document(action(stage.document(picked_up(stage))), Digits="5")

    assert ["check.test"] == stage.heard(again)
    assert "answered" == told(stage, check).state


def test_call_me_now_says_what_callers_hear_first(stage: Stage) -> None:
    check = ring(stage, "welcome", language="en")
    document = stage.document(picked_up(stage))

    assert ["welcome", "goodbye"] == stage.heard(document)
    assert "Hangup" == document[-1].tag
    assert "answered" == told(stage, check).state


def test_how_the_call_ended_is_noted_and_answered_with_nothing(stage: Stage) -> None:
    check = ring(stage)
    answer = stage.post(stage.rest.placed[0].status_url, CallStatus="no-answer")

    assert 204 == answer.status_code
    assert ("no-answer", "nobody answered") == (told(stage, check).state, told(stage, check).reason)


def test_a_phone_that_rings_is_not_over(stage: Stage) -> None:
    check = ring(stage)
    stage.post(stage.rest.placed[0].status_url, CallStatus="ringing")

    assert not told(stage, check).over


@pytest.mark.parametrize("state", ["x1", "t", "t1-", "t12345678901", "w1-22"])
def test_a_state_that_is_none_of_ours_ends_the_call(stage: Stage, state: str) -> None:
    document = stage.document(f"/voice/en/m/{state}")

    assert ["Hangup"] == [each.tag for each in document]
    assert 204 == stage.post(f"/voice/en/M/{state}", CallStatus="completed").status_code


def test_nobody_without_the_accounts_signature_is_answered(stage: Stage) -> None:
    ring(stage)

    assert 403 == stage.client.post("/voice/en/m/t1").status_code


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (BadNumberError("x"), "check it"),
        (AccountLimitError("x"), "as many calls as it may"),
        (RefusedError("x"), "settings check"),
        (UnreachableError("x"), "does not answer"),
    ],
)
def test_what_the_network_says_is_told_in_words(stage: Stage, error: Exception, words: str) -> None:
    stage.rest.fails[""] = error
    found = told(stage, ring(stage))

    assert "failed" == found.state
    assert words in found.reason


@pytest.mark.parametrize("number", [NUMBER, "+442071838750", "+882161234567", "112", ""])
def test_neither_the_helpline_itself_nor_a_strangers_country_is_rung(stage: Stage, number: str) -> None:
    with pytest.raises(NotRungError):
        ring(stage, number=number)


def test_an_ordinary_number_of_the_helplines_country_is_rung(stage: Stage) -> None:
    assert "+12025550142" == allowed(stage).allowed("+12025550142")


def test_a_number_that_costs_more_is_not_rung(stage: Stage) -> None:
    assert allowed(stage).allowed("+19002345678") is None


def test_on_our_own_exchange_any_number_may_be_rung(tmp_path: Path, audio: Path, database: Path) -> None:
    stage = make_stage(tmp_path, audio, database, exchange=True)

    assert "+442071838750" == allowed(stage).allowed("+442071838750")
    assert allowed(stage).allowed(NUMBER) is None


def test_the_same_webhook_again_gets_the_same_answer(stage: Stage) -> None:
    check = ring(stage)
    key = action(stage.document(picked_up(stage)))
    first, second = (stage.post(key, Digits="1").data for _ in range(2))

    assert first == second
    assert "confirmed" == told(stage, check).state


def test_while_storage_is_away_whoever_picks_up_is_spoken_to_all_the_same(stage: Stage) -> None:
    ring(stage)
    stage.clock.at += timedelta(seconds=5)
    (stage.parts.settings.data_dir / "helpline.db").rename(stage.parts.settings.data_dir / "away")

    assert ["check.test"] == stage.heard(stage.document(picked_up(stage)))


def allowed(stage: Stage) -> CheckParts:
    parts = stage.parts
    return CheckParts(
        parts.settings, parts.engine, stage.clock, b"", parts.publication, parts.snapshot, lambda: stage.rest
    )

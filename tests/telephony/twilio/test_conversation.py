"""One webhook as one step of the flow: what is unknown, and what follows when our own code fails."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ivr.app.parts import build
from ivr.flow.helpline import Helpline, NobodyOnDuty
from ivr.flow.turns import MessageLeft
from ivr.privacy import LINE, PrivateFormatter
from ivr.telephony.twilio.conversation import Asked, first_turn, next_turn
from ivr.telephony.twilio.desk import Desk, PromiseNotKeptError, World
from ivr.telephony.twilio.dialled_phones import screening_turn
from ivr.telephony.twilio.signature import SignatureCheck
from ivr.telephony.twilio.urls import Urls
from tests.app.people import NOON
from tests.app.rest_stage import ByDial, InTurn
from tests.app.stage import PUBLIC, stage_settings
from tests.flow.cast import TenDigits
from tests.telephony.twilio.breakdown import (
    AUDIO,
    NOMSA,
    BrokenMenus,
    FailingRoster,
    FailingSounds,
    ForgetfulPeople,
    NamedSounds,
    OnDuty,
    OutOfOrderError,
    People,
    SpeechlessSounds,
)
from tests.telephony.twilio.contract import NUMBER, hold


@pytest.fixture(scope="session")
def shipped(audio: Path, tmp_path_factory: pytest.TempPathFactory) -> Helpline:
    parts = build(stage_settings(tmp_path_factory.mktemp("shipped"), audio), lambda: NOON)
    return parts.publication.current().helpline


@pytest.fixture
def world(shipped: Helpline) -> World:
    return World(replace(shipped, roster=OnDuty((NOMSA,))), People(), NamedSounds())


def desk_of(world: World, keep: Callable[[str, MessageLeft, datetime, str], None] = lambda *_: None) -> Desk:
    return Desk(
        check=SignatureCheck(PUBLIC, "12345"),
        urls=Urls(PUBLIC),
        caller_id=NUMBER,
        now=lambda: NOON,
        world=lambda: world,
        keep=keep,
        fetch_soon=lambda _: None,
        drop=lambda _: None,
        arrived=lambda *_: False,
        heard=lambda recording: "token",
        turned=lambda *_: None,
        keep_callback=lambda *_: None,
        ringing=InTurn(),
        by_dial=ByDial(),
        waited=lambda *_: None,
    )


def later(desk: Desk, what: str, state: str, **parameters: str) -> ET.Element:
    return hold(next_turn(desk, Asked("en", what, state, parameters)), PUBLIC, AUDIO)


def heard(document: ET.Element) -> list[str]:
    """Prompts by name; those the network says itself as their words."""
    spoken = (each for each in document.iter() if each.tag in {"Play", "Say"})
    return [(each.text or "").rpartition("/")[2].removesuffix(".wav") for each in spoken]


def rung(document: ET.Element) -> list[str | None]:
    return [each.text for each in document.iter("Number")]


def main_menu(desk: Desk) -> str:
    """The state of a caller at the main menu, as a document has it."""
    chosen = later(desk, "g", "l", Digits="1")
    return chosen[0].attrib["action"].partition("#")[0].rpartition("/")[2]


def test_a_webhook_that_says_nothing_new_is_answered_by_the_same_question(world: World) -> None:
    desk = desk_of(world)
    state = main_menu(desk)

    assert heard(later(desk, "c", state)) == heard(later(desk, "g", "l", Digits="1"))[1:]


@pytest.mark.parametrize("state", ["", "?", "m000000", "zz.q1", "l.q1-1.q", "x" * 2000, "s0d6e40-9"])
@pytest.mark.parametrize("what", ["g", "t", "r", "n", "d", "c", "x", "other"])
def test_a_state_that_nobody_knows_leads_to_the_main_menu(world: World, what: str, state: str) -> None:
    document = later(desk_of(world), what, state)

    assert "main.overdose" in heard(document)


def test_a_language_that_is_gone_becomes_the_default_one(world: World) -> None:
    document = hold(next_turn(desk_of(world), Asked("xx", "t", "l", {})), PUBLIC, AUDIO)

    assert {"en"} <= {(each.text or "").split("/")[-2] for each in document.iter("Play")}


# When our own code fails ----------------------------------------------------------------------------------


def broken_flow(world: World) -> World:
    return replace(world, helpline=replace(world.helpline, menus=BrokenMenus()))


def broken_sounds(world: World) -> World:
    return replace(world, sounds=FailingSounds())


def without_a_word(world: World) -> World:
    return replace(world, sounds=SpeechlessSounds())


def broken_phones(world: World) -> World:
    return replace(world, people=ForgetfulPeople())


BREAKS = [broken_flow, broken_sounds, without_a_word, broken_phones]


@pytest.mark.parametrize("broken", BREAKS)
def test_whatever_fails_the_caller_hears_of_the_trouble_and_a_person_is_rung(
    world: World, broken: Callable[[World], World]
) -> None:
    state = main_menu(desk_of(world))

    document = later(desk_of(broken(world)), "g", state, Digits="0" if broken is broken_phones else "2")

    assert "trouble" in heard(document)[0]
    assert [NOMSA.phone] == rung(document)


def test_a_call_that_cannot_even_be_answered_is_put_through(world: World) -> None:
    document = hold(first_turn(desk_of(broken_sounds(world)), {}), PUBLIC, AUDIO)

    assert "the words of trouble" == heard(document)[0]
    assert [NOMSA.phone] == rung(document)


def test_a_turn_that_fails_at_a_menu_goes_on_by_the_ring_plan(world: World) -> None:
    state = main_menu(desk_of(world))
    broken = replace(world, helpline=replace(world.helpline, segments=BrokenMenus()))

    document = later(desk_of(broken), "g", state, Digits="9")

    assert ["trouble", "ring.looking"] == heard(document)
    assert [NOMSA.phone] == rung(document)


def test_without_a_roster_the_fallback_number_is_rung(world: World) -> None:
    helpline = replace(world.helpline, roster=FailingRoster(), fallback_number="+27105550199")
    desk = desk_of(replace(world, helpline=helpline))

    document = later(desk, "g", main_menu(desk_of(world)), Digits="0")

    assert ["+27105550199"] == rung(document)


def test_with_nobody_to_ring_the_way_to_a_person_is_tried_again_and_then_ends_in_words(world: World) -> None:
    desk = desk_of(replace(world, helpline=replace(world.helpline, roster=FailingRoster())))
    document = later(desk, "g", main_menu(desk_of(world)), Digits="0")
    tries = 0
    while document.find("Redirect") is not None:
        assert ["trouble"] == heard(document)
        tries += 1
        *_, language, what, state = (document[-1].text or "").partition("#")[0].split("/")
        document = later(desk, what, state)

    assert (3, "en") == (tries, language)
    assert ["trouble", "trouble.nobody", "goodbye"] == heard(document)


def test_a_roster_that_is_back_at_the_next_try_is_rung(world: World) -> None:
    broken = desk_of(replace(world, helpline=replace(world.helpline, roster=FailingRoster())))
    document = later(broken, "g", main_menu(desk_of(world)), Digits="0")
    *_, what, state = (document[-1].text or "").partition("#")[0].split("/")

    assert [NOMSA.phone] == rung(later(desk_of(world), what, state))


@pytest.mark.parametrize("broken", [broken_flow, broken_phones])
def test_a_failure_in_screening_never_connects_the_two(
    world: World, broken: Callable[[World], World]
) -> None:
    helpline = replace(world.helpline, segments=BrokenMenus())
    desk = desk_of(replace(broken(world), helpline=helpline))

    text = screening_turn(desk, Asked("en", "s", "r.n1-1.rnomsa", {}))

    assert "Hangup" == hold(text, PUBLIC, AUDIO, screening=True)[-1].tag


def test_a_counsellor_is_asked_even_if_no_sound_can_be_found(world: World) -> None:
    text = screening_turn(desk_of(broken_sounds(world)), Asked("en", "s", "r.n1-1.rnomsa", {}))

    assert "the words of screen.accept" in heard(ET.fromstring(text))  # noqa: S314 (our own)


def test_what_is_logged_of_a_failure_holds_no_number(world: World, caplog: pytest.LogCaptureFixture) -> None:
    formatter = PrivateFormatter(LINE)
    with caplog.at_level(logging.WARNING):
        first_turn(desk_of(broken_sounds(world)), {"From": "+27823334444"})
    lines = "\n".join(formatter.format(each) for each in caplog.records)

    assert "no good: [number]" in lines
    assert "3334444" not in lines


# Messages -------------------------------------------------------------------------------------------------

RECORDED = {"RecordingSid": "RE" + "1" * 32, "RecordingDuration": "12", "CallSid": "CA" + "1" * 32}


def test_a_message_is_safe_before_the_document_that_follows_it_is_made(world: World) -> None:
    kept: list[tuple[str, int, str]] = []
    desk = desk_of(world, lambda call, left, at, own: kept.append((call, left.seconds, left.language)))

    document = later(desk, "r", "v.tl", **RECORDED)

    assert [("CA" + "1" * 32, 12, "en")] == kept
    assert ["message.moment"] == heard(document)


def test_nobody_is_thanked_for_a_message_that_is_lost(world: World) -> None:
    def cannot(call: str, left: MessageLeft, at: datetime, own: str) -> None:
        raise PromiseNotKeptError

    document = later(desk_of(world, cannot), "r", "v.tl", **RECORDED)

    assert ["message.lost", "ring.looking"] == heard(document)
    assert [NOMSA.phone] == rung(document)


def test_a_journal_that_fails_in_an_unknown_way_is_trouble_and_no_thanks(world: World) -> None:
    def breaks(call: str, left: MessageLeft, at: datetime, own: str) -> None:
        raise OutOfOrderError

    document = later(desk_of(world, breaks), "r", "v.tl", **RECORDED)

    assert ["trouble", "ring.looking"] == heard(document)
    assert [NOMSA.phone] == rung(document)


def test_a_message_that_is_lost_with_nobody_on_duty_is_offered_again(world: World) -> None:
    def cannot(call: str, left: MessageLeft, at: datetime, own: str) -> None:
        raise PromiseNotKeptError

    closed = replace(world, helpline=replace(world.helpline, roster=NobodyOnDuty()))
    said = heard(later(desk_of(closed, cannot), "r", "v.tl", **RECORDED))

    assert ["message.lost", "closed.nobody", "message.offer", "again.menu", "callback.offer"] == said


def test_whoever_withholds_the_number_gets_no_turn_of_one_who_does_not(world: World) -> None:
    desk = desk_of(replace(world, helpline=replace(world.helpline, numbers=TenDigits())))
    told = {"CallSid": "CA" + "1" * 32, "From": "+27821234567"}
    answers = [first_turn(desk, each) for each in (told, {**told, "From": ""}) * 2]

    assert answers[:2] == answers[2:]
    assert [False, True, False, True] == [".u" in each for each in answers]

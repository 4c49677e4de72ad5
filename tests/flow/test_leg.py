"""What a counsellor hears on a leg of their own, and what each key does there."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.codec import UnknownState
from ivr.flow.events import Answered, Continued, ImpossibleEvent, Pressed, TimedOut
from ivr.flow.leg import (
    Ask,
    Claim,
    Connect,
    Judged,
    LetGo,
    RungLeg,
    Take,
    Why,
    after_claim,
    after_dial,
    decode_leg,
    encode_leg,
    judge,
    screen_leg,
)
from tests.flow.cast import HELPLINE, NOON

LEG = RungLeg(12, "c1a2b3", "af", "CA" + "1" * 32, "overdose", 1)


def test_a_counsellor_hears_who_waits_about_what_and_how_long() -> None:
    leg, said = screen_leg(HELPLINE, LEG, Answered(NOON))

    assert (
        "screen.call",
        "screen.language.af",
        "topic.overdose",
        "screen.minutes.1",
        "screen.accept",
    ) == said.plays
    assert 1 == leg.asked


def test_of_waits_beyond_five_minutes_five_are_named_and_of_no_topic_nothing_is_said() -> None:
    _, said = screen_leg(HELPLINE, replace(LEG, minutes=11, topic=""), Answered(NOON))

    assert ("screen.call", "screen.language.af", "screen.minutes.5", "screen.accept") == said.plays


def test_one_asks_for_the_caller() -> None:
    assert Take() == screen_leg(HELPLINE, LEG, Pressed(NOON, "1"))[1]


@pytest.mark.parametrize("key", ["2", "0", "#", "*", "9", "21"])
def test_any_other_key_declines(key: str) -> None:
    assert LetGo(("screen.bye",), declined=True) == screen_leg(HELPLINE, LEG, Pressed(NOON, key))[1]


def test_a_voicemail_box_is_asked_twice_and_has_declined_nothing() -> None:
    leg, _ = screen_leg(HELPLINE, LEG, Answered(NOON))
    leg, second = screen_leg(HELPLINE, leg, TimedOut(NOON))
    leg, third = screen_leg(HELPLINE, leg, TimedOut(NOON))

    assert (Ask(("screen.again",)), LetGo(("screen.bye",))) == (second, third)


def test_what_cannot_happen_changes_nothing() -> None:
    with pytest.raises(ImpossibleEvent):
        screen_leg(HELPLINE, LEG, Continued(NOON))


@pytest.mark.parametrize(
    ("claim", "follows"),
    [
        (Claim.MINE, Connect(LEG.queue)),
        (Claim.UNKNOWN, Connect(LEG.queue)),
        (Claim.TAKEN, LetGo(("screen.taken",))),
        (Claim.GONE, LetGo(("screen.gone",))),
    ],
)
def test_whose_the_caller_is_decides_what_a_1_leads_to(claim: Claim, follows: object) -> None:
    assert follows == after_claim(LEG, claim)


def test_after_a_conversation_the_counsellor_says_how_it_went_and_after_none_hears_why() -> None:
    asked = ("outcome.helped", "outcome.again", "outcome.urgent")

    assert Ask(asked) == after_dial(LEG, bridged=True)[1]
    assert LetGo(("screen.gone",)) == after_dial(LEG, bridged=False)[1]


@pytest.mark.parametrize(("key", "outcome"), [("1", "helped"), ("2", "again"), ("3", "urgent")])
def test_each_outcome_has_its_key(key: str, outcome: str) -> None:
    leg, _ = after_dial(LEG, bridged=True)

    assert Judged(("outcome.thanks",), outcome) == judge(leg, Pressed(NOON, key))[1]


def test_a_wrong_key_is_asked_again_once_and_silence_ends_the_call() -> None:
    leg, _ = after_dial(LEG, bridged=True)
    again, first = judge(leg, Pressed(NOON, "7"))
    _, second = judge(again, Pressed(NOON, "7"))

    assert (Ask, LetGo) == (type(first), type(second))
    assert LetGo(("screen.bye",)) == judge(leg, TimedOut(NOON))[1]


@given(
    st.builds(
        RungLeg,
        leg=st.integers(1, 10**12 - 1),
        person=st.from_regex(r"[a-z0-9]{1,16}", fullmatch=True),
        language=st.sampled_from(HELPLINE.languages),
        queue=st.from_regex(r"CA[0-9a-f]{32}(-[2-9])?", fullmatch=True),
        topic=st.sampled_from(["", *HELPLINE.segments]),
        minutes=st.integers(0, 9),
        asked=st.integers(0, 9),
        why=st.sampled_from([None, *Why]),
    )
)
def test_a_leg_travels_in_a_url_and_back_without_a_word(leg: RungLeg) -> None:
    code = encode_leg(leg)

    assert leg == decode_leg(HELPLINE, leg.language, code)
    assert code.replace(".", "").replace("-", "").isalnum()
    assert "overdose" not in code


@pytest.mark.parametrize(
    "text", ["", "x", "12", "12.pa", "12.qCA1", "a.pa.qCA1", "1.pa.qCA1.mx", "1.pa.qC<.m1", "9" * 300]
)
def test_a_leg_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UnknownState):
        decode_leg(HELPLINE, "en", text)

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.flow.events import DialOutcome, Lost, Troubled
from ivr.flow.helpline import Helpline
from ivr.flow.turns import Dial
from tests.flow.cast import HELPLINE, NOON, FixedRoster, person, staffed
from tests.flow.story import Story

BUSY, REACHED = DialOutcome.BUSY, DialOutcome.REACHED


def rung(story: Story, outcome: DialOutcome = BUSY) -> list[str]:
    """Everybody who is rung until the story does something else."""
    people = []
    while isinstance(story.turn.then, Dial):
        people.append(story.turn.then.person)
        story.ringing_ends(outcome)
    return people


def test_people_are_rung_one_after_the_other_in_roster_order() -> None:
    story = Story(staffed(person("anna"), person("ben"), person("cleo"))).presses("1", "0")

    assert ["anna", "ben", "cleo"] == rung(story)


@pytest.mark.parametrize("outcome", [each for each in DialOutcome if each is not REACHED])
def test_only_a_conversation_counts_as_reached(outcome: DialOutcome) -> None:
    story = Story(staffed(person("anna"), person("ben"))).presses("1", "0").ringing_ends(outcome)

    assert Dial("ben", 20) == story.turn.then


def test_a_caller_hears_a_word_after_the_conversation() -> None:
    story = Story(staffed(person("anna"))).presses("1", "0").ringing_ends(REACHED)

    assert ["after.conversation", "after.choice"] == story.heard


def test_the_fallback_number_comes_last() -> None:
    helpline = replace(staffed(person("anna")), fallback_number="+12025550199")

    assert ["anna", "0"] == rung(Story(helpline).presses("1", "0"))


# What a caller waits for at most, measured on the shipped sound: words before a phone rings 6 s, a voicemail
# box that is asked twice for the key 30 s; a network rings 5 s longer than it is told (see its Dial).
WORDS, NETWORK, VOICEMAIL = 6, 5, 30
MANY = tuple(person(f"p{n}") for n in range(30))


def waited(helpline: Helpline, outcome: DialOutcome, each: int, told: int | None = None) -> list[int]:
    """The seconds from the key 0 to the end of each ringing, if everybody's phone ends like this."""
    story, spent, ends = Story(helpline).presses("1", "0"), 0, []
    while isinstance(story.turn.then, Dial):
        spent += WORDS + story.turn.then.seconds + NETWORK + each
        ends.append(spent)
        story.ringing_ends(outcome, told)
    return ends


@pytest.mark.parametrize("ring_seconds", [5, 20, 33, 40])
@pytest.mark.parametrize(
    ("outcome", "each", "told"),
    [
        (DialOutcome.NO_ANSWER, 0, None),
        (DialOutcome.DECLINED, VOICEMAIL, VOICEMAIL),
        (DialOutcome.DECLINED, VOICEMAIL, None),
        (DialOutcome.DECLINED, 3, 3),
    ],
)
def test_a_promise_is_offered_within_three_minutes_whatever_the_phones_do(
    ring_seconds: int, outcome: DialOutcome, each: int, told: int | None
) -> None:
    limits = replace(HELPLINE.limits, ring_seconds=ring_seconds)
    ends = waited(replace(staffed(*MANY), limits=limits), outcome, each, told)

    assert ends[-1] <= 180


def test_five_phones_that_nobody_answers_fit_into_one_try() -> None:
    assert [31, 62, 93, 124, 150] == waited(staffed(*MANY), DialOutcome.NO_ANSWER, 0)


def test_a_voicemail_box_at_the_end_of_the_ringing_still_ends_in_time() -> None:
    assert [61, 122, 180] == waited(staffed(*MANY), DialOutcome.DECLINED, VOICEMAIL, VOICEMAIL)


def test_somebody_is_rung_however_little_time_there_is() -> None:
    hurried = replace(staffed(*MANY), limits=replace(HELPLINE.limits, ring_total=5))

    assert 1 == len(rung(Story(hurried).presses("1", "0")))


def test_every_try_has_its_own_time_and_begins_with_those_not_yet_rung() -> None:
    story = Story(staffed(*MANY)).presses("1", "0")

    assert ["p0", "p1", "p2", "p3", "p4"] == rung(story, DialOutcome.NO_ANSWER)
    assert ["p5", "p6", "p7", "p8", "p9"] == rung(story.presses("2"), DialOutcome.NO_ANSWER)


def test_a_screening_that_never_seemed_to_end_leaves_a_state_that_can_be_read() -> None:
    story = Story(staffed(*MANY)).presses("1", "0").ringing_ends(DialOutcome.DECLINED, 14_400)

    assert "nobody.answered" == story.heard[0]


def test_one_phone_rings_three_times_for_one_caller_at_most() -> None:
    story = Story(staffed(person("anna"))).presses("1", "0")
    everybody = rung(story)
    for _ in range(6):
        everybody += rung(story.presses("0"))

    assert ["anna"] * 3 == everybody


def test_when_nobody_answers_a_message_another_try_and_the_menu_are_offered() -> None:
    story = Story(staffed(person("anna"))).presses("1", "0").ringing_ends(BUSY)

    assert ["nobody.answered", "message.offer", "again.counsellor", "again.menu"] == story.heard


def test_with_nobody_on_duty_the_next_opening_is_said_and_a_message_is_one_key_away() -> None:
    opening = (NOON + timedelta(hours=20)).astimezone(ZoneInfo("Africa/Johannesburg"))
    story = Story(replace(HELPLINE, roster=FixedRoster(opening=opening))).presses("1", "0")

    assert ["closed.nobody", "closed.opens", "day.tomorrow", "hour.10"] == story.heard[:4]
    assert ["message.speak"] == story.presses("1").heard


def test_a_silent_caller_is_not_told_of_a_person_when_nobody_is_on_duty() -> None:
    story = Story().presses("1").is_silent(3)

    assert "closed.nobody" == story.heard[0]


def test_no_opening_is_promised_that_the_roster_does_not_have() -> None:
    later = FixedRoster(opening=NOON + timedelta(days=8))

    assert ["closed.nobody", "message.offer", "again.menu"] == Story(replace(HELPLINE, roster=later)).presses(
        "1", "0"
    ).heard


@pytest.mark.parametrize(
    ("ahead", "spoken"),
    [
        (timedelta(hours=1), ["day.today", "hour.13"]),
        (timedelta(hours=1, minutes=1), ["day.today", "hour.14"]),
        (timedelta(hours=11, minutes=30), ["day.tomorrow", "hour.0"]),
        (timedelta(days=2), ["day.wednesday", "hour.12"]),
        (timedelta(days=6, hours=11), ["day.sunday", "hour.23"]),
    ],
)
def test_an_opening_is_said_as_a_day_and_a_full_hour_never_too_early(
    ahead: timedelta, spoken: list[str]
) -> None:
    story = Story(replace(HELPLINE, roster=FixedRoster(opening=NOON + ahead))).presses("1", "0")

    assert spoken == story.heard[2:4]


def test_whoever_heard_the_overdose_segment_is_reminded_of_the_emergency_number_before_a_message() -> None:
    story = Story().presses("9", "0")

    assert story.heard.index("emergency.reminder") < story.heard.index("message.offer")


def test_trouble_on_our_side_puts_the_caller_through() -> None:
    story = Story(staffed(person("anna"))).presses("1", "2").happens(Troubled(NOON))

    assert ["trouble", "ring.looking"] == story.heard
    assert Dial("anna", 20) == story.turn.then


def test_a_network_that_loses_the_end_of_ringing_goes_on_with_the_next_person() -> None:
    story = Story(staffed(person("anna"), person("ben"))).presses("1", "0").happens(Lost(NOON))

    assert Dial("ben", 20) == story.turn.then

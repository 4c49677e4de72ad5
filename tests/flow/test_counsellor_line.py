"""Counsellors' own line: every state walked, every word of it, and nothing confirmed that is not so."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.flow import events as ev
from ivr.flow import line_state as on
from ivr.flow.codec import UnknownState
from ivr.flow.counsellor_line import TRANSITIONS, advance_line
from ivr.flow.line_codec import decode_line, encode_line
from ivr.flow.line_moves import ToHelpline
from ivr.flow.line_saying import CallBack, Said
from ivr.flow.line_state import Duty, Item, ItemKind, Line, PinOutcome, Spot
from ivr.flow.turns import Gather, Go, HangUp, Play, PlayBack
from ivr.flow.words import FIXED

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
PIN = "482910"
RECORDING = "RE" + "0" * 32
MESSAGE, CALL_BACK = Item(7, ItemKind.MESSAGE, "zu"), Item(8, ItemKind.CALLBACK, "af")
OVER_THE_HELPLINE = Line("en", "a1b2c3d4", helpline=True)
STAFF_LINE = replace(OVER_THE_HELPLINE, helpline=False)
RUNNING = (AT - timedelta(hours=14), AT + timedelta(hours=2))
SHIFT = (AT + timedelta(days=1), AT + timedelta(days=1, hours=4))
RESULTS: dict[type, list[ev.Event]] = {
    on.CheckPin: [on.PinTried(AT, outcome, duty) for outcome in PinOutcome for duty in Duty],
    on.ChangeDuty: [on.LastOnDuty(AT)],
    on.AskShifts: [on.ShiftsAre(AT), on.ShiftsAre(AT, (RUNNING, SHIFT))],
    on.FindWaiting: [on.Found(AT, None), on.Found(AT, MESSAGE), on.Found(AT, CALL_BACK)],
    on.Take: [on.TakenByOther(AT), on.NotHere(AT), on.Took(AT, RECORDING)],
    on.Settle: [on.Settled(AT)],
}


def follows(said: object) -> Iterator[tuple[str, ev.Event]]:
    """Everything that can come next, with a name for what somebody did; silence is empty."""
    if isinstance(said, on.ChangeDuty):
        yield "", on.DutyIs(AT, said.duty)
    if type(said) in RESULTS:
        yield from (("", each) for each in RESULTS[type(said)] if may_follow(said, each))
        yield "", on.Failed(AT)
    if isinstance(said, Said) and isinstance(said.then, Gather):
        yield "", ev.TimedOut(AT)
        yield from ((key, ev.Pressed(AT, key)) for key in (*"0123456789*#", PIN))
    if isinstance(said, Said) and isinstance(said.then, CallBack):
        yield from (("", ev.DialEnded(AT, each)) for each in ev.DialOutcome)
    if isinstance(said, Said) and isinstance(said.then, Go):
        yield "", ev.Continued(AT)
    if isinstance(said, Said):
        yield "", ev.Lost(AT)


def may_follow(deed: object, event: ev.Event) -> bool:
    return not (isinstance(deed, on.ChangeDuty) and deed.even_last and isinstance(event, on.LastOnDuty))


def walk(line: Line) -> dict[Line, dict[str, list[tuple[Line, object]]]]:
    """Every state with what leads out of it; the state is written and read back between webhooks."""
    found: dict[Line, dict[str, list[tuple[Line, object]]]] = {}
    first = advance_line(line, ev.Answered(AT))
    waiting = deque([first])
    seen = {plain(*first)}
    while waiting:
        state, said = waiting.popleft()
        ways = found.setdefault(replace(state, turn=0), {})
        if isinstance(said, Said):
            assert state == decode_line("en", encode_line(state))
        for name, event in follows(said):
            after, then = advance_line(state, event)
            ways.setdefault(f"{name} {type(event).__name__}", []).append((after, then))
            if plain(after, then) not in seen:
                seen.add(plain(after, then))
                waiting.append((after, then))
    return found


def plain(line: Line, said: object) -> tuple[Line, object]:
    return replace(line, turn=0), said


def heard(said: object) -> list[str]:
    assert isinstance(said, Said)
    return [each.prompt if isinstance(each, Play) else "recording" for each in said.plays]


def play(line: Line, *events: ev.Event) -> tuple[Line, object]:
    said: object = None
    for event in events:
        line, said = advance_line(line, event)
    return line, said


def signed_in(line: Line = OVER_THE_HELPLINE, duty: Duty = Duty.ON) -> tuple[Line, object]:
    right = on.PinTried(AT, PinOutcome.RIGHT, duty)
    return play(line, ev.Answered(AT), ev.Pressed(AT, PIN), right)


def press(key: str) -> ev.Pressed:
    return ev.Pressed(AT, key)


@pytest.mark.parametrize("line", [OVER_THE_HELPLINE, STAFF_LINE])
def test_every_pair_of_spot_and_event_that_can_come_about_has_a_rule(line: Line) -> None:
    states = walk(line)

    assert {spot for spot, _ in TRANSITIONS} - {state.spot for state in states} <= {Spot.HELPLINE}
    assert set(Spot) - {Spot.HELPLINE} <= {state.spot for state in states}


@pytest.mark.parametrize("line", [OVER_THE_HELPLINE, STAFF_LINE])
def test_every_prompt_of_the_line_is_heard_somewhere_and_is_in_the_catalogue(line: Line) -> None:
    said = [then for ways in walk(line).values() for each in ways.values() for _, then in each]
    names = {name for each in said if isinstance(each, Said) for name in heard(each)}
    names |= {"line.welcome"}
    own = {name for name in FIXED if name.startswith("line.")}

    assert own - names <= ({"line.helpline"} if not line.helpline else {"line.bye"} - names)
    assert {each for each in names if not each.startswith("screen.language.")} <= {*FIXED, "recording"}


@pytest.mark.parametrize("line", [OVER_THE_HELPLINE, STAFF_LINE])
def test_no_pin_stands_in_any_state(line: Line) -> None:
    assert not [state for state in walk(line) if PIN in encode_line(state)]


@pytest.mark.parametrize("line", [OVER_THE_HELPLINE, STAFF_LINE])
def test_no_document_plays_more_than_twelve_prompts(line: Line) -> None:
    said = [then for ways in walk(line).values() for each in ways.values() for _, then in each]

    assert 12 >= max(len(each.plays) for each in said if isinstance(each, Said))


@pytest.mark.parametrize("line", [OVER_THE_HELPLINE, STAFF_LINE])
def test_silence_alone_always_ends_in_the_helpline_or_a_goodbye(line: Line) -> None:
    for state in walk(line):
        if state.spot in {Spot.PIN, Spot.BYE, Spot.HELPLINE, Spot.CALLING}:
            continue
        current, said = state, None
        for _ in range(12):
            current, said = advance_line(current, ev.TimedOut(AT))
            if isinstance(said, on.Settle):
                current, said = advance_line(current, on.Settled(AT))
            if current.spot is Spot.BYE:
                break

        assert Spot.BYE is current.spot
        assert isinstance(said, Said)
        assert isinstance(said.then, HangUp)


def test_only_the_right_pin_leads_past_the_question() -> None:
    line, said = play(OVER_THE_HELPLINE, ev.Answered(AT))

    assert ["line.welcome", "line.pin", "line.helpline"] == heard(said)
    assert Gather(6, 8, "#") == said.then  # type: ignore[attr-defined]
    assert on.CheckPin(PIN) == play(line, press(PIN))[1]
    for outcome in (PinOutcome.WRONG, PinOutcome.LOCKED):
        after, _ = play(line, press(PIN), on.PinTried(AT, outcome, Duty.ON))
        assert after.spot in {Spot.PIN, Spot.HELPLINE}


def test_a_star_at_the_pin_leads_a_counsellor_who_needs_help_to_the_helpline() -> None:
    for event in (press("*"), press("48*"), press("0"), press("9"), ev.TimedOut(AT)):
        assert isinstance(play(OVER_THE_HELPLINE, ev.Answered(AT), event)[1], ToHelpline)


def test_the_staff_line_asks_twice_for_the_pin_and_has_no_way_to_the_helpline() -> None:
    line, said = play(STAFF_LINE, ev.Answered(AT), ev.TimedOut(AT))
    assert ["line.pin"] == heard(said)

    assert ["line.bye"] == heard(play(line, ev.TimedOut(AT))[1])
    assert ["line.bye"] == heard(play(line, press("*"))[1])


@pytest.mark.parametrize(
    ("line", "last"), [(OVER_THE_HELPLINE, ["line.pin.wrong"]), (STAFF_LINE, ["line.pin.wrong", "line.bye"])]
)
def test_the_third_wrong_pin_ends_the_asking(line: Line, last: list[str]) -> None:
    wrong = (press("1111"), on.PinTried(AT, PinOutcome.WRONG, Duty.OFF))
    twice, said = play(line, ev.Answered(AT), *wrong, *wrong)
    assert ["line.pin.wrong", "line.pin"] == heard(said)[:2]

    after, said = play(twice, *wrong)
    assert last == heard(said)
    if line.helpline:
        assert isinstance(play(after, ev.Continued(AT))[1], ToHelpline)


def test_a_locked_pin_and_an_absent_database_lead_on_too() -> None:
    locked = on.PinTried(AT, PinOutcome.LOCKED, Duty.OFF)
    for event, prompt in ((locked, "line.pin.locked"), (on.Failed(AT), "line.lost")):
        after, said = play(OVER_THE_HELPLINE, ev.Answered(AT), press(PIN), event)

        assert [prompt] == heard(said)
        assert isinstance(play(after, ev.Continued(AT))[1], ToHelpline)


@pytest.mark.parametrize(
    ("duty", "menu"),
    [
        (Duty.ON, ["line.state.on", "line.off", "line.pause", "line.next", "line.waiting"]),
        (Duty.OFF, ["line.state.off", "line.on", "line.next", "line.waiting"]),
        (Duty.PAUSED, ["line.state.paused", "line.on", "line.off", "line.next", "line.waiting"]),
    ],
)
def test_the_menu_says_how_they_stand_and_what_else_there_is(duty: Duty, menu: list[str]) -> None:
    assert menu == heard(signed_in(duty=duty)[1])


@pytest.mark.parametrize(
    ("key", "duty", "prompt"),
    [
        ("2", Duty.OFF, "line.state.off"),
        ("3", Duty.PAUSED, "line.state.paused"),
        ("1", Duty.ON, "line.state.on"),
    ],
)
def test_a_change_is_said_once_it_is_committed(key: str, duty: Duty, prompt: str) -> None:
    line, deed = play(signed_in()[0], press(key))
    assert on.ChangeDuty(duty) == deed

    assert prompt == heard(play(line, on.DutyIs(AT, duty))[1])[0]
    assert ["line.lost", "line.state.on"] == heard(play(line, on.Failed(AT))[1])[:2]


@pytest.mark.parametrize(
    ("key", "duty", "prompt"), [("2", Duty.OFF, "line.off"), ("3", Duty.PAUSED, "line.pause")]
)
def test_the_last_one_on_duty_hears_so_and_presses_again(key: str, duty: Duty, prompt: str) -> None:
    line, said = play(signed_in()[0], press(key), on.LastOnDuty(AT))

    assert ["line.last", prompt] == heard(said)
    assert on.ChangeDuty(duty, even_last=True) == play(line, press(key))[1]
    other = "3" if key == "2" else "2"
    assert "line.state.on" == heard(play(line, press(other))[1])[0]


def test_two_shifts_are_told_with_their_days_and_hours() -> None:
    zone = ZoneInfo("Africa/Johannesburg")
    monday = datetime(2026, 1, 5, 14, tzinfo=zone)
    shifts = (
        (monday + timedelta(hours=1, minutes=30), monday + timedelta(hours=4, minutes=30)),
        (monday + timedelta(days=2), monday + timedelta(days=2, hours=12)),
        (monday + timedelta(days=3), monday + timedelta(days=3, hours=1)),
    )
    _, said = play(signed_in()[0], press("4"), on.ShiftsAre(AT, shifts))

    assert [
        *("line.shift.from", "day.today", "hour.15", "line.shift.until", "day.today", "hour.19"),
        *("line.shift.from", "day.wednesday", "hour.14", "line.shift.until", "day.thursday", "hour.2"),
    ] == heard(said)


def test_of_a_shift_that_has_begun_only_the_end_is_told() -> None:
    _, said = play(signed_in()[0], press("4"), on.ShiftsAre(AT, (RUNNING,)))

    assert ["line.shift.now", "day.today", "hour.14"] == heard(said)


def test_no_shift_is_said_too() -> None:
    assert ["line.shift.none"] == heard(play(signed_in()[0], press("4"), on.ShiftsAre(AT))[1])


def test_what_waits_is_described_and_can_be_passed_over() -> None:
    line, said = play(signed_in()[0], press("5"), on.Found(AT, MESSAGE))

    assert [*("line.waiting.message", "screen.language.zu", "line.take.message", "line.take.next")] == heard(
        said
    )
    assert on.FindWaiting(7) == play(line, press("2"))[1]
    assert "line.waiting.none" == heard(play(line, press("2"), on.Found(AT, None))[1])[0]


def test_a_message_is_heard_only_by_who_took_it_and_dealt_with_by_key() -> None:
    found, _ = play(signed_in()[0], press("5"), on.Found(AT, MESSAGE))
    line, said = play(found, press("1"), on.Took(AT, RECORDING))

    assert PlayBack(RECORDING) == said.plays[0]  # type: ignore[attr-defined]
    assert ["recording", "line.message.done", "line.message.again"] == heard(said)
    mine = replace(MESSAGE, recording=RECORDING)
    assert on.Settle(mine, kept=True) == play(line, press("3"))[1]
    assert on.Settle(mine, kept=False) == play(line, press("*"))[1]
    assert "recording" == heard(play(line, press("2"))[1])[0]


def test_the_key_that_asks_for_a_message_pressed_twice_plays_it_and_settles_nothing() -> None:
    found, _ = play(signed_in()[0], press("5"), on.Found(AT, MESSAGE))
    _, said = play(found, press("1"), on.Took(AT, RECORDING), press("1"))

    assert ["recording", "line.message.done", "line.message.again"] == heard(said)


def test_a_message_that_another_has_taken_leads_to_the_next() -> None:
    found, _ = play(signed_in()[0], press("5"), on.Found(AT, MESSAGE))

    assert on.FindWaiting(7) == play(found, press("1"), on.TakenByOther(AT))[1]
    assert "line.message.away" == heard(play(found, press("1"), on.NotHere(AT))[1])[0]


def test_a_call_back_is_rung_once_it_is_theirs() -> None:
    found, _ = play(signed_in()[0], press("5"), on.Found(AT, CALL_BACK))
    line, said = play(found, press("1"), on.Took(AT))

    assert ["screen.calling"] == heard(said)
    assert CallBack(CALL_BACK) == said.then  # type: ignore[attr-defined]
    reached = ev.DialEnded(AT, ev.DialOutcome.REACHED)
    assert "line.state.on" == heard(play(line, reached)[1])[0]
    assert "screen.notreached" == heard(play(line, ev.DialEnded(AT, ev.DialOutcome.BUSY))[1])[0]


def test_an_impossible_event_changes_nothing() -> None:
    with pytest.raises(ev.ImpossibleEvent, match="Answered at MENU"):
        advance_line(signed_in()[0], ev.Answered(AT))


@pytest.mark.parametrize(
    "text", ["", "m", "m.ka1.n1", "q.ka1.n1.df", "m.k.n1.df", "m.ka1.n1.dz", "m.ka1.n1.df.iz7.len", "m" * 301]
)
def test_what_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(UnknownState):
        decode_line("en", text)

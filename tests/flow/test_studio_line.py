"""The line on which staff record: every state walked, every word of it, nothing confirmed that is not so."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ivr.flow import events as ev
from ivr.flow import studio_line_deeds as do
from ivr.flow import studio_line_state as on
from ivr.flow.codec import UnknownState
from ivr.flow.studio_codec import decode_studio, encode_studio
from ivr.flow.studio_line import TRANSITIONS, advance_studio
from ivr.flow.studio_line_moves import ToHelpline
from ivr.flow.studio_line_saying import LiveTake, Reading, Said, TakeSound
from ivr.flow.studio_line_state import Among, Item, PinOutcome, Spot, Studio, StudioCall, Term
from ivr.flow.turns import Gather, Go, HangUp, Play, Record
from ivr.flow.words_to_recorders import FINDINGS, RECORDERS

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
NUMBER, PIN = "4711", "482910"
RECORDING = "RE" + "0" * 32
SOUND, EARLIER = "a" * 64, "b" * 64
FRESH = Item(12, "0a1b2c3d4e", 8)
KNOWN = Item(37, "1a1b2c3d4e", 4, spoken=False, live=True, draft=5)
STUDIO = Studio(("en", "af", "zu"), frozenset({"en", "af"}))
ONE = Studio(("en",), frozenset({"en"}))
OWN_NUMBER = StudioCall("en", helpline=False)
OVER_THE_HELPLINE = replace(OWN_NUMBER, helpline=True)
RIGHT = on.PinTried(AT, PinOutcome.RIGHT, 7, "af")
FOUND = [on.Found(AT, None), on.Found(AT, FRESH), on.Found(AT, KNOWN)]
RESULTS: dict[type, Sequence[ev.Event]] = {
    do.CheckPin: [RIGHT, on.PinTried(AT, PinOutcome.WRONG), on.PinTried(AT, PinOutcome.NO_ROLE)],
    do.FindNext: FOUND,
    do.FindOne: FOUND,
    do.KeepRecording: [on.Kept(AT, FRESH.code)],
    do.LookFor: [
        on.NotHere(AT),
        on.Drafted(AT, 9, SOUND, tuple(FINDINGS)),
        on.Refused(AT, ("quiet",)),
    ],
    do.OpenDraft: [on.Drafted(AT, 5, SOUND)],
    do.AcceptTake: [on.Accepted(AT)],
    do.GoBack: [on.Heard(AT, EARLIER), on.Heard(AT, "")],
}


def follows(said: object) -> Iterator[ev.Event]:
    """Everything that can come next."""
    if type(said) in RESULTS:
        yield from RESULTS[type(said)]
        yield on.Failed(AT)
        if not isinstance(said, do.CheckPin):
            yield on.Barred(AT)
    if isinstance(said, Said):
        yield from ([] if isinstance(said.then, HangUp) else [ev.Lost(AT)])
        yield from after(said.then)


def after(then: object) -> Iterator[ev.Event]:
    if isinstance(then, Gather):
        yield ev.TimedOut(AT)
        yield from (ev.Pressed(AT, key) for key in (*"0123456789*#", PIN, "48*"))
    if isinstance(then, Record):
        yield from (ev.NothingRecorded(AT), ev.Pressed(AT, "#"))
        yield from (ev.Recorded(AT, RECORDING, 3, hung_up=gone) for gone in (False, True))
    if isinstance(then, Go):
        yield ev.Continued(AT)


def walk(studio: Studio, call: StudioCall) -> list[tuple[StudioCall, ev.Event, StudioCall, object]]:
    """Every way out of every state; the state is written and read back between webhooks."""
    found: list[tuple[StudioCall, ev.Event, StudioCall, object]] = []
    first = advance_studio(studio, call, ev.Answered(AT))
    waiting = deque([first])
    seen = {plain(*first)}
    while waiting:
        state, said = waiting.popleft()
        if isinstance(said, Said):
            assert state == decode_studio(state.language, encode_studio(state))
        for event in follows(said):
            then = advance_studio(studio, state, event)
            found.append((state, event, *then))
            if plain(*then) not in seen:
                seen.add(plain(*then))
                waiting.append(then)
    return found


def plain(call: StudioCall, said: object) -> object:
    """What of a state decides how it goes on, as far as one way stands for all of its kind."""
    asked = said.then if isinstance(said, Said) else type(said)
    same = replace(call, turn=0, number=call.number[:1], records="", language="", helped=False, findings=())
    return same, asked


@pytest.fixture(scope="module", params=[OWN_NUMBER, OVER_THE_HELPLINE], ids=["own number", "helpline"])
def ways(request: pytest.FixtureRequest) -> list[tuple[StudioCall, ev.Event, StudioCall, object]]:
    return walk(STUDIO, request.param)


def play(call: StudioCall, *events: ev.Event, studio: Studio = STUDIO) -> tuple[StudioCall, object]:
    said: object = None
    for event in events:
        call, said = advance_studio(studio, call, event)
    return call, said


def press(keys: str) -> ev.Pressed:
    return ev.Pressed(AT, keys)


def heard(said: object) -> list[str]:
    assert isinstance(said, Said)
    return [each.prompt if isinstance(each, Play) else type(each).__name__ for each in said.plays]


SIGNED_IN = (ev.Answered(AT), press(NUMBER), press(PIN), RIGHT)
IN_MENU = (*SIGNED_IN, press("2"))
AT_ITEM = (*IN_MENU, press("1"), on.Found(AT, FRESH))
RECORDED = (*AT_ITEM, ev.TimedOut(AT), ev.Recorded(AT, RECORDING, 3))
HEARD = (*RECORDED, on.Kept(AT, FRESH.code), ev.Continued(AT), on.Drafted(AT, 9, SOUND, ("quiet",)))


def test_every_pair_of_spot_and_event_that_can_come_about_has_a_rule(
    ways: list[tuple[StudioCall, ev.Event, StudioCall, object]],
) -> None:
    visited = {state.spot for state, *_ in ways} | {after.spot for *_, after, _ in ways}

    assert set(Spot) - {Spot.HELPLINE} <= visited
    assert {spot for spot, _ in TRANSITIONS} - visited <= {Spot.HELPLINE}


def test_every_prompt_of_the_line_is_heard_somewhere(
    ways: list[tuple[StudioCall, ev.Event, StudioCall, object]],
) -> None:
    names = {name for *_, said in ways if isinstance(said, Said) for name in heard(said)}

    assert set() == set(RECORDERS) - names - {"rec.welcome"}


def test_no_pin_stands_in_any_state(ways: list[tuple[StudioCall, ev.Event, StudioCall, object]]) -> None:
    assert [] == [state for state, *_ in ways if state.spot is not Spot.PIN and PIN in encode_studio(state)]


def test_callers_hear_a_take_only_after_somebody_pressed_keep(
    ways: list[tuple[StudioCall, ev.Event, StudioCall, object]],
) -> None:
    asked = [(state.spot, event) for state, event, _, said in ways if isinstance(said, do.AcceptTake)]
    told = [event for _, event, _, said in ways if isinstance(said, Said) and "rec.kept" in heard(said)]
    changed = [(state, event) for state, event, after, _ in ways if "rec.kept" in after.told]

    assert {(Spot.REVIEW, press("1"))} == set(asked)
    assert {on.Accepted} == {type(event) for _, event in changed}
    assert {on.Found, on.Accepted, on.Failed} >= {type(event) for event in told}


def test_silence_alone_always_comes_to_an_end() -> None:
    for begin in ((ev.Answered(AT),), SIGNED_IN, IN_MENU, AT_ITEM, HEARD, (*IN_MENU, press("4"))):
        call, said = play(OWN_NUMBER, *begin)
        for _ in range(12):
            silence = ev.NothingRecorded if call.spot is Spot.RECORD else ev.TimedOut
            call, said = advance_studio(STUDIO, call, silence(AT))
            if call.spot is Spot.BYE:
                break

        assert Spot.BYE is call.spot
        assert isinstance(said, Said)
        assert HangUp() == said.then


def test_the_two_are_asked_for_one_after_the_other_and_looked_at_together() -> None:
    call, said = play(OWN_NUMBER, ev.Answered(AT))
    assert ["rec.welcome", "rec.number"] == heard(said)
    call, said = play(call, press(NUMBER))
    assert ["line.pin"] == heard(said)

    assert do.CheckPin(NUMBER, PIN) == play(call, press(PIN))[1]


def test_what_was_wrong_is_not_said_and_after_the_third_time_the_line_ends() -> None:
    wrong = (press(NUMBER), press("1111"), on.PinTried(AT, PinOutcome.WRONG))
    twice, said = play(OWN_NUMBER, ev.Answered(AT), *wrong, *wrong)
    assert ["rec.pin.wrong", "rec.number"] == heard(said)

    assert ["line.pin.locked", "line.bye"] == heard(play(twice, *wrong)[1])
    over = play(OVER_THE_HELPLINE, ev.Answered(AT), *wrong, *wrong, *wrong)
    assert ["line.pin.locked"] == heard(over[1])
    assert isinstance(play(over[0], ev.Continued(AT))[1], ToHelpline)


@pytest.mark.parametrize("event", [ev.TimedOut(AT), press("*"), press("0"), press("9"), press("47*")])
def test_a_caller_who_came_by_mistake_is_with_the_helpline_again(event: ev.Event) -> None:
    assert isinstance(play(OVER_THE_HELPLINE, ev.Answered(AT), event)[1], ToHelpline)


def test_who_has_keyed_in_their_number_is_asked_for_the_pin_several_times() -> None:
    call, said = play(OVER_THE_HELPLINE, ev.Answered(AT), press(NUMBER), *[ev.TimedOut(AT)] * 3)
    assert ["line.pin"] == heard(said)

    assert isinstance(play(call, ev.TimedOut(AT))[1], ToHelpline)


def test_a_star_clears_what_was_keyed_in_before_it() -> None:
    assert NUMBER == play(OWN_NUMBER, ev.Answered(AT), press("99*" + NUMBER))[0].number


def test_a_language_says_its_own_name_or_is_named_with_its_key() -> None:
    call, said = play(OWN_NUMBER, *SIGNED_IN)

    assert isinstance(said, Said)
    assert "af" == call.language
    assert ("rec.language", "af") == (said.plays[0].prompt, said.plays[0].language)  # type: ignore[union-attr]
    assert [Play("language.choice", "en"), Play("language.choice", "af")] == list(said.plays[1:3])
    assert ["rec.language.zu", "rec.press", "digit.3"] == heard(said)[3:]


def test_with_one_language_there_is_nothing_to_choose() -> None:
    call, said = play(OWN_NUMBER, *SIGNED_IN, studio=ONE)

    assert "en" == call.records
    assert ["rec.missing", "rec.stale", "rec.one", "rec.notice", "rec.other"] == heard(said)


def test_of_many_languages_seven_stand_on_a_page() -> None:
    codes = tuple(f"a{chr(ord('a') + n)}" for n in range(12))
    many = Studio(codes)
    call, said = play(OWN_NUMBER, *SIGNED_IN, studio=many)
    assert "language.more" == heard(said)[-1]
    second, _ = play(call, press("8"), studio=many)

    assert codes[7] == play(second, press("1"), studio=many)[0].records
    assert codes[0] == play(second, press("8"), press("1"), studio=many)[0].records


@pytest.mark.parametrize(("key", "among"), [("1", Among.MISSING), ("2", Among.STALE)])
def test_what_is_missing_or_stale_is_looked_for_from_the_first(key: str, among: Among) -> None:
    assert do.FindNext("af", among) == play(OWN_NUMBER, *IN_MENU, press(key))[1]


def test_a_prompt_is_told_with_its_number_its_words_and_what_callers_hear() -> None:
    _, said = play(OWN_NUMBER, *AT_ITEM)
    assert ["rec.help", "rec.prompt", "digit.1", "digit.2", "rec.words", "Reading"] == heard(said)
    assert isinstance(said, Said)
    assert Reading(FRESH.code, "af") == said.plays[-1]

    _, said = play(OWN_NUMBER, *IN_MENU, press("1"), on.Found(AT, KNOWN))
    assert ["rec.words.none", "rec.live", "LiveTake", "rec.draft"] == heard(said)[4:]
    assert isinstance(said, Said)
    assert LiveTake(KNOWN.code, "af") == said.plays[-2]


def test_recording_begins_by_itself_and_may_take_twice_the_time() -> None:
    for event in (ev.TimedOut(AT), press("1")):
        _, said = play(OWN_NUMBER, *AT_ITEM, event)

        assert isinstance(said, Said)
        assert ["rec.speak"] == heard(said)
        assert Record(longest=26, silence=10, finish="#") == said.then


def test_a_recording_is_kept_before_anything_is_said_also_of_who_hangs_up() -> None:
    call, said = play(OWN_NUMBER, *RECORDED)
    assert do.KeepRecording(RECORDING, "af", FRESH.code) == said
    assert ["line.lost"] == heard(play(call, on.Failed(AT))[1])[:1]

    gone = (*AT_ITEM, ev.TimedOut(AT), ev.Recorded(AT, RECORDING, 3, hung_up=True))
    call, said = play(OWN_NUMBER, *gone)
    assert do.KeepRecording(RECORDING, "af", FRESH.code) == said
    assert Said((), HangUp()) == play(call, on.Kept(AT, FRESH.code))[1]


def test_it_is_heard_as_callers_would_with_what_was_found_in_it() -> None:
    _, said = play(OWN_NUMBER, *HEARD)

    assert ["rec.hear", "TakeSound", "rec.found.quiet", "rec.keep", "rec.again", "rec.skip"] == heard(said)
    assert isinstance(said, Said)
    assert TakeSound(SOUND, "af") == said.plays[1]


def test_a_recording_that_does_not_come_waits_as_a_draft_and_the_next_prompt_follows() -> None:
    call, said = play(OWN_NUMBER, *RECORDED, on.Kept(AT, FRESH.code))
    for _ in range(15):
        call, said = play(call, ev.Continued(AT), on.NotHere(AT))

    assert do.FindNext("af", Among.MISSING, 12) == said
    assert ["rec.unheard", "rec.prompt"] == heard(play(call, on.Found(AT, KNOWN))[1])[:2]


def test_what_is_kept_is_said_once_it_is_so_and_the_next_prompt_follows_by_itself() -> None:
    call, said = play(OWN_NUMBER, *HEARD, press("1"))
    assert do.AcceptTake(9) == said
    assert "line.lost" == heard(play(call, on.Failed(AT))[1])[0]

    call, said = play(call, on.Accepted(AT))
    assert do.FindNext("af", Among.MISSING, 12) == said
    assert ["rec.kept", "rec.prompt"] == heard(play(call, on.Found(AT, KNOWN))[1])[:2]
    assert ["rec.kept", "rec.nothing"] == heard(play(call, on.Found(AT, None))[1])[:2]
    assert ["rec.kept", "line.lost", "rec.missing"] == heard(play(call, on.Failed(AT))[1])[:3]


@pytest.mark.parametrize(("key", "spot"), [("2", Spot.RECORD), ("*", Spot.MENU), ("#", Spot.REVIEW)])
def test_a_draft_is_recorded_again_left_or_heard_again(key: str, spot: Spot) -> None:
    assert spot is play(OWN_NUMBER, *HEARD, press(key))[0].spot


def test_a_draft_that_is_skipped_leaves_what_callers_hear() -> None:
    assert do.FindNext("af", Among.MISSING, 12) == play(OWN_NUMBER, *HEARD, press("3"))[1]


def test_nine_after_a_recording_stays_with_what_callers_hear_and_before_it_goes_back() -> None:
    assert do.GoBack("af", FRESH.code, really=False) == play(OWN_NUMBER, *HEARD, press("9"))[1]
    call, said = play(OWN_NUMBER, *AT_ITEM, press("9"))
    assert do.GoBack("af", FRESH.code) == said

    assert "rec.back.none" == heard(play(call, on.Heard(AT, ""))[1])[0]
    call, said = play(call, on.Heard(AT, EARLIER))
    assert ["rec.back", "TakeSound", "rec.earlier", "rec.go.on"] == heard(said)
    assert do.GoBack("af", FRESH.code) == play(call, press("9"))[1]
    assert do.FindNext("af", Among.MISSING, 12) == play(call, press("1"))[1]


def test_a_draft_that_waits_is_opened_by_its_key() -> None:
    call, said = play(OWN_NUMBER, *IN_MENU, press("1"), on.Found(AT, KNOWN), press("2"))

    assert do.OpenDraft(5) == said
    assert Spot.REVIEW is play(call, on.Drafted(AT, 5, SOUND))[0].spot


def test_a_refused_recording_says_why_and_cannot_be_kept() -> None:
    call, said = play(
        OWN_NUMBER, *RECORDED, on.Kept(AT, FRESH.code), ev.Continued(AT), on.Refused(AT, ("quiet",))
    )

    assert ["rec.refused", "rec.found.quiet", "rec.again", "rec.skip"] == heard(said)
    assert "wrong.key" == heard(play(call, press("1"))[1])[0]
    assert Spot.RECORD is play(call, press("2"))[0].spot


def test_a_prompt_is_found_by_its_number_and_after_it_another_number_is_asked_for() -> None:
    call, said = play(OWN_NUMBER, *IN_MENU, press("3"), press("37"))
    assert do.FindOne("af", 37) == said
    assert "rec.key.none" == heard(play(call, on.Found(AT, None))[1])[0]

    call, _ = play(call, on.Found(AT, KNOWN))
    assert ["rec.key", "rec.other"] == heard(play(call, press("3"))[1])


@pytest.mark.parametrize(("key", "term"), [("1", Term.TODAY), ("2", Term.TOMORROW), ("3", Term.WEEK)])
def test_an_announcement_is_recorded_for_a_time(key: str, term: Term) -> None:
    call, said = play(OWN_NUMBER, *IN_MENU, press("4"), press(key))
    assert ["rec.speak"] == heard(said)

    call, said = play(call, ev.Recorded(AT, RECORDING, 5))
    assert do.KeepRecording(RECORDING, "af", "", term) == said
    call, _ = play(call, on.Kept(AT, "99aabbccdd"), ev.Continued(AT), on.Drafted(AT, 9, SOUND), press("2"))
    assert do.KeepRecording(RECORDING, "af", "99aabbccdd") == play(call, ev.Recorded(AT, RECORDING, 5))[1]


def test_who_may_not_record_any_more_hears_so_and_the_line_ends() -> None:
    _, said = play(OWN_NUMBER, *HEARD, press("1"), on.Barred(AT))

    assert ["rec.role", "rec.bye"] == heard(said)


def test_an_impossible_event_changes_nothing() -> None:
    with pytest.raises(ev.ImpossibleEvent, match="Answered at MENU"):
        advance_studio(STUDIO, play(OWN_NUMBER, *IN_MENU)[0], ev.Answered(AT))


@pytest.mark.parametrize(
    "text", ["", "z", "m.aX", "m.l!", "m.i12", "m.oZ", "m.tZ", "m.xRE1", "m.y0", "m.fz", "m.q1", "m" * 401]
)
def test_what_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(UnknownState):
        decode_studio("en", text)

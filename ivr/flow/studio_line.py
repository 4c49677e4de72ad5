"""The machine of the line on which staff record.

Rule: what somebody who records hears next is decided by the tables here and in `studio_line_takes`, and
`advance_studio` is the only way. They are tables of (spot, type of event) -> function; a pair that is in none
is impossible, and changes nothing. A function returns the call with what is said there, or with a deed: then
nothing is said until what came of it is the next event, so that nothing is confirmed which is not so. Pure:
the moment is on the event, and a PIN is in a deed alone.
"""

from collections.abc import Callable
from dataclasses import replace

from ivr.flow import events as ev
from ivr.flow import studio_line_deeds as do
from ivr.flow import studio_line_state as on
from ivr.flow.studio_line_moves import (
    MOST_SILENCES,
    Next,
    Step,
    ToHelpline,
    bye,
    failed,
    found,
    leave,
    say,
    say_again,
    silent,
    to_languages,
    to_menu,
    wrong_key,
)
from ivr.flow.studio_line_saying import languages_on
from ivr.flow.studio_line_state import Among, Item, Spot, Studio, StudioCall, Term, at_spot
from ivr.flow.studio_line_takes import RECORDING
from ivr.flow.words import AGAIN, BACK, COUNSELLOR, EMERGENCY, LANGUAGES_A_PAGE, MORE_LANGUAGES

MOST_WRONG_PINS = 3
LONGEST_SCRIPT_NUMBER = 6  # digits
ANNOUNCEMENT_SECONDS = 30
CALLERS_KEYS = (COUNSELLOR, EMERGENCY)


def advance_studio(studio: Studio, call: StudioCall, event: ev.Event) -> Next:
    """The call after the event, and what is said, asked to be done, or that they go on as a caller.

    ImpossibleEvent changes nothing.
    """
    step = TRANSITIONS.get((call.spot, type(event)))
    if step is None:
        raise ev.ImpossibleEvent(f"{type(event).__name__} at {call.spot.name} of the recording line")
    return step(studio, replace(call, turn=call.turn + 1), event)


# Signing in -----------------------------------------------------------------------------------------------


def _answered(studio: Studio, call: StudioCall, event: ev.Event) -> Next:
    del event
    return say(studio, call, "rec.welcome")


def _number_keyed(studio: Studio, call: StudioCall, event: ev.Pressed) -> Next:
    keys = _keyed(event)
    if not keys or (call.helpline and keys in CALLERS_KEYS):
        return leave(studio, call)
    return say(studio, replace(at_spot(call, Spot.PIN), number=keys, wrongs=call.wrongs))


def _pin_keyed(studio: Studio, call: StudioCall, event: ev.Pressed) -> Next:
    keys = _keyed(event)
    if not keys:
        return say(studio, replace(at_spot(call, Spot.NUMBER), number="", wrongs=call.wrongs))
    return call, do.CheckPin(call.number, keys)


def _pin_tried(studio: Studio, call: StudioCall, event: on.PinTried) -> Next:
    if event.outcome is on.PinOutcome.RIGHT:
        spoken = event.language if event.language in studio.voiced else call.language
        return to_languages(studio, replace(call, account=event.account, number="", language=spoken))
    if event.outcome is on.PinOutcome.NO_ROLE:
        return leave(studio, replace(call, number=""), "rec.role")
    wrongs = call.wrongs + 1
    again = replace(at_spot(call, Spot.NUMBER), number="", wrongs=wrongs)
    if wrongs < MOST_WRONG_PINS:
        return say(studio, again, "rec.pin.wrong")
    return leave(studio, again, "line.pin.locked")


def _silent_before(studio: Studio, call: StudioCall, event: ev.TimedOut) -> Next:
    """A caller who has come here by mistake is with the helpline again by doing nothing."""
    del event
    counted = replace(call, silences=call.silences + 1)
    by_mistake = call.helpline and call.spot is Spot.NUMBER
    if by_mistake or counted.silences >= MOST_SILENCES:
        return leave(studio, counted)
    return say(studio, counted)


def _not_looked_at(studio: Studio, call: StudioCall, event: on.Failed) -> Next:
    del event
    return leave(studio, replace(call, number=""), "line.lost")


def _keyed(event: ev.Pressed) -> str:
    """A star clears what was keyed in before it; alone it leaves."""
    return event.keys.rpartition(BACK)[2]


# The language, and what is recorded in it -----------------------------------------------------------------


def _language_key(studio: Studio, call: StudioCall, event: ev.Pressed) -> Next:
    key = event.keys[:1]
    if key == BACK:
        return bye(studio, call)
    if key == AGAIN:
        return say(studio, call)
    if key == MORE_LANGUAGES and len(studio.languages) > LANGUAGES_A_PAGE:
        following = call.page + 1 if languages_on(studio, call.page + 1) else 0
        return say(studio, at_spot(replace(call, page=following), Spot.LANGUAGE))
    page = languages_on(studio, call.page)
    if not key.isdigit() or not 0 < int(key) <= len(page):
        return wrong_key(studio, call)
    return to_menu(studio, replace(call, records=page[int(key) - 1]))


def _menu_key(studio: Studio, call: StudioCall, event: ev.Pressed) -> Next:
    key = event.keys[:1]
    if key in FIRST:
        return replace(call, among=FIRST[key]), do.FindNext(call.records, FIRST[key])
    if key in ASKING:
        among, spot = ASKING[key]
        return say(studio, at_spot(replace(call, among=among), spot))
    if key == BACK:
        return bye(studio, call) if len(studio.languages) == 1 else to_languages(studio, call)
    return say(studio, call) if key == AGAIN else wrong_key(studio, call)


def _script_number(studio: Studio, call: StudioCall, event: ev.Pressed) -> Next:
    keys = _keyed(event)
    if not keys:
        return to_menu(studio, call)
    if not keys.isdecimal() or len(keys) > LONGEST_SCRIPT_NUMBER:
        return wrong_key(studio, call, "rec.key.none")
    return call, do.FindOne(call.records, int(keys))


def _term_key(studio: Studio, call: StudioCall, event: ev.Pressed) -> Next:
    key = event.keys[:1]
    if key in TERMS:
        chosen = replace(at_spot(call, Spot.RECORD), term=TERMS[key], item=Item(0, "", ANNOUNCEMENT_SECONDS))
        return say(studio, chosen)
    if key == BACK:
        return to_menu(studio, call)
    return say(studio, call) if key == AGAIN else wrong_key(studio, call)


def _to_helpline(studio: Studio, call: StudioCall, event: ev.Event) -> Next:
    del studio, event
    return call, ToHelpline()


def _barred(studio: Studio, call: StudioCall, event: on.Barred) -> Next:
    del event
    return bye(studio, replace(call, told=()), "rec.role")


FIRST = {"1": Among.MISSING, "2": Among.STALE}
ASKING = {"3": (Among.ONE, Spot.KEYING), "4": (Among.NOTICE, Spot.TERM)}
TERMS = {"1": Term.TODAY, "2": Term.TOMORROW, "3": Term.WEEK}
ASKED = {Spot.NUMBER: _number_keyed, Spot.PIN: _pin_keyed}
CHOICES: dict[Spot, Callable[[Studio, StudioCall, ev.Pressed], Next]] = {
    Spot.LANGUAGE: _language_key,
    Spot.MENU: _menu_key,
    Spot.KEYING: _script_number,
    Spot.TERM: _term_key,
}
SIGNED_IN = frozenset(Spot) - {Spot.NUMBER, Spot.PIN, Spot.HELPLINE}
TRANSITIONS: dict[tuple[Spot, type[ev.Event]], Step] = {
    (Spot.NUMBER, ev.Answered): _answered,
    **{(spot, ev.Pressed): step for spot, step in ASKED.items()},
    **{(spot, ev.TimedOut): _silent_before for spot in ASKED},
    (Spot.PIN, on.PinTried): _pin_tried,
    (Spot.PIN, on.Failed): _not_looked_at,
    **{(spot, ev.Pressed): step for spot, step in CHOICES.items()},
    **{(spot, ev.TimedOut): silent for spot in CHOICES},
    **{(spot, ev.Lost): say_again for spot in (*ASKED, *CHOICES, Spot.BYE)},
    **{(spot, on.Found): found for spot in (Spot.MENU, Spot.KEYING)},
    **{(spot, on.Failed): failed for spot in (Spot.MENU, Spot.KEYING)},
    **{(Spot.HELPLINE, event): _to_helpline for event in (ev.Pressed, ev.TimedOut, ev.Continued, ev.Lost)},
    **{(spot, on.Barred): _barred for spot in SIGNED_IN},
    **RECORDING,
}

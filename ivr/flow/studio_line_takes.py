"""The part of the recording line from the words to the take: heard, recorded, heard again, decided."""

from collections.abc import Callable
from dataclasses import replace

from ivr.flow import events as ev
from ivr.flow import studio_line_deeds as do
from ivr.flow import studio_line_state as on
from ivr.flow.studio_line_moves import (
    MOST_SILENCES,
    Next,
    Step,
    bye,
    failed,
    following,
    found,
    say,
    say_again,
    silent,
    to_menu,
    wrong_key,
)
from ivr.flow.studio_line_saying import Said
from ivr.flow.studio_line_state import Among, Spot, Studio, StudioCall, at_spot
from ivr.flow.turns import HangUp
from ivr.flow.words import AGAIN, BACK, FIXED

LAST_TICK = 15  # with pauses of two seconds: half a minute for a recording to come and to be mastered
SPEAK_AGAIN = (4, 8, 12)  # nobody waits in silence
KEEP, REDO, SKIP, EARLIER = (FIXED[f"rec.{name}"].key for name in ("keep", "again", "skip", "earlier"))
RECORD, DRAFT, GO_ON = "1", FIXED["rec.draft"].key, FIXED["rec.go.on"].key


def _to_record(studio: Studio, call: StudioCall, *before: str) -> Next:
    """The tone; silences are counted on, or who is gone would be asked for ever."""
    fresh = replace(call, recording="", tick=0, take=0, sound="", findings=())
    return say(studio, replace(at_spot(fresh, Spot.RECORD), silences=call.silences), *before)


def _back_to_item(studio: Studio, call: StudioCall, *before: str) -> Next:
    if call.among is Among.NOTICE:  # there are no words to be read
        return _to_record(studio, call, *before)
    return say(studio, replace(at_spot(call, Spot.ITEM), silences=call.silences), *before)


# Before the tone ------------------------------------------------------------------------------------------


def _item_key(studio: Studio, call: StudioCall, event: ev.Pressed) -> Next:
    key, item = event.keys[:1], call.item
    if item is None or key == BACK:
        return to_menu(studio, call)
    if key == DRAFT and item.draft:
        return call, do.OpenDraft(item.draft)
    if key == EARLIER:
        return call, do.GoBack(call.records, item.code)
    if key == SKIP:
        return following(studio, call)
    if key == RECORD:
        return _to_record(studio, replace(call, silences=0))
    return say(studio, call) if key == AGAIN else wrong_key(studio, call)


def _begin(studio: Studio, call: StudioCall, event: ev.TimedOut) -> Next:
    """Whoever has heard the words and does nothing is about to speak."""
    del event
    return _to_record(studio, call)


# After it -------------------------------------------------------------------------------------------------


def _recorded(studio: Studio, call: StudioCall, event: ev.Recorded) -> Next:
    del studio
    item = call.item
    keep = do.KeepRecording(event.recording, call.records, item.code if item else "", call.term)
    spot = Spot.BYE if event.hung_up else Spot.RECORD
    return replace(call, spot=spot, recording=event.recording), keep


def _nothing_recorded(studio: Studio, call: StudioCall, event: ev.Event) -> Next:
    del event
    counted = replace(call, silences=call.silences + 1)
    if counted.silences < MOST_SILENCES:
        return _back_to_item(studio, counted, "rec.empty")
    return bye(studio, counted)


def _kept(studio: Studio, call: StudioCall, event: on.Kept) -> Next:
    item = replace(call.item, code=event.code) if call.item else None
    return say(studio, at_spot(replace(call, item=item, term=None), Spot.FETCH), "rec.moment")


def _not_kept(studio: Studio, call: StudioCall, event: on.Failed) -> Next:
    del event
    return _back_to_item(studio, replace(call, recording=""), "line.lost")


def _gone(studio: Studio, call: StudioCall, event: ev.Event) -> Next:
    """They have hung up while recording; nobody hears what is said now."""
    del studio, event
    return call, Said((), HangUp())


def _look(studio: Studio, call: StudioCall, event: ev.Event) -> Next:
    del studio, event
    return call, do.LookFor(call.recording)


def _not_here(studio: Studio, call: StudioCall, event: ev.Event) -> Next:
    del event
    waited = replace(call, tick=call.tick + 1)
    if waited.tick >= LAST_TICK:
        return following(studio, waited, "rec.unheard")
    return say(studio, waited, *(("rec.moment",) if waited.tick in SPEAK_AGAIN else ()))


def _look_failed(studio: Studio, call: StudioCall, event: on.Failed) -> Next:
    return failed(studio, call, event) if call.told else _not_here(studio, call, event)


def _drafted(studio: Studio, call: StudioCall, event: on.Drafted) -> Next:
    heard = replace(call, tick=0, take=event.take, sound=event.sound, findings=event.findings)
    return say(studio, at_spot(heard, Spot.REVIEW))


def _refused(studio: Studio, call: StudioCall, event: on.Refused) -> Next:
    return say(studio, at_spot(replace(call, tick=0, findings=event.findings), Spot.REFUSED))


# Deciding -------------------------------------------------------------------------------------------------


def _review_key(studio: Studio, call: StudioCall, event: ev.Pressed) -> Next:
    key = event.keys[:1]
    if key == KEEP:
        return call, do.AcceptTake(call.take)
    if key == EARLIER and call.item:
        return call, do.GoBack(call.records, call.item.code, really=False)
    return _decided(studio, call, key)


def _refused_key(studio: Studio, call: StudioCall, event: ev.Pressed) -> Next:
    return _decided(studio, call, event.keys[:1])


def _decided(studio: Studio, call: StudioCall, key: str) -> Next:
    if key == BACK:
        return to_menu(studio, call)
    if key == REDO:
        return _to_record(studio, replace(call, silences=0))
    if key == SKIP:
        return following(studio, call)
    return say(studio, call) if key == AGAIN else wrong_key(studio, call)


def _accepted(studio: Studio, call: StudioCall, event: on.Accepted) -> Next:
    del event
    return following(studio, call, "rec.kept")


def _heard(studio: Studio, call: StudioCall, event: on.Heard) -> Next:
    """What callers hear now is heard; where there is nothing earlier, the question comes again."""
    if not event.sound:
        return say(studio, call, "rec.back.none")
    return say(studio, at_spot(replace(call, sound=event.sound), Spot.BACK))


def _back_key(studio: Studio, call: StudioCall, event: ev.Pressed) -> Next:
    key = event.keys[:1]
    if key == EARLIER and call.item:
        return call, do.GoBack(call.records, call.item.code)
    if key == BACK:
        return to_menu(studio, call)
    if key == GO_ON:
        return following(studio, call)
    return say(studio, call) if key == AGAIN else wrong_key(studio, call)


DECIDING: dict[Spot, Callable[[Studio, StudioCall, ev.Pressed], Next]] = {
    Spot.ITEM: _item_key,
    Spot.REVIEW: _review_key,
    Spot.REFUSED: _refused_key,
    Spot.BACK: _back_key,
}
WHILE_RECORDING = (ev.NothingRecorded, ev.Pressed, ev.TimedOut)
RECORDING: dict[tuple[Spot, type[ev.Event]], Step] = {
    **{(spot, ev.Pressed): step for spot, step in DECIDING.items()},
    **{(spot, ev.TimedOut): silent for spot in DECIDING},
    (Spot.ITEM, ev.TimedOut): _begin,
    **{(spot, ev.Lost): say_again for spot in (*DECIDING, Spot.RECORD)},
    **{(spot, on.Found): found for spot in (*DECIDING, Spot.FETCH)},
    **{(spot, on.Failed): failed for spot in DECIDING},
    (Spot.RECORD, ev.Recorded): _recorded,
    **{(Spot.RECORD, event): _nothing_recorded for event in WHILE_RECORDING},
    (Spot.BYE, on.Kept): _gone,
    (Spot.BYE, on.Failed): _gone,
    (Spot.RECORD, on.Kept): _kept,
    (Spot.RECORD, on.Failed): _not_kept,
    **{(Spot.FETCH, event): _look for event in (ev.Continued, ev.Lost)},
    (Spot.FETCH, on.NotHere): _not_here,
    (Spot.FETCH, on.Failed): _look_failed,
    (Spot.FETCH, on.Drafted): _drafted,
    (Spot.FETCH, on.Refused): _refused,
    (Spot.ITEM, on.Drafted): _drafted,
    **{(spot, on.Heard): _heard for spot in (Spot.ITEM, Spot.REVIEW, Spot.BACK)},
    (Spot.REVIEW, on.Accepted): _accepted,
}

"""What staff who record by phone hear at each spot, and how long we listen there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ivr.flow.studio_line_state import Among, Spot, Studio, StudioCall
from ivr.flow.turns import Gather, Go, HangUp, Play, Record
from ivr.flow.words import LANGUAGES_A_PAGE

NUMBER_SECONDS = 10
LONGEST_NUMBER = 12  # keys: more than any number, so that the hash after it is never left over
KEY_SECONDS = 8
READY_SECONDS = 2  # after the words, before recording begins by itself
RECORD_SILENCE = 10
FETCH_PAUSE = 2
FINISH = "#"
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of the prompt of that code, said by a built voice, if need be in another language."""

    code: str
    language: str


@dataclass(frozen=True, slots=True)
class LiveTake:
    """The take of the prompt of that code that callers hear."""

    code: str
    language: str


@dataclass(frozen=True, slots=True)
class TakeSound:
    """A mastered sound by the hash of its content, as callers would hear it."""

    sound: str
    language: str


Heard = Play | Reading | LiveTake | TakeSound
Then = Gather | Record | Go | HangUp


@dataclass(frozen=True, slots=True)
class Said:
    """What is heard, then one hand-back."""

    plays: tuple[Heard, ...]
    then: Then


def say_studio(studio: Studio, call: StudioCall, before: Iterable[str] = ()) -> Said:
    """What is said at the spot; `before` are prompts that come first."""
    heard, then = SAYING[call.spot](studio, call)
    return Said((*_plays(call, before), *heard), then)


def languages_on(studio: Studio, page: int) -> tuple[str, ...]:
    """The languages of a page; their places are their keys."""
    if len(studio.languages) <= LANGUAGES_A_PAGE:
        return studio.languages if page == 0 else ()
    size = LANGUAGES_A_PAGE - 1
    return studio.languages[page * size : (page + 1) * size]


def spelled(number: int) -> Names:
    """A number digit by digit."""
    return tuple(f"digit.{digit}" for digit in str(number))


def _plays(call: StudioCall, names: Iterable[str]) -> tuple[Play, ...]:
    return tuple(Play(name, call.language) for name in names)


def _number(studio: Studio, call: StudioCall) -> tuple[tuple[Heard, ...], Then]:
    del studio
    way_out = ("line.helpline",) if call.helpline else ()
    return _plays(call, ("rec.number", *way_out)), Gather(NUMBER_SECONDS, LONGEST_NUMBER, FINISH)


def _pin(studio: Studio, call: StudioCall) -> tuple[tuple[Heard, ...], Then]:
    del studio
    return _plays(call, ("line.pin",)), Gather(NUMBER_SECONDS, LONGEST_NUMBER, FINISH)


def _languages(studio: Studio, call: StudioCall) -> tuple[tuple[Heard, ...], Then]:
    heard: list[Heard] = [*_plays(call, ("rec.language",))]
    for key, code in enumerate(languages_on(studio, call.page), 1):
        own = (Play("language.choice", code),)
        named = _plays(call, (f"rec.language.{code}", "rec.press", f"digit.{key}"))
        heard.extend(own if code in studio.voiced else named)
    more = ("language.more",) if len(studio.languages) > LANGUAGES_A_PAGE else ()
    return (*heard, *_plays(call, more)), Gather(KEY_SECONDS)


def _menu(studio: Studio, call: StudioCall) -> tuple[tuple[Heard, ...], Then]:
    del studio
    names = ("rec.missing", "rec.stale", "rec.one", "rec.notice", "rec.other")
    return _plays(call, names), Gather(KEY_SECONDS)


def _keying(studio: Studio, call: StudioCall) -> tuple[tuple[Heard, ...], Then]:
    del studio
    return _plays(call, ("rec.key", "rec.other")), Gather(NUMBER_SECONDS, LONGEST_NUMBER, FINISH)


def _term(studio: Studio, call: StudioCall) -> tuple[tuple[Heard, ...], Then]:
    del studio
    names = ("rec.announce", "rec.today", "rec.tomorrow", "rec.week", "rec.other")
    return _plays(call, names), Gather(KEY_SECONDS)


def _item(studio: Studio, call: StudioCall) -> tuple[tuple[Heard, ...], Then]:
    del studio
    item = call.item
    if item is None or call.among is Among.NOTICE:
        return (), Gather(READY_SECONDS)
    heard: list[Heard] = [*_plays(call, ("rec.prompt", *spelled(item.number)))]
    if item.spoken:
        heard += [*_plays(call, ("rec.words",)), Reading(item.code, call.records)]
    else:
        heard += _plays(call, ("rec.words.none",))
    if item.live:
        heard += [*_plays(call, ("rec.live",)), LiveTake(item.code, call.records)]
    heard += _plays(call, ("rec.draft",) if item.draft else ())
    return tuple(heard), Gather(READY_SECONDS)


def _record(studio: Studio, call: StudioCall) -> tuple[tuple[Heard, ...], Then]:
    del studio
    longest = call.item.longest * 2 + 10 if call.item else KEY_SECONDS
    return _plays(call, ("rec.speak",)), Record(longest, RECORD_SILENCE, FINISH)


def _review(studio: Studio, call: StudioCall) -> tuple[tuple[Heard, ...], Then]:
    del studio
    sound = TakeSound(call.sound, call.records)
    heard: tuple[Heard, ...] = (*_plays(call, ("rec.hear",)), sound, *_plays(call, _found(call)))
    earlier = ("rec.earlier",) if call.item and call.item.live else ()
    choices = ("rec.keep", "rec.again", "rec.skip", *earlier)
    return (*heard, *_plays(call, choices)), Gather(KEY_SECONDS)


def _refused(studio: Studio, call: StudioCall) -> tuple[tuple[Heard, ...], Then]:
    del studio
    names = ("rec.refused", *_found(call), "rec.again", "rec.skip")
    return _plays(call, names), Gather(KEY_SECONDS)


def _found(call: StudioCall) -> Names:
    return tuple(f"rec.found.{finding}" for finding in call.findings)


def _back(studio: Studio, call: StudioCall) -> tuple[tuple[Heard, ...], Then]:
    del studio
    heard: tuple[Heard, ...] = (*_plays(call, ("rec.back",)), TakeSound(call.sound, call.records))
    return (*heard, *_plays(call, ("rec.earlier", "rec.go.on"))), Gather(KEY_SECONDS)


SAYING: dict[Spot, Callable[[Studio, StudioCall], tuple[tuple[Heard, ...], Then]]] = {
    Spot.NUMBER: _number,
    Spot.PIN: _pin,
    Spot.LANGUAGE: _languages,
    Spot.MENU: _menu,
    Spot.KEYING: _keying,
    Spot.TERM: _term,
    Spot.ITEM: _item,
    Spot.RECORD: _record,
    Spot.FETCH: lambda _, call: ((), Go(FETCH_PAUSE if call.tick else 0)),
    Spot.REVIEW: _review,
    Spot.REFUSED: _refused,
    Spot.BACK: _back,
    Spot.HELPLINE: lambda _, call: ((), Go()),  # noqa: ARG005 (a row of the table)
    Spot.BYE: lambda _, call: (_plays(call, ("rec.bye" if call.account else "line.bye",)), HangUp()),
}

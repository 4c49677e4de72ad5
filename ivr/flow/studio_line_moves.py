"""How a recording call comes to another spot; the steps of its machine share this."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ivr.flow import events as ev
from ivr.flow.studio_line_deeds import Deed, FindNext
from ivr.flow.studio_line_saying import Said, say_studio
from ivr.flow.studio_line_state import (
    Among,
    Failed,
    Found,
    Item,
    Spot,
    Studio,
    StudioCall,
    at_spot,
)

MOST_WRONG_KEYS = 3
MOST_SILENCES = 4


@dataclass(frozen=True, slots=True)
class ToHelpline:
    """They go on as any caller."""


Next = tuple[StudioCall, Said | Deed | ToHelpline]
Step = Callable[[Studio, StudioCall, Any], Next]
Way = Callable[[Studio, StudioCall], Next]


def say(studio: Studio, call: StudioCall, *before: str) -> Next:
    """The spot says itself, after the prompts `before`."""
    return replace(call, told=()), say_studio(studio, call, (*call.told, *before))


def say_again(studio: Studio, call: StudioCall, event: ev.Event) -> Next:
    """The same once more."""
    del event
    return say(studio, call)


def bye(studio: Studio, call: StudioCall, *before: str) -> Next:
    """A goodbye, which says that drafts are kept."""
    return say(studio, at_spot(call, Spot.BYE), *before)


def leave(studio: Studio, call: StudioCall, *before: str) -> Next:
    """The helpline for who has rung its number, else a goodbye; only who has not signed in leaves so."""
    if not call.helpline:
        return bye(studio, call, *before)
    if before:
        return say(studio, at_spot(call, Spot.HELPLINE), *before)
    return at_spot(call, Spot.HELPLINE), ToHelpline()


def to_languages(studio: Studio, call: StudioCall, *before: str) -> Next:
    """The languages, or what can be recorded where there is only one."""
    fresh = _put_down(call)
    if len(studio.languages) == 1:
        return to_menu(studio, replace(fresh, records=studio.languages[0]), *before)
    return say(studio, at_spot(replace(fresh, page=0), Spot.LANGUAGE), *before)


def to_menu(studio: Studio, call: StudioCall, *before: str) -> Next:
    """What can be recorded; what was at hand is put down."""
    return say(studio, at_spot(_put_down(call), Spot.MENU), *before)


def to_item(studio: Studio, call: StudioCall, item: Item, *before: str) -> Next:
    """The prompt, with the keys explained to who meets one for the first time."""
    explained = () if call.helped else ("rec.help",)
    fresh = replace(_put_down(call), item=item, helped=True)
    return say(studio, at_spot(fresh, Spot.ITEM), *before, *explained)


def following(studio: Studio, call: StudioCall, *before: str) -> Next:
    """The next prompt follows by itself; by number, another number is asked for."""
    if call.among is Among.ONE:
        return say(studio, at_spot(_put_down(call), Spot.KEYING), *before)
    if call.among is Among.NOTICE or call.item is None:
        return to_menu(studio, call, *before)
    return replace(call, told=before), FindNext(call.records, call.among, call.item.number)


def found(studio: Studio, call: StudioCall, event: Found) -> Next:
    """The prompt; with none left the menu, with none of that number the question again."""
    if event.item:
        return to_item(studio, call, event.item)
    if call.spot is Spot.KEYING:
        return wrong_key(studio, call, "rec.key.none")
    return to_menu(studio, call, "rec.nothing")


def wrong_key(studio: Studio, call: StudioCall, told: str = "wrong.key") -> Next:
    """Say so and ask again; after the last time, the menu, and from there a goodbye."""
    counted = replace(call, wrongs=call.wrongs + 1, silences=0)
    if counted.wrongs < MOST_WRONG_KEYS:
        return say(studio, counted, told)
    return bye(studio, call) if call.spot in {Spot.MENU, Spot.LANGUAGE} else to_menu(studio, call)


def silent(studio: Studio, call: StudioCall, event: ev.Event) -> Next:
    """Ask again, several times; then a goodbye."""
    del event
    return silence(studio, call)


def silence(studio: Studio, call: StudioCall, way: Way = bye) -> Next:
    """Ask again; after the last time, `way`."""
    counted = replace(call, silences=call.silences + 1)
    return say(studio, counted) if counted.silences < MOST_SILENCES else way(studio, counted)


def failed(studio: Studio, call: StudioCall, event: Failed) -> Next:
    """What was asked is not so: say that, and ask again; after what is done already, at the menu."""
    del event
    return (to_menu if call.told else say)(studio, call, "line.lost")


def _put_down(call: StudioCall) -> StudioCall:
    return replace(call, item=None, term=None, recording="", tick=0, take=0, sound="", findings=())

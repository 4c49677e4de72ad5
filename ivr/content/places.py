"""Where a prompt is heard, in the words of somebody who records it."""

from collections.abc import Iterator

from ivr.content.catalogue import Content
from ivr.content.edits import ANNOUNCEMENT
from ivr.content.uses import RECORDED_LANGUAGE, SPOKEN_LANGUAGE
from ivr.flow.helpline import Helpline, Menu
from ivr.flow.words import FIXED


def places_of(content: Content, prompt: str) -> tuple[str, ...]:
    """Every place of the call where it is said, as half sentences: "in the menu main, on key 1"."""
    return tuple(dict.fromkeys(_places(content.helpline, prompt)))


def _places(helpline: Helpline, prompt: str) -> Iterator[str]:
    for menu in helpline.menus.values():
        yield from _in_menu(menu, prompt)
    for segment in helpline.segments.values():
        count = len(segment.prompts)
        for place, each in enumerate(segment.prompts, 1):
            if each == prompt:
                yield f"in {segment.id}, part {place} of {count}" if count > 1 else f"in {segment.id}"
        if segment.topic == prompt:
            yield f"to a counsellor, when the caller has listened to {segment.id}"
    yield from _elsewhere(prompt)


def _in_menu(menu: Menu, prompt: str) -> Iterator[str]:
    if menu.opening == prompt:
        yield f"in the menu {menu.id}, before its choices"
    for choice in menu.choices:
        if choice.prompt == prompt:
            yield f"in the menu {menu.id}, on key {choice.key}"


def _elsewhere(prompt: str) -> Iterator[str]:
    if prompt.startswith(ANNOUNCEMENT):
        yield "after the welcome, while it lasts"
    elif prompt.startswith(SPOKEN_LANGUAGE):
        yield "to a counsellor, before a caller of that language is put through"
    elif prompt.startswith(RECORDED_LANGUAGE):
        yield "to staff who record by phone, when they choose a language"
    elif prompt.startswith("language."):
        yield "in the menu of languages"
    elif prompt in FIXED:
        yield "to callers" if FIXED[prompt].for_callers else "to counsellors and staff"

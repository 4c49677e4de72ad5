"""Which prompts the helpline says, and what each must keep to: seconds, key, and whether callers need it."""

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.content.schema import HelplineFile
from ivr.flow import words

SPOKEN_LANGUAGE = "screen.language."
RECORDED_LANGUAGE = "rec.language."


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a prompt; `key` is the key it names there, `only_in` the language it is for (all: None).

    `wordless`: a sound instead of words.
    """

    prompt: str
    seconds: float
    key: str | None = None
    for_callers: bool = True
    only_in: str | None = None
    place: tuple[str | int, ...] = ()
    wordless: bool = False


def uses(helpline: HelplineFile) -> Iterator[Use]:
    """Every use, in the order in which a caller meets them: also the order of the reading script."""
    yield from _languages(helpline)
    yield Use("welcome", words.FIXED["welcome"].seconds)
    for n, menu in enumerate(helpline.menus):
        if menu.opening:
            yield Use(menu.opening, words.CHOICE_SECONDS, place=("menus", n, "opening"))
        for m, choice in enumerate(menu.choices):
            yield Use(
                choice.prompt, words.CHOICE_SECONDS, choice.key, place=("menus", n, "choices", m, "prompt")
            )
    for n, segment in enumerate(helpline.segments):
        for prompt in segment.prompts:
            yield Use(prompt, words.PART_SECONDS, place=("segments", n, "prompts"))
    for name, fixed in words.FIXED.items():
        yield Use(name, fixed.seconds, fixed.key, fixed.for_callers, wordless=fixed.wordless)
    yield from _for_counsellors(helpline)


def spoken_language(code: str) -> str:
    """The prompt that tells a counsellor what the caller speaks."""
    return f"{SPOKEN_LANGUAGE}{code}"


def recorded_language(code: str) -> str:
    """The prompt that names a language to staff who record."""
    return f"{RECORDED_LANGUAGE}{code}"


def language_key(helpline: HelplineFile, code: str) -> str:
    """The key of a language: its place in the menu, page by page."""
    place = next(n for n, each in enumerate(helpline.languages) if each.code == code)
    count = len(helpline.languages)
    a_page = words.LANGUAGES_A_PAGE if count <= words.LANGUAGES_A_PAGE else words.LANGUAGES_A_PAGE - 1
    return str(place % a_page + 1)


def _languages(helpline: HelplineFile) -> Iterator[Use]:
    several = len(helpline.languages) > 1
    for language in helpline.languages:
        key = language_key(helpline, language.code)
        yield Use("language.choice", words.LANGUAGE_CHOICE.seconds, key, several, only_in=language.code)
    more = words.LANGUAGE_MORE
    yield Use("language.more", more.seconds, more.key, len(helpline.languages) > words.LANGUAGES_A_PAGE)


def _for_counsellors(helpline: HelplineFile) -> Iterator[Use]:
    for language in helpline.languages:
        yield Use(spoken_language(language.code), words.SPEAKS.seconds, for_callers=False)
        yield Use(recorded_language(language.code), words.SPEAKS.seconds, for_callers=False)
    for n, segment in enumerate(helpline.segments):
        if segment.topic:
            place = ("segments", n, "topic")
            yield Use(segment.topic, words.TOPIC.seconds, for_callers=False, place=place)

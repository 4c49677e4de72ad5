"""The shape of helpline.toml; every rule that one value must keep by itself."""

import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from ivr.content.service import Service, Strict
from ivr.settings import is_e164


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("is not a time zone; write one such as Africa/Johannesburg") from error
    return name


def _number(number: str) -> str:
    if number and not is_e164(number):
        raise ValueError("is not E.164; write + and country code, without spaces, or leave it empty")
    return number


def _written(pattern: str, advice: str) -> AfterValidator:
    def checked(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"{text!r} cannot be used; {advice}")
        return text

    return AfterValidator(checked)


def _free(name: str) -> str:
    if name in RESERVED:
        raise ValueError(f"{name!r} has a meaning of its own in the language files; take another name")
    return name


RESERVED = ("language", "keys")
Id = Annotated[
    str,
    Field(max_length=60),
    _written(r"[a-z][a-z0-9]*([._-][a-z0-9]+)*", "write small letters and digits, with dots: main.stopping"),
    AfterValidator(_free),
]
Code = Annotated[
    str, _written(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", "write a language's code in small letters: en")
]
Key = Annotated[str, _written(r"[0-9*#]", "write one key of a telephone in quotes: 1")]
Digits = Annotated[str, _written(r"[0-9]{2,15}", "write 2 to 15 digits without spaces: 112")]
Name = Annotated[
    str,
    Field(max_length=60),
    _written(r"[^\x00-\x1f\x7f{}]*\w[^\x00-\x1f\x7f{}]*", "write the name as it is to be said"),
]
Accent = Annotated[str, _written(r"([a-z]{2,3}(\.[a-z]{2})?)?", "write the end of a Google address: co.za")]


class LimitsTable(Strict):
    """[limits]: the bounds are those a caller can live with."""

    key_seconds: Annotated[int, Field(ge=3, le=30)] = 5
    language_seconds: Annotated[int, Field(ge=3, le=30)] = 8
    silences: Annotated[int, Field(ge=1, le=5)] = 2
    wrong_keys: Annotated[int, Field(ge=2, le=9)] = 3
    ring_seconds: Annotated[int, Field(ge=5, le=40)] = 20
    ring_total: Annotated[int, Field(ge=5, le=180)] = 180
    message_seconds: Annotated[int, Field(ge=10, le=600)] = 120
    message_silence: Annotated[int, Field(ge=2, le=30)] = 5


class LanguageTable(Strict):
    """[[languages]]: one language, how it is synthesised and what stands in for it."""

    code: Code
    fallback: Code | None = None
    engines: list[Literal["gtts", "espeak"]] = Field(default_factory=list)
    gtts: str = ""
    accent: Accent = "com"
    espeak: str = ""
    words_per_minute: Annotated[int, Field(ge=80, le=260)] = 150


class ChoiceTable(Strict):
    """[[menus.choices]]: a key, what is said about it, where it leads."""

    key: Key
    leads_to: Id
    prompt: Id


class MenuTable(Strict):
    """[[menus]]: a question with choices."""

    id: Id
    opening: Id | None = None
    choices: Annotated[list[ChoiceTable], Field(min_length=1)]


class SegmentTable(Strict):
    """[[segments]]: prompts heard one after the other."""

    id: Id
    prompts: Annotated[list[Id], Field(min_length=1)]
    topic: Id | None = None


class HelplineFile(Service):
    """helpline.toml."""

    name: Name
    emergency_number: Digits
    fallback_number: Annotated[str, AfterValidator(_number)] = ""
    zone: Annotated[str, AfterValidator(_zone)]
    main: Id
    emergency: Id
    after_silence: Literal["counsellor", "message", "goodbye"] = "counsellor"
    limits: LimitsTable = LimitsTable()
    languages: Annotated[list[LanguageTable], Field(min_length=1)]
    menus: Annotated[list[MenuTable], Field(min_length=1)]
    segments: Annotated[list[SegmentTable], Field(min_length=1)]

"""The shape of helpline.toml; every rule that one value must keep by itself."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

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


Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*([._-][a-z0-9]+)*$", max_length=60)]
Code = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")]


class Strict(BaseModel):
    """Unknown keys are slips, so they are problems; values are never bent into another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


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
    engines: list[Literal["gtts", "espeak"]] = []
    gtts: str = ""
    accent: Annotated[str, Field(pattern=r"^([a-z]{2,3}(\.[a-z]{2})?)?$")] = "com"
    espeak: str = ""
    words_per_minute: Annotated[int, Field(ge=80, le=260)] = 150


class ChoiceTable(Strict):
    """[[menus.choices]]: a key, what is said about it, where it leads."""

    key: Annotated[str, Field(pattern=r"^[0-9*#]$")]
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


class HelplineFile(Strict):
    """helpline.toml."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    emergency_number: Annotated[str, Field(pattern=r"^[0-9]{2,15}$")]
    fallback_number: Annotated[str, AfterValidator(_number)] = ""
    zone: Annotated[str, AfterValidator(_zone)]
    main: Id
    emergency: Id
    after_silence: Literal["counsellor", "message", "goodbye"] = "counsellor"
    limits: LimitsTable = LimitsTable()
    languages: Annotated[list[LanguageTable], Field(min_length=1)]
    menus: Annotated[list[MenuTable], Field(min_length=1)]
    segments: Annotated[list[SegmentTable], Field(min_length=1)]

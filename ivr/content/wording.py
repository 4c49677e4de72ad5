"""A language's file: the spoken words, their placeholders, and what is wrong with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from sys import intern

from ivr.content.catalogue import Prompt
from ivr.content.fitting import KNOWN, PLACEHOLDER, as_spoken, misplaced, unspeakable
from ivr.content.problems import Problem
from ivr.content.schema import HelplineFile
from ivr.content.source import Source, read_source
from ivr.content.uses import RECORDED_LANGUAGE, SPOKEN_LANGUAGE, Use, recorded_language, spoken_language

_KEYS = tuple("0123456789*#")
_Values = tuple[tuple[str, str], ...]
WORDLESS = "A sound, not words: soft and slow, about ten seconds. Ours is heard until there is a recording."


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language as written, before placeholders are filled in.

    `source` keeps no more of the file's values than which there are: the words are in `texts`, as pairs of
    text and note.
    `filed`: the file's words of each prompt that staff have edited, "" for one that has none there.
    """

    source: Source
    code: str
    name: str
    reviewed_by: str
    keys: Mapping[str, str]
    texts: Mapping[str, tuple[str, str]]
    problems: tuple[Problem, ...]
    filed: Mapping[str, str] = field(default_factory=dict)


def read_wording(path: Path) -> Wording:
    """The language file; its problems are collected, never raised."""
    source = read_source(path)
    problems = list(source.problems)
    language, keys = source.values.get("language", {}), source.values.get("keys", {})
    if not problems:
        problems += _language_problems(source) + _key_problems(source)
    texts: dict[str, tuple[str, str]] = {}
    for name, value in source.values.items():
        if name in {"language", "keys"}:
            continue
        if text := _text(source, name, value, problems):
            texts[intern(name)] = text
    about = language if isinstance(language, dict) else {}
    said = keys.items() if isinstance(keys, dict) else ()
    spoken = {key: word for key, word in said if isinstance(word, str)}
    name, reviewer = str(about.get("name", "")), str(about.get("reviewed_by", ""))
    slim = replace(source, values=dict.fromkeys(map(intern, source.values)))
    return Wording(slim, path.stem, name, reviewer, spoken, texts, tuple(problems))


def with_names(wording: Wording, others: Iterable[Wording]) -> Wording:
    """The wording in which every language that has no sentence yet is told to staff by its name."""
    named = [each for each in others if each.name.strip()]
    told = (spoken_language, recorded_language)
    names = {prompt(each.code): (each.name, "") for prompt in told for each in named}
    written = {name: words for name, words in names.items() if name not in wording.source.values}
    return replace(wording, texts={**wording.texts, **written}) if wording.texts else wording


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What does not fit together: prompts without words, and words that nothing says."""

    missing: tuple[Problem, ...]
    unused: tuple[Problem, ...]


def resolve(
    wording: Wording, by_name: Mapping[str, Use], numbers: Mapping[str, int], helpline: HelplineFile
) -> tuple[dict[str, Prompt], list[Problem], Unsaid]:
    """The prompts of one language in the order of the reading script, and what is wrong with them."""
    if not wording.texts:
        return {}, [], Unsaid((), ())
    written = [use for name, use in by_name.items() if name in wording.texts and not use.wordless]
    problems = [
        wording.source.problem((use.prompt, "text"), message)
        for use in written
        for message in misplaced(use, wording.texts[use.prompt][0])
    ]
    prompts = {
        name: _wordless(wording, use, numbers[name])
        if use.wordless
        else _prompt(wording, use, numbers[name], helpline)
        for name, use in by_name.items()
        if use.wordless or name in wording.texts
    }
    return prompts, problems, _unsaid(wording, by_name)


def by_prompt(found: Iterable[Use]) -> dict[str, Use]:
    """What each prompt must keep to, wherever it is used; in the order of the reading script."""
    strictest: dict[str, Use] = {}
    for use in found:
        known = strictest.get(use.prompt)
        strictest[use.prompt] = _strictest(known, use) if known else use
    return strictest


def _strictest(one: Use, other: Use) -> Use:
    """What holds for a prompt that is used twice."""
    needed, wordless = one.for_callers or other.for_callers, one.wordless or other.wordless
    return replace(one, seconds=min(one.seconds, other.seconds), for_callers=needed, wordless=wordless)


def _unsaid(wording: Wording, used: Mapping[str, Use]) -> Unsaid:
    said = {name for name, use in used.items() if not use.wordless}
    missing = tuple(
        Problem(wording.source.name, 0, name, f'words are missing; add ["{name}"] with text = "…"')
        for name in used
        if name in said and name not in wording.source.values and name not in wording.texts
    )
    unused = tuple(
        wording.source.problem((name,), "nothing says this prompt; remove it, or use it in helpline.toml")
        for name in wording.texts
        if name not in said
        and not name.startswith((SPOKEN_LANGUAGE, RECORDED_LANGUAGE))  # languages come and go
    )
    return Unsaid(missing, unused)


def _prompt(wording: Wording, use: Use, number: int, helpline: HelplineFile) -> Prompt:
    text, note = wording.texts[use.prompt]
    plain, kept = _filled_in(text, wording, use, helpline) if "{" in text else (text, ())
    return Prompt(
        use.prompt,
        wording.code,
        plain,
        note,
        use.seconds,
        number,
        kept,
        use.for_callers,
        written=text,
        filed=wording.filed.get(use.prompt),
    )


def _filled_in(text: str, wording: Wording, use: Use, helpline: HelplineFile) -> tuple[str, _Values]:
    """The text with the values of its placeholders, and those of them that no caller may hear outdated."""
    values = {
        name: _value(name, use, wording, helpline) for name in PLACEHOLDER.findall(text) if name in KNOWN
    }
    plain = PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
    return plain, tuple((name, raw) for name, raw in _raw(use, helpline) if name in values)


def _wordless(wording: Wording, use: Use, number: int) -> Prompt:
    needed = use.for_callers
    return Prompt(use.prompt, wording.code, "", WORDLESS, use.seconds, number, needed=needed, wordless=True)


def _raw(use: Use, helpline: HelplineFile) -> _Values:
    return (("key", use.key or ""), ("emergency_number", helpline.emergency_number))


def _value(name: str, use: Use, wording: Wording, helpline: HelplineFile) -> str:
    if name == "helpline_name":
        return helpline.name
    digits = use.key or "" if name == "key" else helpline.emergency_number
    return " ".join(wording.keys.get(digit, digit) for digit in digits)


def _language_problems(source: Source) -> list[Problem]:
    language = source.values.get("language")
    if not isinstance(language, dict):
        return [Problem(source.name, 0, "language", "is missing; add [language] with name and reviewed_by")]
    problems = [
        source.problem(("language", key), "unknown key; only name and reviewed_by stand here")
        for key in language
        if key not in {"name", "reviewed_by"}
    ]
    problems += [
        source.problem(("language", key), "must be text")
        for key in ("name", "reviewed_by")
        if not isinstance(language.get(key, ""), str) or (key == "name" and not language.get(key))
    ]
    return problems


def _key_problems(source: Source) -> list[Problem]:
    keys = source.values.get("keys")
    if not isinstance(keys, dict):
        return [Problem(source.name, 0, "keys", "is missing; add [keys] with a word for each key")]
    problems = [
        source.problem(("keys", key), "is not a key of a telephone; use 0 to 9, * and #")
        for key in keys
        if key not in _KEYS
    ]
    problems += [
        source.problem(("keys", key), f'needs a word; add "{key}" = "…"')
        for key in _KEYS
        if not isinstance(keys.get(key), str) or not keys[key].strip()
    ]
    return problems


def _text(source: Source, name: str, value: object, problems: list[Problem]) -> tuple[str, str] | None:
    if not isinstance(value, dict):
        problems.append(source.problem((name,), f'must be a table: ["{name}"] with text and note'))
        return None
    if nested := [key for key, inner in value.items() if isinstance(inner, dict)]:
        problems += [source.problem((name, key), _quoted(name, key)) for key in nested]
        return None
    problems += [
        source.problem((name, key), "only text and note stand here, both in quotes")
        for key, inner in value.items()
        if key not in {"text", "note"} or not isinstance(inner, str)
    ]
    return _spoken(source, name, value, problems)


def _quoted(name: str, key: str) -> str:
    return f'a name with a dot stands in quotes; write ["{name}.{key}"]'


def _spoken(
    source: Source, name: str, value: Mapping[str, object], problems: list[Problem]
) -> tuple[str, str] | None:
    text, note = value.get("text", ""), value.get("note", "")
    if not isinstance(text, str):
        return None
    if reason := unspeakable(text):
        problems.append(source.problem((name, "text"), reason))
        return None
    return as_spoken(text), intern(str(note))

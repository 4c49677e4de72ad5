"""What counsellors send by SMS, and what they are answered: prompts/sms/<language>.toml, read and checked."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ivr.content.catalogue import Content
from ivr.content.notices import fill
from ivr.content.problems import Problem
from ivr.content.sms import MOST_PARTS, parts
from ivr.content.source import Source, read_source

FOLDER = "sms"
COMMANDS = ("on", "off", "pause", "next", "help")
#: Each answer, and what may stand in it in braces besides {helpline}.
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "on": ("until",),
    "off": (),
    "pause": (),
    "last": (),
    "next": ("shifts",),
    "none": (),
    "help": (),
}
# Networks answer these themselves, and stop or begin sending to who has sent them.
RESERVED = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "start", "unstop"})
_LONGEST = {"until": "2026-11-22 18:00", "shifts": "2026-11-22 08:00-18:00, 2026-11-23 08:00-18:00"}
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class LineTexts:
    """Commands by their words, of all languages together, and answers by language and name."""

    words: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def command(self, text: str) -> str | None:
        """The command that was sent, if it is one; capitals, spaces and punctuation do not matter."""
        return self.words.get(plain(text))


def plain(text: str) -> str:
    """Letters and digits alone, without capitals."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def read_line_texts(folder: Path, content: Content) -> LineTexts:
    """The texts in `folder`/sms; problems are collected, never raised, and cost only what they are about."""
    words: dict[str, str] = {}
    answers: dict[str, Mapping[str, str]] = {}
    problems: list[Problem] = []
    for code in content.languages:
        path = folder / FOLDER / f"{code}.toml"
        if not path.is_file():
            message = f"is missing; put {path} there, or counsellors are answered in another language"
            problems.append(Problem(f"{FOLDER}/{path.name}", 0, "", message, warning=True))
            continue
        source = _read(path)
        problems += source.problems
        if not source.problems:
            _add_words(source, words, problems)
            answers[code] = dict(_answers(source, content, problems))
    return LineTexts(words, answers, tuple(problems))


def _read(path: Path) -> Source:
    source, name = read_source(path), f"{FOLDER}/{path.name}"
    return replace(source, name=name, problems=tuple(replace(each, file=name) for each in source.problems))


def _add_words(source: Source, known: dict[str, str], problems: list[Problem]) -> None:
    table = source.values.get("words")
    found = table if isinstance(table, dict) else {}
    for command in COMMANDS:
        words = found.get(command)
        if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
            message = f'needs words; add {command} = ["…"] under [words]'
            problems.append(source.problem(("words", command), message))
            continue
        for word in words:
            if wrong := _wrong_word(plain(word), command, known):
                problems.append(source.problem(("words", command), f"{word!r} {wrong}"))
            else:
                known[plain(word)] = command


def _wrong_word(word: str, command: str, known: Mapping[str, str]) -> str:
    if not word:
        return "has no letters; remove it"
    if word in RESERVED:
        return "is kept by networks for themselves; choose another word"
    if known.get(word, command) != command:
        return f"means {known[word]} already; choose another word"
    return ""


def _answers(source: Source, content: Content, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    table = source.values.get("answers")
    found = table if isinstance(table, dict) else {}
    for name, places in ANSWERS.items():
        text = found.get(name)
        wrong = _wrong_answer(text, places, content)
        if wrong:
            problems.append(source.problem(("answers", name), wrong))
        elif isinstance(text, str):
            yield name, text


def _wrong_answer(text: object, places: tuple[str, ...], content: Content) -> str:
    if not isinstance(text, str) or not text.strip():
        return 'needs words; add it under [answers], as name = "…"'
    unknown = [place for place in _PLACE.findall(text) if place not in (*places, "helpline")]
    if unknown or set(_PLACE.sub("", text)) & set("{}"):
        known = ", ".join(f"{{{each}}}" for each in (*places, "helpline"))
        return f"has braces that are not understood; known here: {known}"
    longest = fill(text, {**_LONGEST, "helpline": content.helpline.name})
    taken = parts(longest)
    return f"can take {taken} SMS, at most {MOST_PARTS}: shorten it" if taken > MOST_PARTS else ""

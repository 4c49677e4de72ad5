"""What staff are told by SMS and e-mail: prompts/notices/<language>.toml, read and checked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ivr.content.catalogue import Content
from ivr.content.problems import Problem
from ivr.content.sms import MOST_PARTS, expensive, parts
from ivr.content.source import Source, read_source

FOLDER = "notices"
WORDS = "words"
KINDS_OF_PROMISE = ("message", "callback", "missed-call")
_PROMISE = ("promise", "what", "language")
#: Each text, and what may stand in it in braces; {helpline} and {at}, when it happened, may in every one.
PLACES: Mapping[str, tuple[str, ...]] = {
    "promise-new": _PROMISE,
    "promise-overdue": (*_PROMISE, "since"),
    "promise-refused": (),
    "gap-ahead": ("gaps", "start", "end"),
    "nobody-reachable": ("language",),
    "conversation-urgent": ("conversation", "name", "language"),
    "bad-number": ("name",),
    "repeated-misses": ("name", "count"),
    "repeated-misses-last": ("name", "count"),
    "you-are-paused": ("count",),
    "pin-locked": ("name", "count"),
    "subscription-failed": ("subscription",),
    "self-test-failed": ("reason",),
    "low-balance": ("balance",),
}
EVERYWHERE = ("helpline", "at")
#: As long as they get, for the check of length; longer ones are cut when they are sent.
_LONGEST = {
    "promise": "12345678",
    "conversation": "12345678",
    "since": "2026-11-22 18:00",
    "at": "2026-11-22 18:00",
    "start": "2026-11-22 18:00",
    "end": "2026-11-22 18:00",
    "gaps": ", ".join(["2026-11-22 18:00 - 2026-11-22 18:00"] * 3),
    "name": "N" * 25,
    "count": "20",
    "subscription": "S" * 40,
    "reason": "R" * 60,
    "balance": "123456.78 ZAR",
}
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A text with its places still open; the subject stands over it in an e-mail."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Notices:
    """The texts that can be used, by language and name; `words` name kinds of promise."""

    texts: Mapping[str, Mapping[str, NoticeText]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_notices(folder: Path, content: Content) -> Notices:
    """The texts in `folder`/notices; problems are collected, never raised, and cost only their own text."""
    texts: dict[str, Mapping[str, NoticeText]] = {}
    words: dict[str, Mapping[str, str]] = {}
    problems = [*_strays(folder / FOLDER, content), *_unknown_language(content)]
    for code in content.languages:
        path = folder / FOLDER / f"{code}.toml"
        if not path.is_file():
            problems.append(_missing(path))
            continue
        source = _read(path)
        problems += source.problems
        words[code] = dict(_words(source, problems))
        texts[code] = dict(_texts(source, content, words[code], problems))
        if not source.problems:
            problems += _unwritten(source, texts[code])
    return Notices(texts, words, tuple(problems))


def _read(path: Path) -> Source:
    source, name = read_source(path), f"{FOLDER}/{path.name}"
    return replace(source, name=name, problems=tuple(replace(each, file=name) for each in source.problems))


def _missing(path: Path) -> Problem:
    message = "is missing; write it, or staff who get messages in this language get them in another"
    return Problem(f"{FOLDER}/{path.name}", 0, "", message, warning=True)


def _strays(folder: Path, content: Content) -> Iterator[Problem]:
    for path in sorted(folder.glob("*.toml")):
        if path.stem not in content.languages:
            message = "is not a language of helpline.toml; add it to [[languages]] or remove it"
            yield Problem(f"{FOLDER}/{path.name}", 0, "", message, warning=True)


def _unknown_language(content: Content) -> Iterator[Problem]:
    code = content.service.notify.language
    if code and code not in content.languages:
        known = ", ".join(content.languages)
        yield Problem("helpline.toml", 0, "notify.language", f"{code!r} is not offered; use one of {known}")


def _words(source: Source, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    table = source.values.get(WORDS, {})
    found = table if isinstance(table, dict) else {}
    for kind in () if source.problems else KINDS_OF_PROMISE:
        word = found.get(kind)
        if isinstance(word, str) and word.strip():
            yield kind, word.strip()
        else:
            problems.append(source.problem((WORDS, kind), f'needs words; add {kind} = "…" under [{WORDS}]'))
    for name in found.keys() - set(KINDS_OF_PROMISE):
        message = f"is no kind of promise; known: {', '.join(KINDS_OF_PROMISE)}"
        problems.append(source.problem((WORDS, name), message))


def _texts(
    source: Source, content: Content, words: Mapping[str, str], problems: list[Problem]
) -> Iterator[tuple[str, NoticeText]]:
    longest = _longest(content, words)
    for name, table in source.values.items():
        if name == WORDS:
            continue
        wrong = list(_wrong(source, name, table)) or list(_too_long(source, name, table, longest))
        problems += wrong
        if not any(not each.warning for each in wrong):
            yield name, NoticeText(*(" ".join(table[each].split()) for each in ("subject", "text")))


def _wrong(source: Source, name: str, table: object) -> Iterator[Problem]:
    if name not in PLACES:
        yield source.problem((name,), f"unknown text; known: {', '.join(PLACES)}")
        return
    if not isinstance(table, dict):
        yield source.problem((name,), f"must be a table: [{name}] with subject and text")
        return
    for key in table.keys() - {"subject", "text"}:
        yield source.problem((name, key), "unknown key; only subject and text stand here")
    for key in ("subject", "text"):
        value = table.get(key)
        if not isinstance(value, str) or not any(letter.isalnum() for letter in value):
            yield source.problem((name, key), f'needs words; add {key} = "…"')
            continue
        for message in _wrong_places(name, value):
            yield source.problem((name, key), message)


def _wrong_places(name: str, text: str) -> Iterator[str]:
    allowed = (*PLACES[name], *EVERYWHERE)
    known = " ".join(f"{{{each}}}" for each in allowed)
    for place in _PLACE.findall(text):
        if place not in allowed:
            yield f"unknown placeholder {{{place}}}; known here: {known}"
    if set(_PLACE.sub("", text)) & set("{}"):
        yield "has a brace { or } without its partner; write placeholders as {name}"


def _too_long(
    source: Source, name: str, table: Mapping[str, str], longest: Mapping[str, str]
) -> Iterator[Problem]:
    text = fill(table["text"], longest)
    if parts(text) <= MOST_PARTS:
        return
    costly = " ".join(expensive(text))
    why = f"; these letters cost more than double: {costly}" if costly else ""
    yield source.problem(
        (name, "text"), f"can take {parts(text)} SMS, at most {MOST_PARTS}: shorten it{why}", warning=True
    )


def _unwritten(source: Source, texts: Mapping[str, NoticeText]) -> list[Problem]:
    return [
        Problem(source.name, 0, name, f"is missing; add [{name}] with subject and text")
        for name in PLACES
        if name not in texts and name not in source.values
    ]


def _longest(content: Content, words: Mapping[str, str]) -> dict[str, str]:
    names = [each.name for each in content.languages.values()]
    return {
        **_LONGEST,
        "helpline": content.helpline.name,
        "language": max(names, key=len, default=""),
        "what": max(words.values(), key=len, default=""),
    }


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with each place filled; one without a value stays as it is."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def chain_of(content: Content, first: Sequence[str]) -> tuple[str, ...]:
    """The languages in which to look for a text: the first ones, whoever stands in for them, then all."""
    wanted = [code for each in first for code in content.chain(each)]
    return tuple(dict.fromkeys((*wanted, *content.languages)))

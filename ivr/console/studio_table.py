"""What the table of prompts shows: the rows that somebody looks for, one page of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.console.studio_catalogue import Catalogue
from ivr.sound.states import TakeState

A_PAGE = 50
FILTERS = {
    "missing": frozenset({TakeState.MISSING, TakeState.WORDLESS}),
    "stale": frozenset({TakeState.STALE, TakeState.NEVER}),
    "speech": frozenset({TakeState.SPEECH}),
    "live": frozenset({TakeState.LIVE}),
}
DRAFTS, UNREVIEWED = "drafts", "unreviewed"
Pairs = frozenset[tuple[str, str]]
"""(prompt, language)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; "" and 1 are everything from the start."""

    language: str = ""
    state: str = ""
    search: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Marks:
    """What storage knows: which have a draft that waits, and whose words changed since the review."""

    drafts: Pairs = frozenset()
    edited: Pairs = frozenset()


@dataclass(frozen=True, slots=True)
class Cell:
    """A prompt in a language; `draft`: a recording waits to be accepted."""

    language: str
    state: TakeState
    draft: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A prompt: its number, its words, and a cell for each language shown; None where it is not said."""

    prompt: str
    number: int
    words: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the rows, of how many rows and pages, and the languages shown."""

    rows: tuple[Row, ...]
    count: int
    page: int
    pages: int
    languages: tuple[str, ...]


def find(catalogue: Catalogue, wanted: Wanted, marks: Marks) -> Found:
    """The rows that are wanted."""
    languages = shown_languages(catalogue, wanted)
    names = [
        name
        for name in catalogue.order
        if any(_is_wanted(catalogue, name, code, wanted.state, marks) for code in languages)
        and _is_found(catalogue, name, languages, wanted.search.strip().casefold())
    ]
    pages = max(1, -(-len(names) // A_PAGE))
    page = min(max(1, wanted.page), pages)
    shown = names[(page - 1) * A_PAGE : page * A_PAGE]
    rows = tuple(_row(catalogue, name, languages, marks) for name in shown)
    return Found(rows, len(names), page, pages, languages)


def shown_languages(catalogue: Catalogue, wanted: Wanted) -> tuple[str, ...]:
    """The language that is wanted, or all of them."""
    known = tuple(catalogue.content.languages)
    return (wanted.language,) if wanted.language in known else known


def _is_wanted(catalogue: Catalogue, name: str, code: str, wanted: str, marks: Marks) -> bool:
    state = catalogue.states(code).get(name)
    if state is None or wanted == DRAFTS:
        return (name, code) in marks.drafts
    if wanted == UNREVIEWED:
        return not catalogue.content.languages[code].reviewed_by or (name, code) in marks.edited
    return wanted not in FILTERS or state in FILTERS[wanted]


def _is_found(catalogue: Catalogue, name: str, languages: tuple[str, ...], search: str) -> bool:
    if not search or search in name:
        return True
    if search.isdecimal() and search.lstrip("0") == str(catalogue.number(name)):
        return True
    return any(search in words.casefold() for words in _words(catalogue, name, languages))


def _words(catalogue: Catalogue, name: str, languages: tuple[str, ...]) -> Iterator[str]:
    for code in languages:
        if prompt := catalogue.content.prompt(code, name):
            yield prompt.text


def _row(catalogue: Catalogue, name: str, languages: tuple[str, ...], marks: Marks) -> Row:
    cells = tuple(_cell(catalogue, name, code, marks) for code in languages)
    alone = catalogue.content.prompt(languages[0], name) if len(languages) == 1 else None
    words = alone.text if alone else catalogue.words(name)
    return Row(name, catalogue.number(name), words, cells)


def _cell(catalogue: Catalogue, name: str, code: str, marks: Marks) -> Cell | None:
    state = catalogue.states(code).get(name)
    return Cell(code, state, (name, code) in marks.drafts) if state else None

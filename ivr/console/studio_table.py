"""What the table of prompts shows: the rows that somebody looks for, one page of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.console.studio_catalogue import Catalogue, State

A_PAGE = 50
FILTERS = {
    "missing": frozenset({State.MISSING, State.WORDLESS}),
    "stale": frozenset({State.STALE, State.NEVER}),
    "speech": frozenset({State.SPEECH}),
    "live": frozenset({State.LIVE}),
}
DRAFTS, UNREVIEWED = "drafts", "unreviewed"
Drafts = frozenset[tuple[str, str]]
"""(prompt, language) of every draft that waits."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; "" and 1 are everything from the start."""

    language: str = ""
    state: str = ""
    search: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """A prompt in a language; `draft`: a recording waits to be accepted."""

    language: str
    state: State
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


def find(catalogue: Catalogue, wanted: Wanted, drafts: Drafts) -> Found:
    """The rows that are wanted."""
    languages = _languages(catalogue, wanted)
    names = [
        name
        for name in catalogue.order
        if _is_in_state(catalogue, name, languages, wanted.state, drafts)
        and _is_found(catalogue, name, languages, wanted.search.strip().casefold())
    ]
    pages = max(1, -(-len(names) // A_PAGE))
    page = min(max(1, wanted.page), pages)
    shown = names[(page - 1) * A_PAGE : page * A_PAGE]
    rows = tuple(_row(catalogue, name, languages, drafts) for name in shown)
    return Found(rows, len(names), page, pages, languages)


def _languages(catalogue: Catalogue, wanted: Wanted) -> tuple[str, ...]:
    known = tuple(catalogue.content.languages)
    chosen = (wanted.language,) if wanted.language in known else known
    if wanted.state != UNREVIEWED:
        return chosen
    return tuple(code for code in chosen if not catalogue.content.languages[code].reviewed_by)


def _is_in_state(
    catalogue: Catalogue, name: str, languages: tuple[str, ...], state: str, drafts: Drafts
) -> bool:
    if state == DRAFTS:
        return any((name, code) in drafts for code in languages)
    wanted = FILTERS.get(state)
    if wanted is None:
        return any(name in catalogue.states(code) for code in languages)
    return any(catalogue.states(code).get(name) in wanted for code in languages)


def _is_found(catalogue: Catalogue, name: str, languages: tuple[str, ...], search: str) -> bool:
    if not search or search in name:
        return True
    if search.isdigit() and int(search) == catalogue.number(name):
        return True
    return any(search in words.casefold() for words in _words(catalogue, name, languages))


def _words(catalogue: Catalogue, name: str, languages: tuple[str, ...]) -> Iterator[str]:
    for code in languages:
        if prompt := catalogue.content.prompt(code, name):
            yield prompt.text


def _row(catalogue: Catalogue, name: str, languages: tuple[str, ...], drafts: Drafts) -> Row:
    cells = tuple(_cell(catalogue, name, code, drafts) for code in languages)
    alone = catalogue.content.prompt(languages[0], name) if len(languages) == 1 else None
    words = alone.text if alone else catalogue.words(name)
    return Row(name, catalogue.number(name), words, cells)


def _cell(catalogue: Catalogue, name: str, code: str, drafts: Drafts) -> Cell | None:
    state = catalogue.states(code).get(name)
    return Cell(code, state, (name, code) in drafts) if state else None

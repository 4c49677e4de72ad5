"""What staff have changed over prompts/: words, reviews, languages taken back, announcements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ANNOUNCEMENT = "announcement."
Key = tuple[str, str]
"""A language's code and a prompt's id."""
WORDS, MARK, NOTICE = "words", "mark", "announcement"


@dataclass(frozen=True, slots=True)
class Announcement:
    """A dated notice, heard after the welcome in `[starts, ends)`; both are aware.

    `texts` are its words by language; "" for a language in which it is only recorded.
    """

    id: int
    title: str
    starts: datetime
    ends: datetime
    texts: Mapping[str, str] = field(default_factory=dict)
    withdrawn: bool = False

    @property
    def prompt(self) -> str:
        """The id of the prompt that says it."""
        return f"{ANNOUNCEMENT}{self.id}"


@dataclass(frozen=True, slots=True)
class Edits:
    """What staff have changed; whatever is not named here is as in prompts/.

    `words`: (language, prompt) → text as written, with its placeholders; `restored`: those that staff have
    edited and taken back to the file's words. `reviewed`: language → by whom, "" for nobody. `withdrawn`:
    languages that callers are not offered.
    """

    words: Mapping[Key, str] = field(default_factory=dict)
    restored: frozenset[Key] = frozenset()
    reviewed: Mapping[str, str] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()
    announcements: tuple[Announcement, ...] = ()


NO_EDITS = Edits()


def edits_to_rows(edits: Edits) -> list[dict[str, Any]]:
    """The edits as values that JSON knows, as the snapshot carries them."""
    words = [words_to_row(*key, text) for key, text in edits.words.items()]
    words += [words_to_row(*key, None) for key in sorted(edits.restored)]
    marked = sorted({*edits.reviewed, *edits.withdrawn})
    marks = [
        {
            "kind": MARK,
            "language": each,
            "reviewed": edits.reviewed.get(each),
            "withdrawn": each in edits.withdrawn,
        }
        for each in marked
    ]
    return [*words, *marks, *(_announcement_row(each) for each in edits.announcements)]


def words_to_row(language: str, prompt: str, text: str | None) -> dict[str, Any]:
    """One prompt's words, or, with None, that they are the file's again."""
    return {"kind": WORDS, "language": language, "prompt": prompt, "text": text}


def edits_from_rows(rows: Iterable[Mapping[str, Any]]) -> Edits:
    """The edits that `edits_to_rows` was given."""
    by_kind: dict[str, list[Mapping[str, Any]]] = {WORDS: [], MARK: [], NOTICE: []}
    for row in rows:
        by_kind[row["kind"]].append(row)
    marks = by_kind[MARK]
    texts = {(row["language"], row["prompt"]): row["text"] for row in by_kind[WORDS]}
    return Edits(
        words={key: text for key, text in texts.items() if text is not None},
        restored=frozenset(key for key, text in texts.items() if text is None),
        reviewed={row["language"]: row["reviewed"] for row in marks if row["reviewed"] is not None},
        withdrawn=frozenset(row["language"] for row in marks if row["withdrawn"]),
        announcements=tuple(_announcement(row) for row in by_kind[NOTICE]),
    )


def _announcement_row(each: Announcement) -> dict[str, Any]:
    return {
        "kind": NOTICE,
        "id": each.id,
        "title": each.title,
        "starts": each.starts.isoformat(),
        "ends": each.ends.isoformat(),
        "texts": dict(each.texts),
        "withdrawn": each.withdrawn,
    }


def _announcement(row: Mapping[str, Any]) -> Announcement:
    starts, ends = datetime.fromisoformat(row["starts"]), datetime.fromisoformat(row["ends"])
    return Announcement(row["id"], row["title"], starts, ends, dict(row["texts"]), row["withdrawn"])

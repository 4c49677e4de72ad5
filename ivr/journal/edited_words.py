"""What staff have changed over prompts/, as the snapshot carries it; only what is new is read and made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from ivr.content.edits import NO_EDITS, Edits, edits_from_rows, edits_to_rows, words_to_row
from ivr.storage.edits import stored_marks
from ivr.storage.wordings import count_wordings, newest_texts, texts_after

Row = Mapping[str, Any]
_Key = tuple[str, str]


class EditRows:
    """A loader for the snapshot that remembers the words it gave last: sixty thousand take half a second."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._words: dict[_Key, Row] = {}
        self._last = self._count = 0

    def __call__(self, connection: Connection) -> list[Row]:
        """Everything that counts now, as `edits_to_rows` writes it."""
        count = count_wordings(connection)
        if count != self._count:
            self._read(connection, count)
        marks = replace(stored_marks(connection, self._now()), words={}, restored=frozenset())
        return [*self._words.values(), *edits_to_rows(marks)]

    def _read(self, connection: Connection, count: int) -> None:
        found = texts_after(connection, self._last)
        words = dict(self._words)
        if self._count + len(found) != count:
            # Somebody who began earlier has ended later: a version stands before those that are known.
            found, words = newest_texts(connection), {}
        for _, language, prompt, text in found:
            words[language, prompt] = words_to_row(language, prompt, text)
        last = max((number for number, *_ in found), default=self._last)
        self._words, self._last, self._count = words, last, count


class EditsNow:
    """The edits in the rows of the moment; made anew when there are others, not at every look."""

    def __init__(self, rows: Callable[[], Sequence[Row]]) -> None:
        self._rows = rows
        self._made: tuple[Sequence[Row], Edits] = ((), NO_EDITS)

    def __call__(self) -> Edits:
        """As `edits_from_rows` reads them."""
        rows = self._rows()
        if rows is not self._made[0]:
            self._made = rows, edits_from_rows(rows)
        return self._made[1]

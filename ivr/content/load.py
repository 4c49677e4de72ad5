"""prompts/ as Content, with what staff have changed over it, or every problem in it at once."""

from collections.abc import Mapping
from pathlib import Path

from ivr.content.catalogue import Content, Prompt
from ivr.content.edited import announced, marked
from ivr.content.edits import NO_EDITS, Edits
from ivr.content.files import HELPLINE, Files, Spoken, read_files, spoken
from ivr.content.source import file_stamp

__all__ = ["HELPLINE", "Reader", "load"]
Stamp = tuple[str, int, int]
REMEMBERED = 2  # what staff want, and what callers hear until that is spoken


def load(folder: Path, edits: Edits = NO_EDITS) -> Content:
    """The content in `folder` with the edits over it, less those that do not fit: each of them is a remark.

    ContentError names every problem of the folder: file, line, key, what to do.
    """
    return Reader(folder).read(edits)


class Reader:
    """Reads the content of a folder again and again; files and languages only when they have changed.

    The prompts of a language in which nothing has changed are the same object as before.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamp: tuple[Stamp, ...] = ()
        self._files: Files | None = None
        self._known: dict[str, list[tuple[_Said, _Found]]] = {}

    @property
    def stamp(self) -> tuple[Stamp, ...]:
        """Another value when a file of the folder was written, added or removed."""
        return tuple((each.name, *file_stamp(each)) for each in sorted(self._folder.glob("*.toml")))

    def read(self, edits: Edits = NO_EDITS) -> Content:
        """The content as it is now, as `load` promises."""
        files = self._read_files()
        found = {code: self._language(files, code, edits) for code in files.languages}
        remarks = (*(remark for said, _ in found.values() for remark in said.remarks), *files.remarks)
        return Content(
            files.helpline,
            marked(files.languages.values(), edits, files.helpline.default_language),
            {code: prompts for code, (_, prompts) in found.items()},
            remarks,
            files.table,
            files.uses,
            edits.announcements,
        )

    def _read_files(self) -> Files:
        stamp, before = self.stamp, self._files
        if before and stamp == self._stamp:
            return before
        changed = {name for name, *_ in set(stamp) ^ set(self._stamp)}
        files = read_files(self._folder, before, changed)
        # What may be said in a place, and so which edits fit, follows from the file of the menus.
        old = before.unedited if before and HELPLINE not in changed else {}
        kept = {code for code, said in files.unedited.items() if old.get(code) is said}
        self._known = {code: known for code, known in self._known.items() if code in kept}
        self._files, self._stamp = files, stamp
        return files

    def _language(self, files: Files, code: str, edits: Edits) -> "_Found":
        news = announced(edits.announcements, code)
        said = (
            {key: text for key, text in edits.words.items() if key[0] == code},
            frozenset(key for key in edits.restored if key[0] == code),
            news,
        )
        known = self._known.get(code, [])
        found = next((found for before, found in known if before == said), None)
        if found is None:
            own = spoken(files, code, edits) if said[0] or said[1] else files.unedited[code]
            found = own, {**own.prompts, **news} if news else own.prompts
        others = [each for each in known if each[1] is not found]
        self._known[code] = [(said, found), *others][:REMEMBERED]
        return found


_Said = tuple[Mapping[tuple[str, str], str], frozenset[tuple[str, str]], Mapping[str, Prompt]]
_Found = tuple[Spoken, Mapping[str, Prompt]]

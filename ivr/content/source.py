"""A TOML file as read: its values, and the line on which each key stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli

from ivr.content.positions import Path as KeyPath
from ivr.content.positions import dotted, positions
from ivr.content.problems import Problem

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")
LARGEST = 5_000_000  # bytes; the shipped files have 30,000, and 10,000 prompts fit
ENCODING = "utf-8-sig"
HINT = "look here and just above for a missing quote, bracket or ="


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the content; `values` is empty when it could not be read, and `problems` says why."""

    name: str
    path: Path
    values: dict[str, Any]
    problems: tuple[Problem, ...] = ()

    def problem(self, path: KeyPath, message: str, *, warning: bool = False) -> Problem:
        """A problem at a key of this file, such as ("menus", 0, "choices", 2, "key")."""
        # Only now, and from the file: most have no problem, and need not be kept in memory for one.
        lines = _lines(self.path, file_stamp(self.path))
        around = (path[:end] for end in range(len(path), 0, -1))
        line = next((lines[each] for each in around if each in lines), 0)
        return Problem(self.name, line, dotted(path), message, warning)


def file_stamp(path: Path) -> tuple[int, int]:
    """Another value when the file was written again; zeros while it is not there."""
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=4)  # one problem is often followed by thousands in the same file
def _lines(path: Path, stamp: tuple[int, int]) -> Mapping[KeyPath, int]:
    del stamp
    try:
        return positions(path.read_bytes().decode(ENCODING))
    except (OSError, UnicodeDecodeError):  # not as it was read: another look tells what is wrong now
        return {}


def read_source(path: Path) -> Source:
    """The file as a Source; never raises for what is in it."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except OSError as error:
        return _unread(path, 0, f"cannot be read ({error.strerror}): {path}; put it there, with this name")
    if len(raw) > LARGEST:
        return _unread(path, 0, f"is larger than {LARGEST} bytes; is it the right file? shorten it")
    try:
        return _parsed(path, raw.decode(ENCODING))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return _unread(path, line, "has letters that are not UTF-8; save the file again, with encoding UTF-8")


def _parsed(path: Path, text: str) -> Source:
    try:
        return Source(path.name, path, tomli.loads(text))
    except tomli.TOMLDecodeError as error:
        message = str(error)
        found = _AT_LINE.search(message)
        line = int(found[1]) if found and found[1] else len(text.rstrip().split("\n"))
        return _unread(path, line, f"is not TOML: {_AT_LINE.sub('', message).strip()}; {HINT}")
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, a thousand brackets
        return _unread(path, 0, f"is not TOML of ours: {error}; remove that value")


def _unread(path: Path, line: int, message: str) -> Source:
    return Source(path.name, path, {}, (Problem(path.name, line, "", message),))

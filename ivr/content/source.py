"""A TOML file as read: its values, and the line on which each key stands."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli

from ivr.content.problems import Problem

_HEADER = re.compile(r"^\s*\[(\[?)\s*(.+?)\s*\]?\]\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*=""")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
LARGEST = 20_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the content; `values` is empty when it could not be read, and `problems` says why."""

    name: str
    text: str
    values: dict[str, Any]
    problems: tuple[Problem, ...] = ()

    def problem(self, path: tuple[str | int, ...], message: str, *, warning: bool = False) -> Problem:
        """A problem at a key of this file, such as ("menus", 0, "choices", 2, "key")."""
        return Problem(self.name, line_of(self.text, path), dotted(path), message, warning)


def read_source(path: Path) -> Source:
    """The file as a Source; never raises for what is in it."""
    try:
        raw = path.read_bytes()
        if len(raw) > LARGEST:
            return _unread(path, 0, f"larger than {LARGEST} bytes; split or shorten it")
        text = raw.decode("utf-8-sig")
        return Source(path.name, text, tomli.loads(text.replace("\r\n", "\n")))
    except OSError as error:
        return _unread(path, 0, f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return _unread(path, line, "is not UTF-8; save it as UTF-8")
    except tomli.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        return _unread(path, line, f"is not TOML: {_AT_LINE.sub('', str(error)).strip()}")


def dotted(path: tuple[str | int, ...]) -> str:
    """The path as people write it: menus[0].choices[2].key, counted from 1."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """The line of the key at `path`, or of the nearest table around it; 0 when there is none.

    tomli keeps no positions, so this reads the table headers again, only when there is a problem to tell.
    """
    best, best_length = 0, 0
    counts: dict[tuple[str, ...], int] = {}
    table: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _table(_split(header[2]), array=bool(header[1]), counts=counts)
            here = table
        elif key := _KEY.match(line):
            here = (*table, _bare(key[1]))
        else:
            continue
        if len(here) > best_length and path[: len(here)] == here:
            best, best_length = number, len(here)
    return best


def _table(
    names: tuple[str, ...], *, array: bool, counts: dict[tuple[str, ...], int]
) -> tuple[str | int, ...]:
    if array:
        counts[names] = counts.get(names, -1) + 1
        for inner in [each for each in counts if len(each) > len(names) and each[: len(names)] == names]:
            del counts[inner]
    steps: list[str | int] = []
    for end in range(1, len(names) + 1):
        steps.append(names[end - 1])
        if names[:end] in counts:
            steps.append(counts[names[:end]])
    return tuple(steps)


def _split(header: str) -> tuple[str, ...]:
    return tuple(_bare(part) for part in re.findall(r'"[^"]*"|\'[^\']*\'|[A-Za-z0-9_-]+', header))


def _bare(name: str) -> str:
    return name[1:-1] if name[:1] in "\"'" else name


def _unread(path: Path, line: int, message: str) -> Source:
    return Source(path.name, "", {}, (Problem(path.name, line, "", message),))

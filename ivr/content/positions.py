"""Where each key of a TOML text stands: tomli keeps no positions, so headers and keys are read again."""

import re

_HEADER = re.compile(r"^\s*\[(\[?)\s*(.+?)\s*\]?\]\s*(?:#.*)?$")
_NAME = r"""(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)"""
_KEY = re.compile(rf"^\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=")
_LONG_STRING = re.compile(r'"""|\'\'\'')
Path = tuple[str | int, ...]
_Counts = dict[tuple[str, ...], int]


def positions(text: str) -> dict[Path, int]:
    """The line, from 1, of the first mention of each key and table, by path."""
    found: dict[Path, int] = {}
    counts: _Counts = {}
    table: Path = ()
    for number, line in _outside_long_strings(text):
        if header := _HEADER.match(line):
            here = table = _table(_split(header[2]), array=bool(header[1]), counts=counts)
        elif key := _KEY.match(line):
            here = (*table, *_split(key[1]))
        else:
            continue
        for end in range(1, len(here) + 1):
            found.setdefault(here[:end], number)
    return found


def dotted(path: Path) -> str:
    """The path as people write it: menus[1].choices[3].key, counted from 1."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _outside_long_strings(text: str) -> list[tuple[int, str]]:
    """Numbered as tomli does: only a line feed ends a line."""
    lines, inside = [], False
    for number, line in enumerate(text.split("\n"), 1):
        if not inside:
            lines.append((number, line))
        inside ^= len(_LONG_STRING.findall(line)) % 2 == 1
    return lines


def _table(names: tuple[str, ...], *, array: bool, counts: _Counts) -> Path:
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


def _split(names: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, names))

"""Words written into a language's file, whose comments, order and layout stay as they are."""

import re
from collections.abc import Mapping
from typing import Any

import tomli

from ivr.content.positions import positions

_VALUE = re.compile(r"""^(\s*(?:text|"text"|'text')\s*=\s*)(\"{3}|'{3}|"|')""")
_CLOSING = {
    '"': re.compile(r'(?:[^"\\]|\\.)*?"'),
    "'": re.compile(r"[^']*'"),
    '"""': re.compile(r'(?:[^\\]|\\.)*?"{3,5}', re.DOTALL),
    "'''": re.compile(r".*?'{3,5}", re.DOTALL),
}
_ESCAPED = {"\\": "\\\\", '"': '\\"'}


class RewritingError(Exception):
    """A file whose words cannot be put in place; the message says which prompt, and what to do."""


def with_words(file: str, words: Mapping[str, str]) -> str:
    """The text of a language's file in which these prompts say these words; new ones come at its end."""
    changed = file
    for prompt, text in words.items():
        changed = _with_text(changed, prompt, text)
    found, expected = _read(changed), _expected(file, words)
    if found != expected:
        wrong = [each for each in words if found.get(each) != expected.get(each)] or list(words)
        raise RewritingError(
            f"{wrong[0]}: its words stand in a way that is not understood; write them by hand"
        )
    return changed


def _with_text(file: str, prompt: str, text: str) -> str:
    lines = positions(file)
    if (prompt,) not in lines:
        gap = "" if file.endswith("\n\n") else "\n" if file.endswith("\n") else "\n\n"
        return f'{file}{gap}["{prompt}"]\ntext = {_quoted(text)}\n'
    if (prompt, "text") not in lines:
        return _after_line(file, lines[prompt,], f"text = {_quoted(text)}\n")
    start = _start(file, lines[prompt, "text"])
    opening = _VALUE.match(file[start:].split("\n", 1)[0])
    if opening is None:
        return file
    begin = start + opening.end()
    closing = _CLOSING[opening[2]].match(file, begin)
    if closing is None:
        return file
    return file[: start + len(opening[1])] + _quoted(text) + file[closing.end() :]


def _after_line(file: str, line: int, new: str) -> str:
    place = _start(file, line + 1)
    gap = "" if file[:place].endswith("\n") else "\n"
    return file[:place] + gap + new + file[place:]


def _start(file: str, line: int) -> int:
    """Where a line begins, counted from 1."""
    place = 0
    for _ in range(line - 1):
        place = file.find("\n", place) + 1 or len(file)
    return place


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPED.get(letter, letter) for letter in text) + '"'


def _read(file: str) -> Mapping[str, Any]:
    try:
        return tomli.loads(file)
    except tomli.TOMLDecodeError:
        return {}


def _expected(file: str, words: Mapping[str, str]) -> Mapping[str, Any]:
    values = tomli.loads(file)
    return {**values, **{prompt: {**values.get(prompt, {}), "text": text} for prompt, text in words.items()}}

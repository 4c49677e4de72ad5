"""An iCalendar file as numbered lines, unfolded, and the components in it; RFC 5545, 3.1 and 3.6."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from icalendar.parser import Contentline

from ivr.duty.problems import BadEventError

_READ = (
    "UID|SUMMARY|DTSTART|DTEND|DURATION|STATUS|SEQUENCE|RECURRENCE-ID|RRULE|RDATE|EXDATE|EXRULE|"
    "TZID|TZOFFSETFROM|TZOFFSETTO|CATEGORIES|X-IVR-CHANGE|X-IVR-PERSON|X-IVR-OTHER|X-IVR-NOTE"
)
_LONGEST = 75
_ESCAPED = re.compile(r"\\([nN,;\\])")
_NOT_READ = re.compile(rf"(?!(?:{_READ})[;:])[A-Z0-9-]+[;:]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """An unfolded content line, and the number of the file's line where it begins, from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Property:
    """A line that has been understood: its name and parameters in capitals, its value as written."""

    name: str
    parameters: dict[str, str]
    value: str
    line: int


@dataclass(slots=True)
class Component:
    """The lines between BEGIN and END, those two included; `closed` if the END is there."""

    name: str
    lines: list[Line] = field(default_factory=list)
    closed: bool = False

    @property
    def number(self) -> int:
        """The file's line where it begins."""
        return self.lines[0].number

    @property
    def text(self) -> str:
        """Its lines, unfolded."""
        return "\n".join(line.text for line in self.lines)

    def properties(self) -> list[Property]:
        """Its own properties, without those of components in it; a BadEventError names the line at fault.

        Those that say nothing about shifts or zones are left out: programs often misquote names of guests.
        """
        depth, found = 0, []
        for line in self.lines[1:]:
            word = line.text.strip().upper()
            depth += word.startswith("BEGIN:") - word.startswith("END:")
            if depth == 0 and not word.startswith("END:") and not _NOT_READ.match(word):
                found.append(_property(line))
        return found


def unfold(text: str) -> list[Line]:
    """The lines, each continued where the next begins with a space or a tab; empty ones left out."""
    found: list[tuple[int, list[str]]] = []
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if line[:1] in {" ", "\t"} and found:
            found[-1][1].append(line[1:])
        elif line.strip():
            found.append((number, [line]))
    return [Line(number, "".join(parts)) for number, parts in found]


def folded(line: str) -> str:
    """A line as a file has it, without its end: no piece is longer than 75 bytes, no letter is cut."""
    pieces, room = [""], _LONGEST
    for letter in line:
        size = len(letter.encode())
        if size > room:
            pieces.append(" ")
            room = _LONGEST - 1
        pieces[-1] += letter
        room -= size
    return "\r\n".join(pieces)


def components(lines: Sequence[Line], names: frozenset[str]) -> Iterator[Component]:
    """The components of those names, in order; one that another BEGIN cuts short is not closed."""
    current: Component | None = None
    for line in lines:
        word = line.text.strip().upper()
        if word.startswith("BEGIN:") and word[6:] in names:
            if current:
                yield current
            current = Component(word[6:])
        if current:
            current.lines.append(line)
            if word in {f"END:{current.name}", "END:VCALENDAR"}:
                current.closed = word != "END:VCALENDAR"
                yield current
                current = None
    if current:
        yield current


def plain(value: str) -> str:
    """A text without its escapes, as one line; RFC 5545, 3.3.11."""
    meant = _ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], value)
    return " ".join(meant.split())


def escaped(text: str) -> str:
    """A text as a calendar writes it; `plain` gives it back as one line."""
    for meant, written in (("\\", "\\\\"), (",", "\\,"), (";", "\\;"), ("\n", "\\n")):
        text = text.replace(meant, written)
    return text


def _property(line: Line) -> Property:
    try:
        name, parameters, value = Contentline(line.text).raw_parts()  # type: ignore[no-untyped-call]
    except (ValueError, AssertionError):
        raise BadEventError(f"line {line.number} is not NAME:VALUE: {line.text[:60]!r}") from None
    words = {key.upper(): str(word) for key, word in parameters.items()}
    return Property(name.upper(), words, value.strip(), line.number)

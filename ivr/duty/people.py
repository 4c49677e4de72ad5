"""A file of counsellors, as spreadsheets write it: one row for each, columns by name."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import phonenumbers

from ivr.duty.names import same_name
from ivr.duty.problems import Problem, UnreadableFileError
from ivr.duty.tolls import is_costly

COLUMNS = ("name", "phone", "languages", "priority")
OPTIONAL = ("tier",)
_DELIMITERS = ",;\t"
_LARGEST = 5_000_000  # bytes
_MOST_ROWS = 10_000  # a second's work, in which callers wait
_LONGEST_NAME = 100
_HIGHEST_PRIORITY = 1000


@dataclass(frozen=True, slots=True)
class Person:
    """A counsellor as a file says it; `phone` is E.164; tier 1 rings first, in a tier priority 1."""

    name: str
    phone: str
    languages: tuple[str, ...]
    priority: int
    tier: int = 1


@dataclass(frozen=True, slots=True)
class ReadPeople:
    """What a file says: people, problems, the phones and names of rows that could not be kept.

    It is not `whole` if rows may be hidden in a bad one.
    """

    people: tuple[Person, ...]
    problems: tuple[Problem, ...]
    spoiled_phones: frozenset[str]
    spoiled_names: frozenset[str]
    whole: bool


class BadRowError(Exception):
    """A row that is no counsellor; says why and what to do."""


def read_people(
    raw: bytes, languages: frozenset[str], refused: Callable[[str], str] = lambda _: ""
) -> ReadPeople:
    """The people in a CSV file; an UnreadableFileError if it is none. `languages` are the helpline's.

    `refused` says of a phone (E.164) why it may not be rung, nothing if it may.
    """
    rows = _rows(_decode(raw))
    reader = _Reader(languages, refused, *_header(rows))
    for line, row in _some(rows):
        reader.take(line, row)
    return reader.result()


def _some(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Those with something in them; an UnreadableFileError if there is no end of them."""
    full = (each for each in rows if any(cell.strip() for cell in each[1]))
    for number, each in enumerate(full):
        if number == _MOST_ROWS:
            raise UnreadableFileError(f"more than {_MOST_ROWS} rows; split it")
        yield each


class _Reader:
    """Goes through rows one by one, and keeps what is good and what is to be said."""

    def __init__(
        self,
        languages: frozenset[str],
        refused: Callable[[str], str],
        columns: Mapping[str, int],
        width: int,
    ) -> None:
        self._languages, self._columns, self._width = languages, columns, width
        self._refused = refused
        self._people: dict[str, tuple[Person, int]] = {}
        self._problems: list[Problem] = []
        self._phones: set[str] = set()
        self._names: set[str] = set()
        self._whole = True

    def take(self, line: int, row: list[str]) -> None:
        cells = {name: row[index].strip() for name, index in self._columns.items() if index < len(row)}
        try:
            self._check_shape(row)
            person = person_of(cells)
            self._check_new(person)
        except BadRowError as error:
            self._problems.append(Problem(f"line {line}", str(error)))
            self._phones.add(_written_phone(cells))
            self._names.add(same_name(cells.get("name", "")))
            return
        self._problems.extend(_warnings(person, line, self._languages))
        self._people[person.phone] = person, line

    def result(self) -> ReadPeople:
        people = tuple(person for person, _ in self._people.values())
        phones, names = frozenset(self._phones), frozenset(self._names)
        return ReadPeople(people, tuple(self._problems), phones, names, self._whole)

    def _check_shape(self, row: list[str]) -> None:
        if any("\n" in cell or "\r" in cell for cell in row):
            self._whole = False
            raise BadRowError("a cell goes over several lines; is a quotation mark not closed?")
        if any(cell.strip() for cell in row[self._width :]):
            raise BadRowError('more cells than the first line has; write several languages as "af;en"')

    def _check_new(self, person: Person) -> None:
        if person.phone in self._people:
            line = self._people[person.phone][1]
            raise BadRowError(f"this phone stands in line {line} already; remove one of the two")
        if told := self._refused(person.phone):
            raise BadRowError(f"phone: {told}")


def _decode(raw: bytes) -> str:
    if len(raw) > _LARGEST:
        raise UnreadableFileError(f"larger than {_LARGEST // 1_000_000} MB; is it a list of counsellors?")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"not UTF-8 (byte {error.start}); save it as CSV UTF-8") from None
    if "\0" in text:
        raise UnreadableFileError("not text; save it as CSV UTF-8")
    return text


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    lines = text.splitlines(keepends=True)
    header = next((line for line in lines if line.strip()), "")
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    before = 0
    try:
        for row in reader:
            yield before + 1, row
            before = reader.line_num
    except csv.Error as error:
        raise UnreadableFileError(f"line {reader.line_num}: {error}; save it as CSV UTF-8 again") from None


def _header(rows: Iterator[tuple[int, list[str]]]) -> tuple[dict[str, int], int]:
    header = next((row for _, row in rows if any(cell.strip() for cell in row)), [])
    names = [cell.strip().casefold() for cell in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise UnreadableFileError(
            f"the first line has no {', '.join(missing)}; it must name the columns {','.join(COLUMNS)}"
        )
    known = [name for name in (*COLUMNS, *OPTIONAL) if name in names]
    twice = [name for name in known if names.count(name) > 1]
    if twice:
        raise UnreadableFileError(f"the first line names {', '.join(twice)} more than once")
    return {name: names.index(name) for name in known}, len(names)


def person_of(cells: Mapping[str, str]) -> Person:
    """The person in the cells of COLUMNS and OPTIONAL; a BadRowError that begins with the cell's name."""
    name = " ".join(cells.get("name", "").split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise BadRowError(f"name: write one, of at most {_LONGEST_NAME} characters")
    languages = tuple(dict.fromkeys(word.strip() for word in re.split("[;,]", cells.get("languages", ""))))
    languages = tuple(language for language in languages if language)
    if not languages:
        raise BadRowError("languages: write at least one, as en or af;en")
    priority, tier = _priority(cells.get("priority", "")), _tier(cells.get("tier", ""))
    return Person(name, _phone(cells.get("phone", "")), languages, priority, tier)


def _phone(written: str) -> str:
    try:
        if any(letter.isalpha() for letter in written.removeprefix("tel:")):
            # The library would drop it, or dial it as on a keypad: somebody else's phone would ring.
            raise BadRowError(f"phone: {written!r} has letters in it; {_phone_advice(written)}")
        number = phonenumbers.parse(written)
    except phonenumbers.NumberParseException:
        raise BadRowError(f"phone: {written!r} is not E.164; {_phone_advice(written)}") from None
    if number.extension or not phonenumbers.is_possible_number(number):
        raise BadRowError(f"phone: {written!r} cannot exist; {_phone_advice(written)}")
    phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if is_costly(phone):
        raise BadRowError(
            f"phone: {written!r} costs more than a call (premium rate, satellite); write their own"
        )
    return phone


def _phone_advice(written: str) -> str:
    if "e+" in written.casefold():
        return "a spreadsheet has rounded it: format the column as text and type it again, as +27821234567"
    return "write + and the country code, as +27821234567 for 082 123 4567 in South Africa"


def _priority(written: str) -> int:
    if not written:
        return 1
    if not (written.isascii() and written.isdigit()) or not 1 <= int(written[:9]) <= _HIGHEST_PRIORITY:
        raise BadRowError(f"priority: {written!r} is no number from 1 (rings first) to {_HIGHEST_PRIORITY}")
    return int(written)


def _tier(written: str) -> int:
    if written not in {"", "1", "2"}:
        raise BadRowError(f"tier: {written!r} is neither 1 (rings first) nor 2 (rings after tier 1)")
    return int(written or 1)


def _written_phone(cells: Mapping[str, str]) -> str:
    try:
        return _phone(cells.get("phone", ""))
    except BadRowError:
        return ""


def _warnings(person: Person, line: int, languages: frozenset[str]) -> Iterator[Problem]:
    known = {language.casefold() for language in languages}
    unknown = [language for language in person.languages if language.casefold() not in known]
    if unknown and languages:
        what = f"languages: the helpline does not offer {', '.join(unknown)}"
        yield Problem(f"line {line}", f"{what}; it offers {', '.join(sorted(languages))}", warning=True)

"""Which rows of a spreadsheet are counsellors, and what is said about the others."""

import pytest

from ivr.duty.people import Person, ReadPeople, read_people
from ivr.duty.problems import UnreadableFileError

ALICE = Person("Alice", "+27821234567", ("af", "en"), 1)


def read(text: str) -> ReadPeople:
    return read_people(text.encode(), frozenset({"en", "af"}))


@pytest.mark.parametrize(
    "text",
    [
        "name,phone,languages,priority\nAlice,+27821234567,af;en,1\n",
        '\ufeffname;phone;languages;priority\r\nAlice;+27821234567;"af;en";1\r\n',
        "Name\tPhone\tLanguages\tPriority\tNote\nAlice\t+27 82 123 4567\taf; en\t1\tx\n\n",
        'priority, phone, name, languages\n1, "+27 (82) 123-4567", Alice, "af;en;af"',
    ],
)
def test_a_row_is_understood_however_a_spreadsheet_writes_it(text: str) -> None:
    found = read(text)

    assert (ALICE,) == found.people
    assert () == found.problems


BAD = [
    ("Bob,082 123 4567,en,1", "write + and the country code"),
    ("Bob,+2782,en,1", "cannot exist"),
    ("Bob,2.78212E+10,en,1", "a spreadsheet has rounded it"),
    ("Bob,,en,1", "is not E.164"),
    ("Bob,+2782123450x,en,1", "has letters in it"),
    ("Bob,+27 800 HELPME,en,1", "has letters in it"),
    ("Bob,+27821234568,,1", "languages: write at least one"),
    ("Bob,+27821234568,en,0", "priority: '0'"),
    ("Bob,+27821234568,en,high", "priority: 'high'"),
    (",+27821234568,en,1", "name: write one"),
    ("Bob,+27 82 123 4567,en,1", "stands in line 2 already"),
    ("Bob,+27821234568,en,1,2", "more cells than the first line"),
    ('Bob,+27821234568,"en\n",1', "is a quotation mark not closed?"),
]


@pytest.mark.parametrize(("row", "what"), BAD)
def test_a_bad_row_is_reported_by_its_line_and_the_others_are_kept(row: str, what: str) -> None:
    found = read(
        f"name,phone,languages,priority\nAlice,+27821234567,af;en,1\n{row}\nCleo,+27821234569,en,3\n"
    )

    assert [("line 3", True)] == [(each.where, what in each.what) for each in found.problems]
    assert ["Alice", "Cleo"] == [person.name for person in found.people]


def test_a_language_that_is_not_offered_is_a_warning_only() -> None:
    found = read("name,phone,languages,priority\nAlice,+27821234567,af;fr,1\n")

    assert ["Alice"] == [person.name for person in found.people]
    assert [True] == [problem.warning for problem in found.problems]


def test_without_a_priority_somebody_rings_among_the_first() -> None:
    assert [1] == [
        person.priority for person in read("name,phone,languages,priority\nA,+27821234567,en,\n").people
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Alice,+27821234567,en,1\n",
        b"name,phone,languages\n",
        b"name,phone,languages,priority,phone\n",
        "name,phone,languages,priority\nJosé,+27821234567,en,1\n".encode("latin-1"),
        "name,phone,languages,priority\n".encode("utf-16"),
        b"PK\x03\x04\0\0",
    ],
)
def test_a_file_without_header_or_in_another_encoding_cannot_be_read_at_all(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read_people(data, frozenset({"en"}))


def test_a_tier_may_be_given_and_is_one_where_it_is_not() -> None:
    found = read("name,phone,languages,priority,Tier\nAlice,+27821234567,af,1,2\nBob,+27821234568,en,1,\n")

    assert [2, 1] == [person.tier for person in found.people]
    assert (1,) == tuple(
        person.tier for person in read("name,phone,languages,priority\nAlice,+27821234567,af,1").people
    )


@pytest.mark.parametrize("tier", ["0", "3", "second", "1.0"])
def test_a_tier_that_is_none_is_reported(tier: str) -> None:
    found = read(f"name,phone,languages,priority,tier\nAlice,+27821234567,af,1,{tier}\n")

    assert () == found.people
    assert [f"line 2: tier: {tier!r} is neither 1 (rings first) nor 2 (rings after tier 1)"] == [
        str(each) for each in found.problems
    ]


def test_a_list_without_end_is_refused_as_a_whole() -> None:
    rows = b"".join(b"A,+2782%07d,en,1\n" % number for number in range(10_001))

    with pytest.raises(UnreadableFileError, match="more than 10000 rows"):
        read_people(b"name,phone,languages,priority\n" + rows, frozenset({"en"}))

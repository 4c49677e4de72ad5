"""Files that cannot be read as they are: every time the file, the line, and what to do."""

from pathlib import Path

import pytest

from ivr.content.source import read_source
from tests.content.conftest import Folder


def write(path: Path, raw: bytes) -> Path:
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b'name = "a\nzone = "b"\n', 1),
        (b'# one\n\nname = "x"\nzone = hello\n', 4),
        (b'["a"]\n[["b"]\n', 2),
        (b'["a"]\ntext = "x"\n["a"]\n', 3),
        ("a = 1\nb = “hi”\n".encode(), 2),
        (b"a = 1\nb = 2\na", 3),
        (b'a = "\x00"\n', 1),
        (b"a = 1\r\nb = 2\r\nc\r\n", 3),
        (b'a = """\n\n\n', 1),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(tmp_path: Path, text: bytes, line: int) -> None:
    (problem,) = read_source(write(tmp_path / "en.toml", text)).problems

    assert ("en.toml", line) == (problem.file, problem.line)
    assert "is not TOML" in problem.message
    assert "quote" in problem.message


def test_letters_that_are_not_utf8_are_told_with_their_line(tmp_path: Path) -> None:
    (problem,) = read_source(write(tmp_path / "en.toml", b'a = "x"\nb = "caf\xe9"\n')).problems

    assert ("en.toml", 2) == (problem.file, problem.line)
    assert "encoding UTF-8" in problem.message


def test_a_file_saved_as_utf16_is_told(tmp_path: Path) -> None:
    (problem,) = read_source(write(tmp_path / "en.toml", 'a = "x"\n'.encode("utf-16"))).problems

    assert "encoding UTF-8" in problem.message


@pytest.mark.parametrize("text", [b"a = " + b"9" * 5000, b"a = " + b"[" * 5000, b"a" + b".a" * 5000 + b"=1"])
def test_what_would_break_the_reader_is_a_problem_like_any_other(tmp_path: Path, text: bytes) -> None:
    (problem,) = read_source(write(tmp_path / "en.toml", text)).problems

    assert "remove that value" in problem.message


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    (problem,) = read_source(write(tmp_path / "en.toml", b"#" * 5_000_001)).problems

    assert "larger than 5000000 bytes" in problem.message


def test_a_missing_file_is_named_with_its_folder(tmp_path: Path) -> None:
    (problem,) = read_source(tmp_path / "nowhere" / "en.toml").problems

    assert "en.toml" == problem.file
    assert str(tmp_path / "nowhere" / "en.toml") in problem.message


def test_a_folder_in_the_place_of_a_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "en.toml").mkdir()

    assert 1 == len(read_source(tmp_path / "en.toml").problems)


def test_a_mark_at_the_beginning_and_foreign_line_ends_change_nothing(folder: Folder) -> None:
    plain = folder.load()
    for file in folder.path.glob("*.toml"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))

    again = folder.load()

    assert (plain.prompts, plain.languages, plain.remarks) == (again.prompts, again.languages, again.remarks)
    assert plain.helpline.menus == again.helpline.menus


POSITIONS = '''# a comment, and a form feed that ends no line: \x85
name = "x"
limits.key_seconds = 5

[[menus]]
id = "main"

[[menus.choices]]
key = "1"
[[menus.choices]]
key = "2"

[[ menus ]]   # another
id = """
[not.a.header]
key = "nor a key"
"""
opening = "hello"
[[menus.choices]]
"key" = "3"

["main.overdose"]
text = "…"
[segments]
'''


@pytest.mark.parametrize(
    ("path", "line", "shown"),
    [
        (("name",), 2, "name"),
        (("limits", "key_seconds"), 3, "limits.key_seconds"),
        (("menus",), 5, "menus"),
        (("menus", 0, "id"), 6, "menus[1].id"),
        (("menus", 0, "choices", 0, "key"), 9, "menus[1].choices[1].key"),
        (("menus", 0, "choices", 1, "key"), 11, "menus[1].choices[2].key"),
        (("menus", 0, "choices", 1, "prompt"), 10, "menus[1].choices[2].prompt"),
        (("menus", 1, "id"), 14, "menus[2].id"),
        (("menus", 1, "opening"), 18, "menus[2].opening"),
        (("menus", 1, "choices", 0, "key"), 20, "menus[2].choices[1].key"),
        (("main.overdose", "text"), 23, "main.overdose.text"),
        (("main.overdose", "note"), 22, "main.overdose.note"),
        (("segments", 3), 24, "segments[4]"),
        (("zone",), 0, "zone"),
    ],
)
def test_a_key_is_found_on_its_line_or_that_of_the_table_around_it(
    tmp_path: Path, path: tuple[str | int, ...], line: int, shown: str
) -> None:
    problem = read_source(write(tmp_path / "x.toml", POSITIONS.encode())).problem(path, "wrong")

    assert (line, shown) == (problem.line, problem.key)

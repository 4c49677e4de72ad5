"""What staff are told: texts they can edit, whose slips are named and cost only their own text."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.content import Content, load
from ivr.content.notices import PLACES, fill, read_notices

PROMPTS = Path(__file__).parents[2] / "prompts"


@pytest.fixture(scope="module")
def content() -> Content:
    return load(PROMPTS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(PROMPTS / "notices", tmp_path / "notices")
    return tmp_path


def change(folder: Path, before: str, after: str) -> None:
    path = folder / "notices" / "en.toml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


def problems(folder: Path, content: Content) -> list[str]:
    return [str(each) for each in read_notices(folder, content).problems]


def test_the_shipped_texts_are_whole_in_every_language_and_fit_into_two_messages(content: Content) -> None:
    found = read_notices(PROMPTS, content)

    assert () == found.problems
    assert {code: set(PLACES) for code in ("en", "af", "zu", "sw")} == {
        code: set(texts) for code, texts in found.texts.items()
    }


def test_a_wrong_placeholder_is_named_with_its_line_and_costs_only_that_text(
    folder: Path, content: Content
) -> None:
    change(folder, "these times: {gaps}", "these times: {ends}")
    line = (folder / "notices" / "en.toml").read_text().split("{ends}")[0].count("\n") + 1
    found = read_notices(folder, content)

    told = "unknown placeholder {ends}; known here: {gaps} {start} {end} {helpline} {at}"

    assert [f"notices/en.toml:{line}: gap-ahead.text: {told}"] == [str(each) for each in found.problems]
    assert set(PLACES) - {"gap-ahead"} == set(found.texts["en"])


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("[gap-ahead]", "[gap]", "gap: unknown text; known: promise-new"),
        ("[gap-ahead]", "[gap]", "gap-ahead: is missing; add [gap-ahead]"),
        ('subject = "You are paused"\n', "", 'you-are-paused.subject: needs words; add subject = "…"'),
        ('callback = "call-back"\n', "", 'words.callback: needs words; add callback = "…" under [words]'),
        ("{helpline}: please", "{helpline: please", "gap-ahead.text: has a brace { or } without its partner"),
        ("[gap-ahead]", "[gap-ahead", "is not TOML"),
        ("nobody is on duty", "Find. " * 50, "gap-ahead.text: can take 3 SMS, at most 2: shorten it"),
        ("nobody is on duty", "Ê" * 90, "these letters cost more than double: Ê"),
    ],
)  # fmt: skip
def test_a_slip_is_named(folder: Path, content: Content, before: str, after: str, told: str) -> None:
    change(folder, before, after)

    assert [each for each in problems(folder, content) if told in each]


def test_a_missing_language_is_a_warning(folder: Path, content: Content) -> None:
    (folder / "notices" / "zu.toml").unlink()
    [problem] = read_notices(folder, content).problems

    assert (True, "notices/zu.toml") == (problem.warning, problem.file)


def test_a_value_with_braces_is_not_filled_in_turn() -> None:
    assert "for {end} until 2" == fill("for {start} until {end}", {"start": "{end}", "end": "2"})


def test_staff_cannot_be_told_in_a_language_that_is_not_there(content: Content) -> None:
    table = content.service.notify.model_copy(update={"language": "fr"})
    other = replace(content, service=content.service.model_copy(update={"notify": table}))

    assert ["helpline.toml: notify.language: 'fr' is not offered; use one of en, af, zu, sw"] == [
        str(each) for each in read_notices(PROMPTS, other).problems
    ]

"""What no database takes is refused before it gets there, on every page."""

from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from tests.console.staging import ConsoleStage, console_stage

BEYOND = "2147483648"  # one more than PostgreSQL's integer holds


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path_factory.mktemp("asked"), audio, database)


@pytest.mark.parametrize(
    "path",
    ["promises/{}", "people/{}", "announcements/{}", "studio/en/welcome/takes/{}/sound.wav"],
)
@pytest.mark.parametrize("number", [BEYOND, "9" * 30])
def test_a_number_that_no_row_can_have_is_no_page(stage: ConsoleStage, path: str, number: str) -> None:
    boss = stage.signed_in(Role.ADMINISTRATOR)

    assert 404 == boss.get(f"/staff/{path.format(number)}").status_code


@pytest.mark.parametrize(
    ("path", "name"),
    [("promises", "beyond"), ("audit", "before"), ("settings", "check"), ("counsellors", "page")],
)
def test_a_number_that_no_row_can_have_asks_for_nothing(stage: ConsoleStage, path: str, name: str) -> None:
    boss = stage.signed_in(Role.ADMINISTRATOR)

    assert 200 == boss.get(f"/staff/{path}", **{name: "9" * 30}).status_code


def test_a_letter_that_a_database_cannot_keep_is_refused(stage: ConsoleStage) -> None:
    visitor = stage.visitor()

    assert 400 == visitor.post("/staff/sign-in", login="a\0b", password="c").status_code
    assert 400 == visitor.get("/staff/sign-in", next="\0").status_code


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("audit", {"since": "0001-01-01"}),
        ("audit", {"until": "9999-12-31"}),
        ("studio", {"search": "²"}),
        ("studio", {"search": "9" * 5000}),
    ],
)
def test_a_day_or_a_number_that_only_looks_like_one_asks_for_nothing(
    stage: ConsoleStage, path: str, asked: dict[str, str]
) -> None:
    boss = stage.signed_in(Role.ADMINISTRATOR)

    assert 200 == boss.get(f"/staff/{path}", **asked).status_code

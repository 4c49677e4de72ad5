"""`ivr words`, and the words of the other commands: what staff edited counts, and can go into the files."""

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tomli
from click.testing import CliRunner, Result

from ivr.cli import main
from ivr.cli.edited import edited_content, edits_of
from ivr.settings import read_settings
from ivr.storage.audit import Wanted, entries
from ivr.storage.engine import engine_for, prepare, reading, writing
from ivr.storage.wordings import edit_words, wordings_of

SHIPPED = Path(__file__).parents[2] / "prompts"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
FAREWELL = "Farewell."


@dataclass(frozen=True)
class House:
    """A helpline's folders, and a database that is there from the first edit on."""

    folder: Path
    empty: Path

    def __call__(self, *arguments: str) -> Result:
        return CliRunner(mix_stderr=False).invoke(main, arguments)

    @property
    def database(self) -> Path:
        return self.folder / "data" / "helpline.db"

    def edit(self, prompt: str, text: str | None, language: str = "en", replaced: str = "") -> None:
        if not self.database.exists():
            shutil.copy(self.empty, self.database)
        engine = engine_for(f"sqlite:///{self.database}")
        with writing(engine) as connection:
            edit_words(connection, language, prompt, text, "Thandi", AT, replaced=replaced)
        engine.dispose()

    def listed(self) -> list[dict[str, str]]:
        return json.loads(self("words", "list", "--json").stdout)  # type: ignore[no-any-return]

    def file(self, name: str = "en.toml") -> str:
        return (self.folder / "prompts" / name).read_text("utf-8")

    def newest(self, prompt: str, language: str = "en") -> tuple[str | None, str]:
        """The newest version and what the audit log says of its way."""
        engine = engine_for(f"sqlite:///{self.database}")
        with reading(engine) as connection:
            found, done = wordings_of(connection, language, prompt)[0], entries(connection, Wanted())[0]
        engine.dispose()
        return found.text, done.way


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "empty.db"
    engine = engine_for(f"sqlite:///{path}")
    prepare(engine)
    engine.dispose()
    return path


@pytest.fixture
def house(tmp_path: Path, empty: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    shutil.copytree(SHIPPED, tmp_path / "prompts")
    for name in ("data", "prompts", "audio"):
        monkeypatch.setenv(f"{name.upper()}_DIR", str(tmp_path / name))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "data").mkdir()
    return House(tmp_path, empty)


def test_the_reading_script_has_the_edited_words(house: House) -> None:
    house.edit("goodbye", FAREWELL)

    assert FAREWELL in house("audio", "script", "en", "--output", "-").stdout


def test_commands_know_of_an_edit_that_does_not_fit(house: House) -> None:
    house.edit("main.overdose", "Press one.")
    remarks = map(str, edited_content(read_settings(os.environ)).remarks)

    assert any(
        each.startswith("en.toml: main.overdose: what staff wrote instead is left out") for each in remarks
    )


def test_without_a_database_the_files_count_and_none_is_made(house: House) -> None:
    told = house("audio", "script", "en", "--output", "-")

    assert "Goodbye, and take good care." in told.stdout
    assert ("", False) == (told.stderr, house.database.exists())


def test_a_database_that_does_not_answer_is_told_and_the_files_count(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house.database.write_bytes(b"no database" * 1000)
    found = edits_of(read_settings(os.environ))

    assert {} == found.words
    assert "what staff have edited is left out" in capsys.readouterr().err


def test_edited_words_are_listed_with_how_they_stand_to_the_file(house: House) -> None:
    house.edit("goodbye", FAREWELL)
    house.edit("main.overdose", "Press one.")
    house.edit("welcome", "Welcome to {helpline_name}: your call is confidential.")
    house.edit("talking.you", "You matter.", replaced="0" * 64)
    house.edit("talking.confidential", "Bye.")
    house.edit("talking.confidential", None)

    assert {
        "goodbye": ("edited", "Thandi", FAREWELL),
        "main.overdose": ("left out", "Thandi", "Press one."),
        "welcome": ("as the file", "Thandi", "Welcome to {helpline_name}: your call is confidential."),
        "talking.you": ("file changed since", "Thandi", "You matter."),
    } == {each["prompt"]: (each["state"], each["by"], each["text"]) for each in house.listed()}


def test_nothing_edited_is_said_so(house: House) -> None:
    assert "Staff have edited no words." in house("words", "list").stdout


def test_edited_words_go_into_the_files_and_everything_else_stays(house: House) -> None:
    before = house.file()
    house.edit("goodbye", 'Farewell, or "adieu".')
    told = house("words", "export")
    after = house.file()

    assert "en: 1 prompts written" in told.stdout
    assert (
        before.replace(
            '"Goodbye, and take good care. Help works. Ring again any time."', '"Farewell, or \\"adieu\\"."'
        )
        == after
    )
    assert ["as the file"] == [each["state"] for each in house.listed()]
    assert "no words that the files have not" in house("words", "export").stdout


def test_words_exported_to_another_folder_leave_the_files_alone(house: House) -> None:
    before = house.file()
    house.edit("goodbye", FAREWELL)
    house("words", "export", "--to", str(house.folder / "out"), "--language", "en")

    assert before == house.file()
    assert FAREWELL == tomli.loads((house.folder / "out" / "en.toml").read_text())["goodbye"]["text"]


def test_an_edit_that_does_not_fit_is_not_exported(house: House) -> None:
    before = house.file()
    house.edit("main.overdose", "Press one.")
    told = house("words", "export")

    assert before == house.file()
    assert "no words that the files have not" in told.stdout


def test_a_file_is_not_touched_when_one_of_its_words_cannot_be_put_in_place(house: House) -> None:
    path = house.folder / "prompts" / "en.toml"
    table = '["goodbye"]\ntext = "Goodbye, and take good care. Help works. Ring again any time."\n'
    dotted = house.file().replace(table, '[goodbye]\n"te\\u0078t" = "Bye."\n')
    path.write_text(dotted, "utf-8")
    house.edit("goodbye", FAREWELL)
    told = house("words", "export")

    assert (1, dotted) == (told.exit_code, house.file())
    assert "write them by hand; nothing was written" in told.stderr


def test_going_back_lets_the_file_count_again(house: House) -> None:
    house.edit("goodbye", FAREWELL)
    told = house("words", "back", "en", "goodbye")

    assert ("en: the words of the file count again for 1 prompts\n", []) == (told.stdout, house.listed())
    assert (None, "command") == house.newest("goodbye")


def test_going_back_with_all_takes_every_edit_of_the_language(house: House) -> None:
    house.edit("goodbye", FAREWELL)
    house.edit("welcome", "Hello.")
    house.edit("goodbye", "Totsiens.", "af")
    house("words", "back", "en", "all")

    assert ["af"] == [each["language"] for each in house.listed()]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("en", "welcome"), 1, "welcome: staff have not edited it in en"),
        (("xx", "welcome"), 2, "xx: no language of this helpline"),
    ],
)
def test_going_back_from_nothing_changes_nothing(
    house: House, arguments: tuple[str, ...], code: int, told: str
) -> None:
    house.edit("goodbye", FAREWELL)
    result = house("words", "back", *arguments)

    assert (code, 1) == (result.exit_code, len(house.listed()))
    assert told in result.stderr


def test_a_translators_file_is_taken_in_and_only_what_differs_counts_as_edited(house: House) -> None:
    file = house.folder / "from the translator.toml"
    file.write_text(
        house.file().replace("Goodbye, and take good care. Help works. Ring again any time.", FAREWELL),
        "utf-8",
    )
    told = house("words", "import", "en", str(file))

    assert "en: 1 prompt has other words now, 0 were refused\n" == told.stdout
    assert (FAREWELL, "command") == house.newest("goodbye")


def test_good_words_of_a_file_are_taken_in_and_bad_ones_told(house: House) -> None:
    file = house.folder / "part.toml"
    file.write_text('[goodbye]\ntext = "Farewell."\n["main.overdose"]\ntext = "One."\n[welcome]\ntext = ""\n')
    told = house("words", "import", "en", str(file))

    assert (1, ["goodbye"]) == (told.exit_code, [each["prompt"] for each in house.listed()])
    assert "en: 1 prompt has other words now, 1 were refused\n" == told.stdout
    assert "main.overdose: must say its key" in told.stderr


def test_a_file_that_cannot_be_read_changes_nothing(house: House) -> None:
    file = house.folder / "broken.toml"
    file.write_text("[goodbye\n")
    told = house("words", "import", "en", str(file))

    assert (1, []) == (told.exit_code, house.listed())
    assert "broken.toml" in told.stderr

"""Numbers that the helpline will never ring are refused, or named, where they were entered."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.cli import main
from ivr.cli.outbound import refused_numbers
from ivr.content import load
from ivr.duty.people import Person, ReadPeople
from ivr.settings import Settings, read_settings
from ivr.storage.counsellors import keep_counsellors
from ivr.storage.engine import open_storage, writing

SHIPPED = Path(__file__).parents[2] / "prompts"
ACCOUNT = {
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "secret",
    "HELPLINE_NUMBER": "+27105550100",
}
FILE = "name,phone,languages,priority\nEmma,+442071838750,en,1\nThandi,+27821234567,en,1\n"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "prompts")
    (tmp_path / "people.csv").write_text(FILE, "utf-8")
    for name in ("data", "prompts", "audio"):
        monkeypatch.setenv(f"{name.upper()}_DIR", str(tmp_path / name))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def account(folders: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)
    return read_settings(
        {**ACCOUNT, "DATA_DIR": str(folders / "data"), "PROMPTS_DIR": str(folders / "prompts")}
    )


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def invoke(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as end:
            main(list(words))
        told = capsys.readouterr()
        return int(end.value.code or 0), told.out + told.err

    return invoke


def change(folders: Path, old: str, new: str) -> None:
    toml = folders / "prompts" / "helpline.toml"
    text = toml.read_text("utf-8")
    assert old in text
    toml.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.usefixtures("account")
def test_a_counsellor_abroad_is_not_imported_and_the_line_says_what_to_do(folders: Path, run: Run) -> None:
    code, told = run("counsellors", "import", str(folders / "people.csv"))

    assert 1 == code
    assert "line 2: phone: is in GB" in told
    assert 'write countries = ["GB", "ZA"] under [ring] in helpline.toml' in told
    assert "Emma" not in run("counsellors", "list")[1]


@pytest.mark.usefixtures("account")
def test_a_counsellor_in_a_country_that_is_allowed_is_imported(folders: Path, run: Run) -> None:
    change(folders, "countries = []", 'countries = ["GB", "ZA"]')

    assert 0 == run("counsellors", "import", str(folders / "people.csv"))[0]


def test_on_our_own_exchange_where_nothing_costs_anything_every_country_will_do(
    folders: Path, run: Run
) -> None:
    assert 0 == run("counsellors", "import", str(folders / "people.csv"))[0]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('fallback_number = ""', 'fallback_number = "+442071838750"', "fallback_number"),
        ("sms = []", 'sms = ["+442071838750"]', "notify.sms"),
        ("sms = []", 'sms = ["+27900123456"]', "notify.sms"),
    ],
)
def test_file_line_and_key_of_a_number_that_is_never_rung_are_named(
    folders: Path, account: Settings, old: str, new: str, key: str
) -> None:
    change(folders, old, new)
    lines = (folders / "prompts" / "helpline.toml").read_text("utf-8").splitlines()
    number = next(at for at, line in enumerate(lines, 1) if line.startswith(new))

    found = refused_numbers(account, load(account.prompts_dir))

    assert [("helpline.toml", number, key, False)] == [
        (each.file, each.line, each.key, each.warning) for each in found
    ]


def test_the_check_names_a_counsellor_who_was_stored_before(account: Settings, run: Run) -> None:
    people = (Person("Emma", "+442071838750", ("en",), 1),)
    with writing(open_storage(account)) as connection:
        keep_counsellors(connection, ReadPeople(people, (), frozenset(), frozenset(), True), replace=False)

    assert "warning: counsellors: Emma: their phone is in GB" in run("check")[1]


@pytest.mark.usefixtures("account")
def test_the_emergency_answer_dials_nobody_abroad(folders: Path, run: Run) -> None:
    change(folders, 'fallback_number = ""', 'fallback_number = "+442071838750"')

    code, told = run("twilio", "fallback", "--output", str(folders / "fallback"))

    assert 1 == code
    assert "helpline.toml: fallback_number: it is in GB" in told
    assert not (folders / "fallback").exists()

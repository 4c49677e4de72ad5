"""`ivr doctor` sees what is wrong with a set-up from outside, and says what to do."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ivr.app.doctor import Doctor
from ivr.app.outside import Answer
from ivr.cli import main
from ivr.telephony.twilio.balance import Balance
from ivr.telephony.twilio.rest import UnreachableError
from tests.app.outside import FALLBACK, Outside
from tests.app.people import NOON, SIPHO, THANDI
from tests.app.stage import make_stage


def looking(
    folder: Path,
    audio: Path,
    database: Path,
    outside: Outside | None = None,
    left: str = "20",
    **environ: str,
) -> Doctor:
    def purse() -> Balance:
        if not left:
            raise UnreachableError("the network's REST API answered 503")
        return Balance(Decimal(left), "ZAR", NOON + timedelta(minutes=int(environ.get("CLOCK", "0"))))

    settings = {"FALLBACK_URL": FALLBACK, **environ}
    parts = make_stage(folder, audio, database, people=(THANDI, SIPHO), environ=settings).parts
    parts.settings.data_dir.chmod(0o700)
    return Doctor(parts, outside or Outside(), purse, patience=0)


def said(doctor: Doctor, name: str) -> tuple[str, str]:
    """How bad it is, and what is told of it."""
    found = {each.name: each for each in doctor.findings()}[name]
    return found.level.value, f"{found.told} {found.todo}"


@pytest.mark.parametrize(
    "name", ["Calls from outside", "Sounds from outside", "Emergency answer", "Certificate"]
)
def test_a_helpline_as_it_should_be_is_well_from_outside(
    tmp_path: Path, audio: Path, database: Path, name: str
) -> None:
    assert "ok" == said(looking(tmp_path, audio, database), name)[0]


@pytest.mark.parametrize(
    ("outside", "name", "level", "words"),
    [
        (Outside(voice=Answer(0, 0, "")), "Calls from outside", "missing", "Start the server"),
        (Outside(voice=Answer(200, 0.1, "")), "Calls from outside", "missing", "PUBLIC_URL leads to"),
        (Outside(voice=Answer(403, 3.2, "")), "Calls from outside", "warning", "3.2 seconds"),
        (Outside(answers={"/audio/": Answer(404, 0.1, "")}), "Sounds from outside", "missing", "AUDIO_URL"),
        (Outside(answers={"/audio/": Answer(200, 0.1, "<html>")}), "Sounds from outside", "missing", "sound"),
        (
            Outside(answers={"sorry": Answer(200, 0.1, "hello")}),
            "Emergency answer",
            "missing",
            "not with TwiML",
        ),
        (Outside(answers={"sorry": Answer(0, 0, "")}), "Emergency answer", "missing", "ivr twilio fallback"),
        (Outside(ends=NOON + timedelta(days=5)), "Certificate", "warning", "10 Jan 2026"),
    ],
)
def test_what_is_wrong_outside_is_said_with_what_to_do(
    tmp_path: Path, audio: Path, database: Path, outside: Outside, name: str, level: str, words: str
) -> None:
    found = said(looking(tmp_path, audio, database, outside), name)

    assert (level, True) == (found[0], words in found[1])


@pytest.mark.parametrize(
    ("left", "level", "words"),
    [("20.5", "ok", "20.50 ZAR"), ("0", "missing", "Top it up"), ("", "warning", "answered 503")],
)
def test_the_account_s_balance_is_told(
    tmp_path: Path, audio: Path, database: Path, left: str, level: str, words: str
) -> None:
    found = said(looking(tmp_path, audio, database, left=left), "Account")

    assert (level, True) == (found[0], words in found[1])


def test_a_clock_that_is_wrong_is_told(tmp_path: Path, audio: Path, database: Path) -> None:
    assert "ok" == said(looking(tmp_path / "a", audio, database), "Clock")[0]
    assert "60 seconds apart" in said(looking(tmp_path / "b", audio, database, CLOCK="1"), "Clock")[1]


def test_a_folder_that_others_can_read_is_told(tmp_path: Path, audio: Path, database: Path) -> None:
    doctor = looking(tmp_path, audio, database)
    doctor.parts.settings.data_dir.chmod(0o755)

    assert "chmod 700" in said(doctor, "Folder")[1]


def test_without_its_database_the_rest_is_still_looked_at(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    doctor = looking(tmp_path, audio, database)
    (tmp_path / "data" / "helpline.db").rename(tmp_path / "moved.db")

    assert "missing" == said(doctor, "Database")[0]
    assert "ok" == said(doctor, "Calls from outside")[0]


def test_the_command_says_what_to_do_and_fails_while_callers_are_not_helped(
    tmp_path: Path, audio: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"DATA_DIR": tmp_path / "data", "AUDIO_DIR": audio, "PORT": "1"}.items():
        monkeypatch.setenv(name, str(value))
    with pytest.raises(SystemExit) as ended:
        main(["doctor"])
    lines = capsys.readouterr().out.splitlines()

    assert 1 == ended.value.code
    assert lines[0].startswith("missing ")
    assert (
        "          Set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and HELPLINE_NUMBER, and start again." in lines
    )

"""The words of a backup, where there are others already."""

import shutil
import subprocess
from pathlib import Path

import pytest

from ivr.app.backup import back_up
from ivr.cli import main
from tests.app.lost_helpline import lost
from tests.app.people import NOON
from tests.app.stage import Stage

__all__ = ["lost"]


def test_words_that_stay_are_named_with_a_command_that_takes_out_those_of_the_backup(
    lost: Stage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = tmp_path / "night.backup"
    back_up(lost.parts.settings, lost.parts.engine, made, NOON)
    shutil.copytree(lost.parts.settings.prompts_dir, tmp_path / "prompts here")
    (tmp_path / "prompts here" / "en.toml").write_text("another", "utf-8")
    for name, value in {"PROMPTS_DIR": "prompts here", "DATA_DIR": "new", "DATABASE_URL": ""}.items():
        monkeypatch.setenv(name, value and str(tmp_path / value))
    monkeypatch.setenv("SECRET_KEY", lost.parts.settings.secret_key)
    with pytest.raises(SystemExit):
        main(["restore", str(made)])
    told, command = capsys.readouterr().err.strip().split(". To have the words of the backup beside it: ")
    subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, check=True)

    assert told.endswith("other than in the backup: en.toml")
    assert (lost.parts.settings.prompts_dir / "en.toml").read_bytes() == (
        tmp_path / "words" / "prompts" / "en.toml"
    ).read_bytes()

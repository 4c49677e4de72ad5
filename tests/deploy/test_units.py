"""The units and the settings that are shipped do what they say, as far as this machine can tell."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.settings import SETTINGS, read_settings

SHIPPED = Path(__file__).parents[2] / "ivr" / "deploy"
ANALYZE = shutil.which("systemd-analyze")
UNITS = ("ivr.service", "ivr.socket", "ivr-backup.service", "ivr-backup.timer")

needs_systemd = pytest.mark.skipif(not ANALYZE, reason="systemd-analyze is not on this machine")


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """The units, with this Python where the example has its own."""
    paths = []
    for name in UNITS:
        text = (SHIPPED / name).read_text().replace("/opt/ivr/.venv/bin/python", sys.executable)
        path = tmp_path / name
        path.write_text(text)
        paths.append(str(path))
    return paths


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_units(units: list[str]) -> None:
    assert ANALYZE
    done = subprocess.run(
        [ANALYZE, "verify", "--man=no", *units], check=False, capture_output=True, text=True
    )
    ours = [line for line in done.stderr.splitlines() if "ivr" in line]

    assert (0, []) == (done.returncode, ours)


@needs_systemd
@pytest.mark.parametrize("name", ["ivr.service", "ivr-backup.service"])
def test_the_services_may_do_little_else_on_the_machine(units: list[str], name: str) -> None:
    assert ANALYZE
    path = next(each for each in units if each.endswith(f"/{name}"))
    command = [ANALYZE, "security", "--offline=yes", "--threshold=25", path]
    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert 0 == done.returncode, done.stdout[-400:]


def test_what_the_units_set_are_settings() -> None:
    words = " ".join((SHIPPED / name).read_text() for name in (*UNITS, "environment"))
    named = set(re.findall(r"\b([A-Z]{2,}(?:_[A-Z]+)+)=", words))
    known = {each.name for each in SETTINGS} | {f"{each.name}_FILE" for each in SETTINGS if each.secret}

    assert set() == named - known
    assert {"DATA_DIR", "PUBLIC_URL", "TWILIO_AUTH_TOKEN_FILE"} <= named


def test_the_environment_can_be_used_as_it_is_shipped(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t0ken\n")
    lines = (SHIPPED / "environment").read_text().splitlines()
    values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    settings = read_settings({**values, "TWILIO_AUTH_TOKEN_FILE": str(tmp_path / "token")})

    assert (False, "json") == (settings.exchange_mode, settings.log_format)

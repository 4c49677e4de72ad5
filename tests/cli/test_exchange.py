"""What the exchange of `ivr serve` is started with."""

import shutil
from pathlib import Path

import pytest

from ivr.cli.exchange import config_of
from ivr.settings import read_settings

PROMPTS = Path(__file__).parents[2] / "prompts"


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    return shutil.copytree(PROMPTS, tmp_path / "prompts")


def others(prompts: Path) -> tuple[str, ...]:
    environment = {"PROMPTS_DIR": str(prompts), "DATA_DIR": str(prompts.parent / "data")}
    return config_of(read_settings(environment)).others


def test_numbers_for_missed_calls_and_for_counsellors_can_be_rung_too(prompts: Path) -> None:
    file = prompts / "helpline.toml"
    words = file.read_text(encoding="utf-8")
    words = words.replace("[missed_call]\nnumbers = []", '[missed_call]\nnumbers = ["+12025550109"]')
    words = words.replace('[staff]\nnumber = ""', '[staff]\nnumber = "+12025550108"')
    file.write_text(words, encoding="utf-8")

    assert ("+12025550108", "+12025550109") == others(prompts)


def test_content_with_problems_leaves_the_helplines_own_number(prompts: Path) -> None:
    (prompts / "helpline.toml").write_text("name = 3", encoding="utf-8")

    assert () == others(prompts)

"""Whoever accepts a take is killed at any moment: callers hear the old one or the new one, never nothing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
KILLS = 40


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What each of the killed has left."""
    folder = tmp_path_factory.mktemp("killed") / "data"
    command = [sys.executable, "-m", "tests.sound.accepting_child", str(folder), str(KILLS)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=100)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_processes_were_killed_before_and_after_the_change(left: list[dict[str, Any]]) -> None:
    killed = [each for each in left if each["killed"]]
    changed = [each for each in killed if each["live"] != each["before"]]

    assert len(killed) >= KILLS - 5
    assert 0 < len(changed) < len(killed)


def test_exactly_one_take_is_live_after_each_and_its_file_is_whole(left: list[dict[str, Any]]) -> None:
    assert [1] * len(left) == [len(each["live"]) for each in left]
    assert [] == [each for each in left if not (each["content"][0] or "").startswith("RIFF")]


def test_what_is_live_is_what_was_before_or_the_new_take(left: list[dict[str, Any]]) -> None:
    others = [each for each in left if each["live"] != each["before"] and each["content"] != [each["wanted"]]]

    assert [] == others


def test_what_was_confirmed_is_live(left: list[dict[str, Any]]) -> None:
    confirmed = [each for each in left if each["accepted"]]

    assert [[each["wanted"]] for each in confirmed] == [each["content"] for each in confirmed]

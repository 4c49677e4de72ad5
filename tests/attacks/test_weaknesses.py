"""A known weakness of a pinned package fails the tests; no network does not."""

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.weaknesses import NotAskedError, borne_with, report, unknown, weaknesses

ROOT = Path(__file__).parents[2]
#: As pip-audit prints it with --format json.
WEAK = {"id": "PYSEC-2024-1", "aliases": ["CVE-2024-9", "GHSA-1"], "fix_versions": ["2.0", "3.1"]}
TOLD = {
    "dependencies": [
        {"name": "good", "version": "1.0", "vulns": []},
        {"name": "weak", "version": "1.9", "vulns": [WEAK]},
        {"name": "lost", "version": "1.1", "skip_reason": "Dependency not found on PyPI"},
    ]
}


def test_a_weakness_is_named_with_what_mends_it() -> None:
    assert ["weak 1.9: PYSEC-2024-1; mended in: 2.0, 3.1"] == list(weaknesses(TOLD, {}))
    assert 1 == unknown(TOLD)


@pytest.mark.parametrize("name", ["PYSEC-2024-1", "CVE-2024-9"])
def test_one_that_is_borne_with_for_a_reason_is_not(name: str) -> None:
    assert [] == list(weaknesses(TOLD, {name: "we never call it"}))


def test_nothing_is_borne_with_without_a_reason() -> None:
    with pytest.raises(ValueError, match="say why CVE-2024-9 may stay"):
        borne_with('[tool.known-weaknesses]\n"CVE-2024-9" = " "')


def test_what_is_borne_with_here_has_its_reasons() -> None:
    assert all(borne_with((ROOT / "pyproject.toml").read_text("utf-8")).values())


def test_a_tool_that_hangs_or_breaks_off_has_not_answered() -> None:
    def hangs(words: list[str], **_: Any) -> None:
        raise subprocess.TimeoutExpired(words, 45)

    def breaks(words: list[str], **_: Any) -> SimpleNamespace:
        return SimpleNamespace(stdout="", stderr="Traceback\nConnectionError: refused")

    def knows_nothing(words: list[str], **_: Any) -> SimpleNamespace:
        return SimpleNamespace(stdout=json.dumps({"dependencies": TOLD["dependencies"][2:]}), stderr="")

    with pytest.raises(NotAskedError, match="knows none"):
        report(knows_nothing)
    with pytest.raises(NotAskedError, match="within 45 seconds"):
        report(hangs)
    with pytest.raises(NotAskedError, match="ConnectionError: refused"):
        report(breaks)

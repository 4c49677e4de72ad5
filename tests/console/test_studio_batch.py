"""Recordings that came together, while something is in their way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.console.studio_batch import Batch, Line
from ivr.content.catalogue import Prompt
from ivr.sound.report import Finding, Report
from ivr.sound.takes import Draft, NotKeptError, TakeLostError, UnknownTakeError
from ivr.storage.takes import Take

PROMPTS = {
    name: Prompt(name, "en", "Hello.", "", 5, nth) for nth, name in enumerate(("welcome", "goodbye"), 1)
}
GOOD = Report(1.0, 1.0, -20.0, ())
NOISY = replace(GOOD, findings=(Finding("noisy", False, "some noise"),))
MADE_AT = datetime(2026, 3, 1, tzinfo=UTC)
TAKE = Take("welcome", "en", "", "", "", "", "", 1, -20, (), "upload", "Thandi", MADE_AT, id=7, live=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in PROMPTS:
        (tmp_path / f"{name}.wav").write_bytes(b"sound")
    return tmp_path


class Accepting:
    """Notes what it is to make live; refuses it when told to."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.takes: list[int] = []
        self._fails = fails

    def __call__(self, take: int) -> None:
        if self._fails:
            raise self._fails
        self.takes.append(take)


def drafting(report: Report) -> Callable[[Prompt, bytes, str], Draft]:
    return lambda prompt, data, name: Draft(report, TAKE if report.accepted else None)


def failing(prompt: Prompt, data: bytes, name: str) -> Draft:
    raise NotKeptError("the disk is full")


def verdicts(lines: list[Line]) -> list[tuple[str, str]]:
    return sorted((line.prompt, line.verdict) for line in lines)


def test_what_there_is_no_time_for_is_told_and_not_read(folder: Path) -> None:
    batch = Batch(PROMPTS, failing, None, late=lambda: True)

    lines = list(batch.lines([folder]))

    assert [("goodbye", "refused"), ("welcome", "refused")] == verdicts(lines)
    assert [True, True] == ["send it again" in line.text for line in lines]


def test_what_the_disk_does_not_take_is_refused_and_the_others_go_on(folder: Path) -> None:
    lines = list(Batch(PROMPTS, failing, None, late=lambda: False).lines([folder]))

    assert ["it cannot be kept just now; send it again later"] * 2 == [line.text for line in lines]


def test_only_that_in_which_nothing_was_found_goes_live_by_itself(folder: Path) -> None:
    quietly, loudly = Accepting(), Accepting()
    files = [folder / "welcome.wav"]

    noisy = list(Batch(PROMPTS, drafting(NOISY), quietly, late=lambda: False).lines(files))
    good = list(Batch(PROMPTS, drafting(GOOD), loudly, late=lambda: False).lines(files))

    assert ([("welcome", "draft")], []) == (verdicts(noisy), quietly.takes)
    assert ([("welcome", "live")], [7]) == (verdicts(good), loudly.takes)


def test_what_cannot_be_made_live_stays_a_draft(folder: Path) -> None:
    batch = Batch(PROMPTS, drafting(GOOD), Accepting(NotKeptError("disk full")), late=lambda: False)

    assert [("welcome", "draft")] == verdicts(list(batch.lines([folder / "welcome.wav"])))


@pytest.mark.parametrize("error", [UnknownTakeError(), TakeLostError()])
def test_what_somebody_has_removed_meanwhile_holds_up_no_other(folder: Path, error: Exception) -> None:
    batch = Batch(PROMPTS, drafting(GOOD), Accepting(error), late=lambda: False)

    assert [("goodbye", "refused"), ("welcome", "refused")] == verdicts(list(batch.lines([folder])))

"""A recording examined by a child process; here is no more than what was asked and answered."""

import json

from ivr.sound.apart import run_apart
from ivr.sound.report import Examined, Finding, Master, Report

PATIENCE = 30.0


def examine_apart(data: bytes, expected: float, longest: float) -> Examined:
    """The recording checked and mastered in a child process of at most 30 seconds and 2 GB.

    For every file from outside. `expected`: the seconds of speech its words take, 0 for a sound without
    words; `longest`: those it may take. SoundError if unreadable.
    """
    said = run_apart("ivr.sound.take", [str(expected), str(longest)], data, PATIENCE)
    head, _, wav = said.partition(b"\n")
    return _read(json.loads(head), wav)


def _read(told: dict[str, dict[str, object]], wav: bytes) -> Examined:
    findings = tuple(Finding(**each) for each in told["report"].pop("findings"))  # type: ignore[attr-defined]
    report = Report(**told["report"], findings=findings)  # type: ignore[arg-type]
    made = told["master"]
    return Examined(report, Master(wav=wav, **made) if made else None)  # type: ignore[arg-type]

"""What a recording turned out to be: what was found in it, and the master made of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: which check, whether it spoils the take, and what to do."""

    check: str
    rejects: bool
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """A take's seconds, its seconds of speech, its level as recorded (dBov), and what was found."""

    seconds: float
    speech: float
    level: float
    findings: tuple[Finding, ...]

    @property
    def accepted(self) -> bool:
        """Whether callers may hear it."""
        return not any(each.rejects for each in self.findings)


@dataclass(frozen=True, slots=True)
class Master:
    """A telephone master: 8 kHz mono 16-bit WAV, its seconds, level (dBov) and true peak (dBTP)."""

    wav: bytes
    seconds: float
    level: float
    peak: float


@dataclass(frozen=True, slots=True)
class Examined:
    """What a recording turned out to be; there is no master if the report rejects it."""

    report: Report
    master: Master | None

"""Moments as people write them to commands, and as commands show them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

_YEARS = range(1900, 9000)


def moment_of(written: str, zone: ZoneInfo) -> datetime:
    """An ISO 8601 moment, in `zone` without an offset; a BadParameter that shows how to write one."""
    try:
        at = datetime.fromisoformat(written.strip())
        at = at if at.tzinfo else at.replace(tzinfo=zone)
        if at.astimezone(UTC).year not in _YEARS:
            raise ValueError(written)  # noqa: TRY301 (said once, below)
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{written!r}; write 2026-12-31T22:00 or 2026-12-31T22:00+02:00") from None
    return at


def span_of(
    since: str | None, until: str | None, zone: ZoneInfo, at: datetime
) -> tuple[datetime, datetime | None]:
    """A start, `at` if none is written, and an end that lies after it, if one is written; to the second."""
    start = moment_of(since, zone) if since else at
    end = moment_of(until, zone) if until else None
    if end is not None and end <= start:
        raise click.BadParameter(f"--until {until} is not after the beginning, {short(start, zone)}")
    return start.replace(microsecond=0), end and end.replace(microsecond=0)


def headed(name: str, zone: ZoneInfo) -> str:
    """The header of a column of moments."""
    return f"{name} ({zone.key})"


def short(moment: datetime, zone: ZoneInfo) -> str:
    """The moment for people to read, in `zone`."""
    return f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M %z}"

"""Whether calls can be taken, and everything that an operator should know besides."""

import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from ivr.app.ground import CALENDARS, PURGES
from ivr.app.parts import Parts
from ivr.app.who import helpline_of
from ivr.jobs.retention import doubt
from ivr.journal.promise_files import refused_files
from ivr.storage.purges import is_doubtful

AWAY_AFTER = timedelta(seconds=15)
"""A snapshot is confirmed every second; a busy database may take a few."""
LEAST_SPACE = 50_000_000  # bytes: some twenty long messages


def readiness(parts: Parts) -> tuple[bool, Mapping[str, Any]]:
    """Calls can be taken once a roster is known; everything else is said, and callers go on all the same."""
    remarks = [*_people(parts), *_sound(parts), *_storage(parts), *_purges(parts), *_refused(parts)]
    languages = list(parts.publication.current().helpline.languages)
    return parts.snapshot.current().confirmed is not None, {"remarks": remarks, "languages": languages}


def _people(parts: Parts) -> Iterator[str]:
    helpline, _ = helpline_of(parts.settings, parts.publication.current(), parts.snapshot.current())
    if not helpline.roster.on_duty(parts.now()):
        yield "nobody can be reached: nobody is on duty now"
    for row in parts.snapshot.current().rows(CALENDARS):
        yield row["problem"]


def _sound(parts: Parts) -> Iterator[str]:
    published = parts.publication.current()
    for code in published.content.languages:
        missing = len(published.sounds.missing(code))
        if code in published.sounds.withdrawn:
            yield f"language {code} is not offered: staff have withdrawn it"
        elif code not in published.helpline.languages:
            yield f"language {code} is not offered: {_prompts(missing)} without sound"
        elif missing:
            yield f"{_prompts(missing)} without sound; run: ivr audio build"
    if published.held:
        yield f"{_prompts(len(published.held))} still heard with old words until the new are spoken"
    if parts.publication.remark:
        yield parts.publication.remark


def _storage(parts: Parts) -> Iterator[str]:
    confirmed = parts.snapshot.current().confirmed
    if confirmed is None:
        yield "the roster is not known: the database has not answered yet, and no snapshot is on disk"
    elif parts.snapshot.away or parts.now() - confirmed > AWAY_AFTER:
        since = confirmed.isoformat(timespec="seconds")
        yield f"storage is away: callers are served from the snapshot of {since}"
    disk = os.statvfs(parts.settings.data_dir)
    if disk.f_bavail * disk.f_frsize < LEAST_SPACE:
        yield f"the disk under {parts.settings.data_dir} is nearly full: messages may not be kept"


def _purges(parts: Parts) -> Iterator[str]:
    for row in parts.snapshot.current().rows(PURGES):
        last = datetime.fromisoformat(row["last"])
        if is_doubtful(last, parts.now()):
            yield doubt(last)


def _refused(parts: Parts) -> Iterator[str]:
    number = len(refused_files(parts.settings.data_dir / "journal"))
    if number:
        told = "1 promise" if number == 1 else f"{number} promises"
        yield (
            f"{told} on this disk could not be brought into the database; see the log and: ivr promises; "
            "the next start tries again"
        )


def _prompts(number: int) -> str:
    return "1 prompt" if number == 1 else f"{number} prompts"

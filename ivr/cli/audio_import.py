"""What `ivr audio import` does and says."""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from getpass import getuser
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from ivr import clock
from ivr.cli.context import fail
from ivr.content.catalogue import Content, Prompt
from ivr.settings import Settings
from ivr.sound.archive import ArchiveError, Recording, recordings
from ivr.sound.intake import Origin, examine_for
from ivr.sound.manifest import Entry, ManifestError, read_manifest
from ivr.sound.report import Examined
from ivr.sound.store import StoreAwayError
from ivr.sound.takes import Takes, open_takes
from ivr.sound.trouble import SoundError
from ivr.storage.engine import open_storage
from ivr.storage.errors import StorageError

LIVE, REFUSED = "live", "refused"


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one file."""

    file: str
    verdict: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    recording: Recording
    prompt: Prompt
    data: bytes = b""
    examined: Examined | None = None
    problem: str = ""


def run_import(content: Content, settings: Settings, language: str, source: Path) -> None:
    """Import every file, print a line for each; ends with 1 if one was refused, the good ones are live."""
    try:
        built = read_manifest(settings.audio_dir, language)
        takes = open_takes(settings, open_storage(settings), clock.now)
        with recordings(source) as files:
            lines = list(_imported(content, language, files, built, takes))
    except (ArchiveError, StorageError, ManifestError) as error:
        fail(str(error))
    if not lines:
        fail(f"{source}: there are no recordings in it; name each by its prompt, as welcome.m4a")
    _print(lines)
    if any(line.verdict == REFUSED for line in lines):
        sys.exit(1)


def _imported(
    content: Content, language: str, files: list[Recording], built: dict[str, Entry], takes: Takes
) -> Iterator[Line]:
    prompts = {name.lower(): prompt for name, prompt in content.prompts.get(language, {}).items()}
    wanted: dict[str, Recording] = {}
    for each in files:
        problem = each.problem or _name_problem(each, prompts, wanted)
        if problem:
            yield Line(each.name, REFUSED, problem)
        else:
            wanted[each.prompt] = each
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        names = list(wanted)
        for first in range(0, len(names), workers):
            # A ZIP has one reader, and memory is to hold few files at a time.
            batch = [_read(wanted[name], prompts[name]) for name in names[first : first + workers]]
            for done in pool.map(partial(_examine, built), batch):
                yield _keep(done, takes)


def _name_problem(each: Recording, prompts: dict[str, Prompt], wanted: dict[str, Recording]) -> str:
    if each.prompt not in prompts:
        return "no prompt has this name; see the reading script: ivr audio script"
    if each.prompt in wanted:
        return f"{wanted[each.prompt].name} is the same prompt; keep one of them"
    return ""


def _read(each: Recording, prompt: Prompt) -> _Read:
    try:
        return _Read(each, prompt, each.read())
    except (ArchiveError, OSError) as error:
        return _Read(each, prompt, problem=str(error))


def _examine(built: dict[str, Entry], read: _Read) -> _Read:
    if read.problem:
        return read
    try:
        examined = examine_for(read.prompt, read.data, built.get(read.prompt.id))
    except SoundError as error:
        return _Read(read.recording, read.prompt, problem=str(error))
    return _Read(read.recording, read.prompt, read.data, examined)


def _keep(read: _Read, takes: Takes) -> Line:
    if read.examined is None:
        return Line(read.recording.name, REFUSED, read.problem)
    told = "; ".join(finding.text for finding in read.examined.report.findings)
    if not read.examined.report.accepted:
        return Line(read.recording.name, REFUSED, told)
    origin = Origin(read.recording.name, "upload", _user(), clock.now())
    try:
        takes.keep(read.prompt, read.data, read.examined, origin)
    except (StoreAwayError, StorageError, DBAPIError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        return Line(read.recording.name, REFUSED, f"it cannot be kept: {reason}; import it again after that")
    return Line(read.recording.name, LIVE, told)


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # a container's user may have a number and no name
        return f"user {os.getuid()}"


def _print(lines: list[Line]) -> None:
    width = max(len(line.file) for line in lines)
    for line in lines:
        print(f"{line.file:<{width}}  {line.verdict:<7}  {line.text}".rstrip())
    live = sum(line.verdict == LIVE for line in lines)
    print(f"{live} of {len(lines)} recordings are live")

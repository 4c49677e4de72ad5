"""One file with everything in it: written whole or not at all, and known to be whole before it is used."""

import gzip
import hashlib
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

MANIFEST, CHECKSUMS = "manifest.json", "checksums.json"
FORMAT = 1
_PART = ".part"
_CHUNK = 1024 * 1024
_LARGEST_LIST = 256 * _CHUNK  # bytes of the checksums: a million files
#: No part of it begins with a dot, so none leads out of the folder it is unpacked into.
_NAME = re.compile(r"[^./\0][^/\0]*(/[^./\0][^/\0]*)*")
#: Speech hardly gets smaller, rows do at once: more effort only takes longer.
_EFFORT = 1


class ArchiveError(Exception):
    """The file is no backup, or not whole; the message says what to do."""


class ArchiveWriter:
    """Puts parts into the archive, each under its name."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._sums: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        """A part that is at hand."""
        self._add(name, BytesIO(content), len(content))

    def add_lines(self, name: str, lines: Iterable[bytes]) -> int:
        """A part that is made now, line by line; how many lines it has."""
        with TemporaryFile() as file:
            number = sum(1 for line in lines if file.write(line))
            size = file.tell()
            file.seek(0)
            self._add(name, file, size)
        return number

    def add_file(self, name: str, path: Path) -> bool:
        """A file, as long as it is now; False if it is not there any more."""
        try:
            with path.open("rb") as file:
                self._add(name, BytesIO(file.read()), None)
        except FileNotFoundError:
            return False
        return True

    def close(self) -> None:
        """The list of all parts comes last: an archive without it was cut off."""
        self._add(CHECKSUMS, BytesIO(written := json.dumps(self._sums).encode()), len(written))

    def _add(self, name: str, content: IO[bytes], size: int | None) -> None:
        entry = tarfile.TarInfo(_checked(name))
        entry.size = size if size is not None else content.seek(0, os.SEEK_END)
        entry.mode = 0o600
        content.seek(0)
        self._sums[name] = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
        content.seek(0)
        self._tar.addfile(entry, content)


@contextmanager
def writing_archive(path: Path) -> Iterator[ArchiveWriter]:
    """A new archive at `path`, readable by this user only; an OSError and no file if it cannot be whole."""
    part = path.with_name(path.name + _PART)
    handle = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=_EFFORT) as tar:
                writer = ArchiveWriter(tar)
                yield writer
                writer.close()
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read_manifest(path: Path) -> Mapping[str, Any]:
    """What the archive says of itself, once every part of it was found whole; else an ArchiveError."""
    with _read(path) as tar:
        sums: dict[str, str] = {}
        manifest = listed = b""
        for entry, content in _entries(tar):
            if entry.name == CHECKSUMS:
                listed = content.read(_LARGEST_LIST)
                continue
            sums[entry.name] = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
            if entry.name == MANIFEST:
                content.seek(0)
                manifest = content.read(_CHUNK)
    return _checked_manifest(path, manifest, listed, sums)


def parts_of(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Every part but the lists, one after the other, in the order in which they were put there."""
    with _read(path) as tar:
        for entry, content in _entries(tar):
            if entry.name not in {MANIFEST, CHECKSUMS}:
                yield entry.name, content


def _checked_manifest(path: Path, manifest: bytes, listed: bytes, sums: dict[str, str]) -> Mapping[str, Any]:
    if not manifest:
        raise ArchiveError(f"{path}: is no backup; name a file that `ivr backup` has made")
    if not listed:
        raise ArchiveError(f"{path}: its end is missing; copy it again, or take another backup")
    told = json.loads(listed)
    wrong = sorted(name for name in told.keys() | sums.keys() if told.get(name) != sums.get(name))
    if wrong:
        raise ArchiveError(f"{path}: {wrong[0]} is not as it was put there; take another backup")
    found: Mapping[str, Any] = json.loads(manifest)
    if found.get("format") != FORMAT:
        raise ArchiveError(f"{path}: was made by a newer version; restore it with that one")
    return found


def _entries(tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for entry in tar:
        content = tar.extractfile(entry) if entry.isreg() else None
        if content is None or not _NAME.fullmatch(entry.name):
            raise ArchiveError(f"{tar.name!r}: {entry.name!r} is nothing that a backup holds")
        with content:
            yield entry, content


@contextmanager
def _read(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, mode="r:gz") as tar:
            yield tar
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ArchiveError(f"{path}: is no backup, or is damaged ({error}); take another") from error


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a part")
    return name

"""Recordings as they come: a folder or a ZIP, of files named by prompt; sizes bounded, odd names refused."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MOST_FILES = 5000
MOST_ENTRIES = 4 * MOST_FILES  # with folders, and what computers leave beside the files
LARGEST_FILE = 64 << 20
LARGEST_ALL = 1 << 30
# What the library raises over damage that somebody made on purpose.
DAMAGED = (
    zipfile.BadZipFile,
    NotImplementedError,
    EOFError,
    ValueError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)
_ENTRY = b"PK\1\2"  # begins each entry of the list (APPNOTE 4.3.12)
_PIECE = 1 << 20
NOT_SOUND = frozenset({"thumbs.db", "desktop.ini"})


class ArchiveError(Exception):
    """A folder or ZIP that cannot be read at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One file: its name as given, and how to read it; `problem` says why it must not be read."""

    name: str
    read: Callable[[], bytes]
    problem: str = ""

    @property
    def prompt(self) -> str:
        """The prompt it is named by, in small letters."""
        return PurePosixPath(self.name).stem.lower()


@contextmanager
def recordings(source: Path) -> Iterator[list[Recording]]:
    """The files of a folder, or of a ZIP without unpacking it, or the one file; ArchiveError if too much."""
    if source.is_dir():
        yield _bounded(_folder(source))
        return
    if source.suffix.lower() != ".zip":
        yield _bounded(iter([_file(source)]))
        return
    try:
        _count_entries(source)
        archive = zipfile.ZipFile(source)
    except (OSError, *DAMAGED) as error:
        raise ArchiveError(f"{source}: not a ZIP file ({error})") from error
    with archive:
        yield _bounded(_zip(archive))


def _count_entries(source: Path) -> None:
    """An ArchiveError for a list without end: the library would read all of it before anybody can count.

    A million entries fit into 50 MB, and take half a gigabyte and some seconds to read.
    """
    found, end = 0, b""
    with source.open("rb") as archive:
        while piece := archive.read(_PIECE):
            found += (end + piece).count(_ENTRY)
            end = piece[1 - len(_ENTRY) :]
            if found > MOST_ENTRIES:
                raise ArchiveError(f"more than {MOST_ENTRIES} entries: import it in parts")


def _bounded(found: Iterator[tuple[Recording, int]]) -> list[Recording]:
    files, total = [], 0
    for recording, size in found:
        files.append(recording)
        total += size
        if len(files) > MOST_FILES or total > LARGEST_ALL:
            raise ArchiveError(f"more than {MOST_FILES} files or {LARGEST_ALL >> 20} MB: import it in parts")
    return files


def _folder(folder: Path) -> Iterator[tuple[Recording, int]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _ignored(path.relative_to(folder).as_posix()):
            yield _file(path)


def _file(path: Path) -> tuple[Recording, int]:
    size = path.stat().st_size
    return Recording(path.name, path.read_bytes, _too_large(size)), size


def _zip(archive: zipfile.ZipFile) -> Iterator[tuple[Recording, int]]:
    for entry in archive.infolist():
        if not entry.is_dir() and not _ignored(entry.filename):
            problem = _unsafe(entry.filename) or _too_large(entry.file_size) or _locked(entry)
            yield (
                Recording(PurePosixPath(entry.filename).name, _reader(archive, entry), problem),
                entry.file_size,
            )


def _reader(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        # The size in the list may lie: no more than the bound is unpacked.
        try:
            with archive.open(entry) as source:
                data = source.read(LARGEST_FILE + 1)
        except DAMAGED as error:
            raise ArchiveError(f"damaged in the ZIP ({error})") from error
        if len(data) > LARGEST_FILE:
            raise ArchiveError(_too_large(len(data)))
        return data

    return read


def _ignored(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    hidden = any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in parts)
    return not parts or hidden or parts[-1].lower() in NOT_SOUND


def _unsafe(name: str) -> str:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or parts[0] == "/" or ":" in parts[0]:
        return "its name leads out of the ZIP"
    return ""


def _too_large(size: int) -> str:
    return f"larger than {LARGEST_FILE >> 20} MB" if size > LARGEST_FILE else ""


def _locked(entry: zipfile.ZipInfo) -> str:
    return "locked with a password" if entry.flag_bits & 1 else ""

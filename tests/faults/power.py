"""A disk that can lose its power: notes what is written, synced, renamed and removed, and says what is left.

    with recorded(folder) as disk: ...
    disk.left(cut=17, chance=Random(3), into=folder2)

As a file system may do, only what was synced is sure to be there: the content of a file up to its last fsync,
the names of a folder up to the folder's; of what came later, chance decides how much has reached the disk.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

Event = tuple[Any, ...]


@dataclass
class Disk:
    """All that happened under `root`, in order: each event is its kind, and what it was about."""

    root: Path
    events: list[Event] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)

    def left(self, cut: int, chance: Random, into: Path) -> None:
        """Write into a folder what is found there if the power fails after `cut` events."""
        files: dict[int, _File] = {}
        folders: dict[Path, _Folder] = {self.root.parent: _Folder(sure={self.root: 0})}
        for event in self.events[:cut]:
            _replay(event, files, folders)
        _restore(self.root, into, files, folders, chance)

    def note(self, *event: Any) -> None:
        self.events.append(event)

    def begins(self, inode: int) -> int:
        """The number of a new file: its inode may have been another's before."""
        self.numbers[inode] = len(self.events) + 1
        return self.numbers[inode]

    def number(self, handle: int) -> int:
        """The number of an open file."""
        return self.numbers[os.fstat(handle).st_ino]


@dataclass
class _File:
    content: bytes = b""
    synced: bytes = b""

    def survives(self, chance: Random) -> bytes:
        """What is synced, and as much of the rest as has reached the disk."""
        if not self.content.startswith(self.synced):
            return chance.choice((self.synced, self.content))
        return self.content[: chance.randint(len(self.synced), len(self.content))]


@dataclass
class _Folder:
    """Names in it: those that are sure, and the changes that are not, each a name and its file or None."""

    sure: dict[Path, int] = field(default_factory=dict)
    unsure: list[tuple[Path, int | None]] = field(default_factory=list)

    def survives(self, chance: Random) -> dict[Path, int]:
        found = dict(self.sure)
        for path, number in self.unsure[: chance.randint(0, len(self.unsure))]:
            _change(found, path, number)
        return found


def _change(names: dict[Path, int], path: Path, number: int | None) -> None:
    if number is None:
        names.pop(path, None)
    else:
        names[path] = number


def _replay(event: Event, files: dict[int, _File], folders: dict[Path, _Folder]) -> None:
    kind, about, *rest = event
    if kind == "name":
        folders.setdefault(about.parent, _Folder()).unsure.append((about, rest[0]))
    elif kind == "sync-folder":
        folder = folders.setdefault(about, _Folder())
        for path, number in folder.unsure:
            _change(folder.sure, path, number)
        folder.unsure.clear()
    elif kind == "content":
        files.setdefault(about, _File()).content = rest[0]
    elif kind == "sync":
        file = files.setdefault(about, _File())
        file.content = file.synced = rest[0]


def _restore(
    folder: Path, into: Path, files: dict[int, _File], folders: dict[Path, _Folder], chance: Random
) -> None:
    """What is left of a folder; a folder whose own name is gone is not there at all."""
    into.mkdir(parents=True)
    for path, number in folders.get(folder, _Folder()).survives(chance).items():
        if number in files:
            (into / path.name).write_bytes(files[number].survives(chance))
        elif path in folders:
            _restore(path, into / path.name, files, folders, chance)


@contextmanager
def recorded(root: Path) -> Iterator[Disk]:
    """Note what this process does under `root` through `os`, which is all that the journal uses."""
    disk = Disk(root)
    kept = {name: getattr(os, name) for name in _NOTED}
    for name, real in kept.items():
        setattr(os, name, partial(_NOTED[name], disk, real))
    try:
        yield disk
    finally:
        for name, real in kept.items():
            setattr(os, name, real)


def _inside(disk: Disk, path: Path) -> bool:
    return path.is_relative_to(disk.root)


def _of(handle: int) -> Path:
    return Path(f"/proc/self/fd/{handle}").readlink()


def _read(handle: int) -> bytes:
    return Path(f"/proc/self/fd/{handle}").read_bytes()


def _opened(disk: Disk, real: Callable[..., int], path: Any, flags: int, *rest: Any, **more: Any) -> int:
    new = flags & os.O_CREAT and not Path(path).exists()
    handle = real(path, flags, *rest, **more)
    if new and _inside(disk, Path(path)):
        number = disk.begins(os.fstat(handle).st_ino)
        disk.note("content", number, b"")
        disk.note("name", Path(path), number)
    return handle


def _made(disk: Disk, real: Callable[..., None], path: Any, *rest: Any, **more: Any) -> None:
    real(path, *rest, **more)
    if _inside(disk, Path(path)):
        disk.note("name", Path(path), -Path(path).stat().st_ino)


def _synced(disk: Disk, real: Callable[[int], None], handle: int) -> None:
    real(handle)
    path = _of(handle)
    if path == disk.root.parent or _inside(disk, path):
        if path.is_dir():
            disk.note("sync-folder", path)
        else:
            disk.note("sync", disk.number(handle), _read(handle))


def _written(disk: Disk, real: Callable[[int, Any], int], handle: int, data: Any) -> int:
    done = real(handle, data)
    if _inside(disk, _of(handle)):
        disk.note("content", disk.number(handle), _read(handle))
    return done


def _cut(disk: Disk, real: Callable[[int, int], None], handle: int, size: int) -> None:
    real(handle, size)
    if _inside(disk, _of(handle)):
        disk.note("content", disk.number(handle), _read(handle))


def _renamed(disk: Disk, real: Callable[..., None], old: Any, new: Any, **more: Any) -> None:
    real(old, new, **more)
    if _inside(disk, Path(new)):
        disk.note("name", Path(new), disk.numbers[Path(new).stat().st_ino])
        disk.note("name", Path(old), None)


def _removed(disk: Disk, real: Callable[..., None], path: Any, **more: Any) -> None:
    real(path, **more)
    if _inside(disk, Path(path)):
        disk.note("name", Path(path), None)


_NOTED: dict[str, Callable[..., Any]] = {
    "open": _opened,
    "mkdir": _made,
    "fsync": _synced,
    "fdatasync": _synced,
    "write": _written,
    "ftruncate": _cut,
    "rename": _renamed,
    "replace": _renamed,
    "unlink": _removed,
}

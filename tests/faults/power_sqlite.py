"""A disk under SQLite that can lose its power: notes what SQLite writes and syncs, and says what is left.

    with recorded(file) as disk: ...
    disk.left(cut=17, chance=Random(3), into=folder)

SQLite is given a file system of its own (sqlite.org/vfs.html) that does what the usual one does, and notes
it. What was written to a file after its last sync is there or not, each piece by itself, and may be torn.
"""

import ctypes
import ctypes.util
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

_POINTER, _INT, _LONG = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
_Open = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _POINTER, _INT, _POINTER)
_Write = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _INT, _LONG)
_Truncate = ctypes.CFUNCTYPE(_INT, _POINTER, _LONG)
_Sync = ctypes.CFUNCTYPE(_INT, _POINTER, _INT)
_WRITE, _TRUNCATE, _SYNC = 3, 4, 5  # words of sqlite3_io_methods, after iVersion
_METHODS, _VFS = 19, 22  # words
_NAME, _OPEN = 3, 5  # words of sqlite3_vfs, in which the three integers take two

Event = tuple[Any, ...]


@dataclass
class Disk:
    """What was there at first, and all that happened since.

    An event is ("write", name, at, bytes), ("cut", name, size), or ("sync", name).
    """

    first: dict[str, bytes]
    events: list[Event] = field(default_factory=list)

    def left(self, cut: int, chance: Random, into: Path) -> None:
        """Write into a folder what is found if the power fails after `cut` events."""
        into.mkdir(parents=True)
        sure = {name: bytearray(content) for name, content in self.first.items()}
        unsure: dict[str, list[Event]] = {}
        for event in self.events[:cut]:
            unsure.setdefault(event[1], []).append(event)
            if event[0] == "sync":
                for each in unsure.pop(event[1]):
                    _apply(sure, each)
        for events in unsure.values():
            for each in events:
                if chance.random() < 0.5:
                    _apply(sure, _torn(each, chance))
        for name, content in sure.items():
            (into / name).write_bytes(content)


def _apply(files: dict[str, bytearray], event: Event) -> None:
    kind, name, *rest = event
    content = files.setdefault(name, bytearray())
    if kind == "write":
        at, data = rest
        content.extend(bytes(max(0, at - len(content))))
        content[at : at + len(data)] = data
    elif kind == "cut":
        del content[rest[0] :]


def _torn(event: Event, chance: Random) -> Event:
    if event[0] != "write" or chance.random() < 0.5:
        return event
    return (*event[:3], event[3][: chance.randint(0, len(event[3]))])


def _library() -> Any:
    name = ctypes.util.find_library("sqlite3")
    found = ctypes.CDLL(name) if name else None
    mapped = Path("/proc/self/maps").read_text() if Path("/proc/self/maps").exists() else ""
    if found is None or "_sqlite3" not in mapped or mapped.count("libsqlite3.so") == 0:
        pytest.skip("this Python brings a SQLite of its own, to which no file system can be given")
    found.sqlite3_libversion.restype = ctypes.c_char_p
    if found.sqlite3_libversion().decode() != sqlite3.sqlite_version:
        pytest.skip("this Python uses another SQLite than the one that was found")
    found.sqlite3_vfs_find.restype = _POINTER
    found.sqlite3_vfs_register.argtypes = [_POINTER, _INT]
    found.sqlite3_vfs_unregister.argtypes = [_POINTER]
    return found


class _Noting:
    """The usual file system, which notes what is done to the files of one folder."""

    def __init__(self, usual: int, folder: Path, disk: Disk) -> None:
        self._usual, self._folder, self._disk = usual, folder, disk
        self._names: dict[int, str] = {}
        self._kept: list[Any] = []  # what C points to must not be collected
        self._methods: dict[int, Any] = {}
        words = (_POINTER * _VFS).from_address(usual)
        self._open = _Open(words[_OPEN])
        self.table = (_POINTER * _VFS)(*words)
        self._label = ctypes.create_string_buffer(b"noting")
        self.table[_NAME] = ctypes.addressof(self._label)
        self.table[_OPEN] = self._keep(_Open(self._opened))

    def _keep(self, function: Any) -> int:
        self._kept.append(function)
        return ctypes.cast(function, _POINTER).value or 0

    def _opened(self, _: int, name: int, file: int, flags: int, out: int) -> int:
        done = self._open(self._usual, name, file, flags, out)
        path = Path(ctypes.string_at(name).decode()) if name else None
        if not done and path and path.parent == self._folder:
            self._names[file] = path.name
            methods = (_POINTER * 1).from_address(file)
            methods[0] = ctypes.addressof(self._noted(methods[0] or 0))
        return int(done)

    def _noted(self, usual: int) -> Any:
        if usual not in self._methods:
            words = (_POINTER * _METHODS).from_address(usual)
            table = self._methods[usual] = (_POINTER * _METHODS)(*words)
            write, cut, sync = _Write(words[_WRITE]), _Truncate(words[_TRUNCATE]), _Sync(words[_SYNC])

            def written(file: int, data: int, size: int, at: int) -> int:
                self._disk.events.append(("write", self._names[file], at, ctypes.string_at(data, size)))
                return int(write(file, data, size, at))

            def truncated(file: int, size: int) -> int:
                self._disk.events.append(("cut", self._names[file], size))
                return int(cut(file, size))

            def synced(file: int, flags: int) -> int:
                self._disk.events.append(("sync", self._names[file]))
                return int(sync(file, flags))

            table[_WRITE] = self._keep(_Write(written))
            table[_TRUNCATE] = self._keep(_Truncate(truncated))
            table[_SYNC] = self._keep(_Sync(synced))
        return self._methods[usual]


@contextmanager
def recorded(file: Path) -> Iterator[Disk]:
    """Note what SQLite does to the database `file`, which nobody has open yet, and to what lies beside it."""
    library = _library()
    usual = library.sqlite3_vfs_find(None)
    first = {path.name: path.read_bytes() for path in file.parent.glob(f"{file.name}*")}
    disk = Disk({name: content for name, content in first.items() if not name.endswith("-shm")})
    noting = _Noting(usual, file.parent, disk)
    library.sqlite3_vfs_register(ctypes.addressof(noting.table), 1)
    try:
        yield disk
    finally:
        library.sqlite3_vfs_unregister(ctypes.addressof(noting.table))
        library.sqlite3_vfs_register(usual, 1)

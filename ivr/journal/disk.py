"""Files that are whole or absent, whatever happens to the machine meanwhile."""

import os
from pathlib import Path
from tempfile import mkstemp


def write_safely(path: Path, content: bytes) -> None:
    """Put `content` at `path`, readable by this user only; an OSError if it is not safely on disk."""
    make_folder(path.parent)
    handle, name = mkstemp(dir=path.parent, prefix=".", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder for this user only, its own name safely on disk; nothing if it is there."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Have the disk confirm the names in `folder`: without that a new file may be lost with the power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""A copy of the content that callers hear, for a start while that on disk is broken or storage is away."""

import json
import logging
from pathlib import Path

from ivr.content import NO_EDITS, Edits
from ivr.content.edits import edits_from_rows, edits_to_rows
from ivr.journal.disk import write_safely

_LOG = logging.getLogger(__name__)
EDITS = "edits.json"


def keep_content(prompts_dir: Path, edits: Edits, folder: Path) -> None:
    """Copy the files and the edits, as far as the copies are other ones; a failure is only a pity."""
    try:
        _keep(folder / EDITS, json.dumps(edits_to_rows(edits), ensure_ascii=False).encode())
        for path in prompts_dir.glob("*.toml"):
            _keep(folder / path.name, path.read_bytes())
    except OSError as error:
        _LOG.warning("The content could not be copied to %s: %s", folder, error.strerror)


def _keep(path: Path, content: bytes) -> None:
    # At every start all are the same, and to put a dozen safely on disk took up to a fifth of a second.
    if not path.is_file() or path.read_bytes() != content:
        write_safely(path, content)


def is_kept(prompts_dir: Path, folder: Path) -> bool:
    """Whether the files there are have been copied as they are, as far as that can be read."""
    try:
        paths = list(prompts_dir.glob("*.toml"))
        return all(path.read_bytes() == (folder / path.name).read_bytes() for path in paths)
    except OSError:
        return False


def kept_edits(folder: Path) -> Edits:
    """The edits that were copied last; none if that cannot be read."""
    path = folder / EDITS
    try:
        return edits_from_rows(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return NO_EDITS
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        _LOG.error("%s cannot be used (%s); it is made anew with storage", path, type(error).__name__)
        return NO_EDITS

"""What somebody who helps from afar needs to see, without numbers, names, addresses or secrets."""

import os
import platform
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import distributions
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from ivr import __version__
from ivr.app.doctor import Doctor
from ivr.app.outside import Asks, NoAnswerError
from ivr.app.parts import Parts
from ivr.app.readiness import readiness
from ivr.app.redaction import Redaction, redaction_for
from ivr.console.settings_facts import Check
from ivr.journal.disk import write_safely
from ivr.settings import SETTINGS, Settings
from ivr.storage.dump import tables_in
from ivr.storage.engine import reading
from ivr.storage.errors import StorageError
from ivr.storage.schema import head

LONGEST_LOG = 2_000_000  # bytes, from the end
_AWAY = (SQLAlchemyError, StorageError)


def write_bundle(
    path: Path, doctor: Doctor, found: Iterable[Check], environ: Mapping[str, str], log: Path | None = None
) -> None:
    """A new ZIP file at `path`, which this user alone may read; an OSError if it cannot be written.

    Of `environ` only the names of the variables are told. Everything is redacted, `log` too.
    """
    parts = doctor.parts
    written = {
        "doctor.txt": "\n".join(map(told, found)),
        "settings.txt": "\n".join(_settings(parts.settings, frozenset(environ))),
        "versions.txt": "\n".join(_versions()),
        "tables.txt": "\n".join(_tables(parts)),
        "ready.txt": "\n".join(_ready(parts)),
        "metrics.txt": _metrics(parts.settings, doctor.asks),
        **({"log.txt": _end_of(log)} if log else {}),
    }
    write_safely(path, _zipped(written, redaction_for(parts, environ)))


def _zipped(written: Mapping[str, str], redaction: Redaction) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as bundle:
        for name, text in written.items():
            bundle.writestr(name, redaction.of(text) + "\n")
    return made.getvalue()


def told(check: Check) -> str:
    """A finding as lines of text."""
    todo = f"\n          {check.todo}" if check.todo else ""
    return f"{check.level.value:<8}  {check.name}: {check.told}{todo}"


def _settings(settings: Settings, names: frozenset[str]) -> Iterator[str]:
    """Which are set; the values only of those that are nobody's secret."""
    shown = {"PORT": settings.port, "HOST": settings.host, "PUBLIC_URL": settings.public_url}
    shown |= {"AUDIO_URL": settings.audio_url, "TWILIO_API_URL": settings.api_url}
    shown |= {"FALLBACK_URL": settings.fallback_url, "DATA_DIR": settings.data_dir}
    shown |= {"DATABASE_URL": make_url(settings.database_url).get_backend_name()}
    for each in SETTINGS:
        stands = {each.name, f"{each.name}_FILE"} & names
        yield f"{each.name}: {'set' if stands else 'not set'}" + (
            f" ({shown[each.name]})" if each.name in shown else ""
        )


def _versions() -> Iterator[str]:
    yield f"ivr {__version__}, tables {head()}"
    yield f"Python {platform.python_version()} on {platform.platform()}, {os.cpu_count()} processors"
    yield from sorted(f"{each.metadata['Name']}=={each.version}" for each in distributions())


def _tables(parts: Parts) -> Iterator[str]:
    yield f"{parts.engine.dialect.name}"
    try:
        with reading(parts.engine) as connection:
            for table in tables_in(connection):
                rows = connection.scalar(select(func.count()).select_from(table))
                yield f"{table.name}: {rows}"
    except _AWAY as error:
        yield f"The database does not answer: {type(error).__name__}"


def _ready(parts: Parts) -> Iterator[str]:
    can, known = readiness(parts)
    yield f"ready: {can}"
    yield from map(str, known["remarks"])


def _metrics(settings: Settings, asks: Asks) -> str:
    """What the server on this machine has counted; a proxy hides that from the outside."""
    try:
        return asks.get(f"http://{settings.host}:{settings.port}/metrics").text
    except NoAnswerError as error:
        return f"The server on this machine does not answer: {error}"


def _end_of(log: Path) -> str:
    with log.open("rb") as file:
        skipped = max(0, file.seek(0, os.SEEK_END) - LONGEST_LOG)
        file.seek(skipped)
        if skipped:  # half a secret would not be known for one
            file.readline()
        return file.read().decode("utf-8", "replace")

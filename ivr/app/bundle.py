"""What somebody who helps from afar needs to see, without numbers, names, addresses or secrets."""

import os
import platform
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import distributions
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
from ivr.console.settings_facts import Check
from ivr.privacy import without_numbers
from ivr.settings import SETTINGS, Settings
from ivr.storage.accounts import list_accounts
from ivr.storage.dump import tables_in
from ivr.storage.engine import reading
from ivr.storage.errors import StorageError
from ivr.storage.schema import head

LONGEST_LOG = 2_000_000  # bytes, from the end
_AWAY = (SQLAlchemyError, StorageError)
_SHORTEST = 3  # letters of a name that is worth hiding
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_ACCOUNT = re.compile(r"\bAC[0-9a-f]{32}\b")
_USER = re.compile(r"(?<=://)[^/@\s]+@")


def write_bundle(
    path: Path, doctor: Doctor, found: Iterable[Check], environ: Iterable[str], log: Path | None = None
) -> None:
    """A new ZIP file at `path`, which this user alone may read; an OSError if it cannot be written.

    `environ` are the names of the variables that are set. Everything is redacted, `log` too.
    """
    parts = doctor.parts
    hidden = _hidden(parts)
    written = {
        "doctor.txt": "\n".join(map(told, found)),
        "settings.txt": "\n".join(_settings(parts.settings, frozenset(environ))),
        "versions.txt": "\n".join(_versions()),
        "tables.txt": "\n".join(_tables(parts)),
        "ready.txt": "\n".join(_ready(parts)),
        "metrics.txt": _metrics(parts.settings, doctor.asks),
        **({"log.txt": _end_of(log)} if log else {}),
    }
    handle = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file, ZipFile(file, "w", ZIP_DEFLATED) as bundle:
        for name, text in written.items():
            bundle.writestr(name, redacted(text, hidden) + "\n")


def told(check: Check) -> str:
    """A finding as lines of text."""
    todo = f"\n          {check.todo}" if check.todo else ""
    return f"{check.level.value:<8}  {check.name}: {check.told}{todo}"


def redacted(text: str, hidden: Sequence[str]) -> str:
    """`text` without what is hidden, telephone numbers, addresses and account ids."""
    for each in hidden:
        text = text.replace(each, "[hidden]")
    text = _ADDRESS.sub("[address]", _USER.sub("[user]@", _ACCOUNT.sub("[account]", text)))
    return without_numbers(text)


def _hidden(parts: Parts) -> tuple[str, ...]:
    """Secrets, and the names of everybody who works here; the longest first, so that none shows in part."""
    own = parts.settings
    password = make_url(own.database_url).password
    secrets = (own.auth_token, own.secret_key, own.smtp_url, str(password or ""), parts.account[1])
    people = (each.name for each in parts.snapshot.current().people)
    names = (each for name in (*people, *_staff(parts)) for each in (name, *name.split()))
    found = {each for each in secrets if each} | {each for each in names if len(each) >= _SHORTEST}
    return tuple(sorted(found, key=len, reverse=True))


def _staff(parts: Parts) -> Iterator[str]:
    try:
        with reading(parts.engine) as connection:
            for each in list_accounts(connection):
                yield from (each.name, each.login)
    except _AWAY:
        return


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
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - LONGEST_LOG))
        return file.read().decode("utf-8", "replace")

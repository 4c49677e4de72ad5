"""A look at the whole set-up, live: the settings check, and what can only be seen from outside."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

from sqlalchemy.exc import SQLAlchemyError

from ivr.app.console import console_desk
from ivr.app.ground import Now
from ivr.app.outside import Asks, seen_from_outside
from ivr.app.parts import Parts, build
from ivr.console.settings_checks import checks
from ivr.console.settings_facts import Check, Facts, Level
from ivr.console.settings_gathered import gather
from ivr.settings import Settings
from ivr.storage.engine import check_schema, engine_for, migrate
from ivr.storage.errors import StorageError
from ivr.storage.schema import head
from ivr.storage.sqlite import SERVED
from ivr.telephony.twilio.balance import Balance
from ivr.telephony.twilio.rest import RestError

PATIENCE = 15.0  # seconds for the network to say what it knows of the number
CLOCKS = timedelta(seconds=30)
_LOOK = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class Doctor:
    """Looks at the parts, which do not have to run; `asks` goes over the network, and so does `purse`."""

    parts: Parts
    asks: Asks
    purse: Callable[[], Balance] | None
    patience: float = PATIENCE

    def findings(self) -> tuple[Check, ...]:
        """Everything that was looked at; nothing is changed, and no phone is rung."""
        self.parts.snapshot.load()
        self.parts.publication.refresh()
        return (*self._storage(), *self._inside(), *self._outside(), *self._account(), *self._folder())

    def _storage(self) -> Iterator[Check]:
        if file := _not_made(self.parts.settings):
            told = f"There is no {file} yet; the server makes it when it first starts."
            yield Check("Database", Level.WARNING, told, "Start the server, or run: ivr migrate")
            return
        try:
            check_schema(self.parts.engine)
        except StorageError as error:
            yield Check("Database", Level.MISSING, str(error), "Callers are served from the last snapshot.")
        else:
            yield Check("Database", Level.OK, f"It answers, with the tables of this version ({head()}).")

    def _inside(self) -> tuple[Check, ...]:
        try:
            return checks(self._facts())
        except (SQLAlchemyError, StorageError) as error:
            told = f"What stands in the database could not be looked at ({type(error).__name__})."
            return (Check("Settings", Level.MISSING, told, "See to the database, then ask again."),)

    def _facts(self) -> Facts:
        number, waited = self.parts.number, 0.0
        while number and number.told() is None and waited < self.patience:
            sleep(_LOOK)
            waited += _LOOK
        return gather(console_desk(self.parts))

    def _outside(self) -> Iterator[Check]:
        published = self.parts.publication.current()
        spoken = published.sounds.find("welcome", published.content.helpline.default_language)
        sound = f"{self.parts.settings.audio_url}/{spoken.language}/{spoken.file}" if spoken else ""
        yield from seen_from_outside(self.parts.settings, sound, self.asks, self.parts.now())

    def _account(self) -> Iterator[Check]:
        if self.purse is None:
            return
        try:
            left = self.purse()
        except RestError as error:
            todo = "Check TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_API_URL."
            yield Check("Account", Level.WARNING, f"Its balance is not known: {error}.", todo)
            return
        empty = left.amount <= 0
        todo = "Top it up: with nothing on it no phone can be rung." if empty else ""
        told = f"There are {left.amount:.2f} {left.currency} on it."
        yield Check("Account", Level.MISSING if empty else Level.OK, told, todo)
        if left.at:
            yield _clock(left.at, self.parts.now())

    def _folder(self) -> Iterator[Check]:
        folder = self.parts.settings.data_dir
        if folder.stat().st_mode & 0o077:
            told = f"Others on this machine may look into {folder}."
            yield Check("Folder", Level.WARNING, told, f"Run: chmod 700 {folder}")


@contextmanager
def looking_at(settings: Settings, now: Now) -> Iterator[Parts]:
    """Parts to look at, which change nothing; ContentError, StorageError or OSError if there can be none."""
    with _there_meanwhile(settings.data_dir), _database(settings) as url:
        parts = build(replace(settings, database_url=url), now, looking=True)
        try:
            yield replace(parts, settings=settings)
        finally:
            parts.engine.dispose()


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """Where to look: at the database, or at an empty one in its stead where none was ever made."""
    if not _not_made(settings):
        yield settings.database_url
        return
    with TemporaryDirectory() as folder:
        engine = engine_for(f"sqlite:///{folder}/empty.db")
        migrate(engine)
        engine.dispose()
        yield f"sqlite:///{folder}/empty.db"


def _not_made(settings: Settings) -> Path | None:
    """The SQLite file that the first start will make, if nothing has been started yet."""
    url = engine_for(settings.database_url).url
    if url.get_backend_name() != "sqlite" or (settings.data_dir / SERVED).exists():
        return None
    file = Path(url.database or "")
    return None if file.exists() else file


@contextmanager
def _there_meanwhile(folder: Path) -> Iterator[None]:
    """Have the folder, so that its disk can be looked at; what was made for that is gone afterwards."""
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield
    finally:
        with suppress(OSError):  # somebody has put something there meanwhile
            for each in made:
                each.rmdir()


def _clock(there: datetime, here: datetime) -> Check:
    apart = abs(here - there)
    if apart <= CLOCKS:
        return Check("Clock", Level.OK, "It agrees with the network's.")
    told = f"It is {apart.total_seconds():.0f} seconds apart from the network's."
    return Check("Clock", Level.WARNING, told, "Have the machine set its clock by NTP: shifts go by it.")

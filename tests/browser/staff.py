"""Staff in front of a browser: a helpline with accounts, and a page in which somebody is signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page
from sqlalchemy import Engine

from ivr.clock import now
from ivr.storage.accounts import Role
from ivr.storage.accounts_changes import add_account
from ivr.storage.accounts_hashes import hashed_secret
from ivr.storage.accounts_keys import set_password
from ivr.storage.engine import engine_for, writing
from tests.browser.serving import environ_of, run_ivr, served

PASSWORD = "seven green bicycles"


@dataclass(frozen=True)
class Office:
    """A helpline that is served, and the environment in which commands see the same one."""

    url: str
    environ: dict[str, str]

    def run(self, *words: str) -> str:
        """What `ivr …` prints."""
        return run_ivr(self.environ, *words)

    @contextmanager
    def storage(self) -> Iterator[Engine]:
        """Its database."""
        engine = engine_for(f"sqlite:///{self.environ['DATA_DIR']}/helpline.db")
        try:
            yield engine
        finally:
            engine.dispose()

    def signed_in(self, context: BrowserContext, name: str, *roles: Role) -> Page:
        """A page in which a new member of staff has signed in, as people do."""
        with self.storage() as engine, writing(engine) as connection:
            account = add_account(connection, name, name, roles, "en", now())
            set_password(connection, account.id, hashed_secret(PASSWORD))
        page = context.new_page()
        page.goto(f"{self.url}/staff/sign-in")
        page.get_by_label("Login").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button").first.click()
        page.get_by_role("link", name=name).wait_for()
        return page


@contextmanager
def office(folder: Path, audio: Path) -> Iterator[Office]:
    """A helpline in a folder, with these sounds and nobody in it yet."""
    environ = environ_of(folder, audio)
    run_ivr(environ, "migrate")
    with served(environ, folder) as url:
        yield Office(url, environ)

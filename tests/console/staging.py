"""The staff's pages of a whole helpline, and browsers without windows that are signed in to them.

    stage = console_stage(tmp_path, audio, database)
    page = stage.signed_in(Role.RECORDER).get("/staff/studio")

What is posted carries a form's token, as a form on a page does.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from ivr.storage.accounts import Account, Role
from ivr.storage.accounts_changes import add_account
from ivr.storage.accounts_hashes import hashed_secret
from ivr.storage.accounts_keys import set_password
from ivr.storage.accounts_sessions import begin_session
from ivr.storage.engine import writing
from tests.app.people import OnDuty
from tests.app.stage import Stage, StoppedClock, make_stage

PASSWORD = "seven green bicycles"
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


@dataclass
class Visitor:
    """A browser; `account` is who is signed in, if anybody is."""

    client: FlaskClient
    public: str
    account: Account | None = None
    location: str = ""

    def get(self, path: str, **query: str) -> TestResponse:
        """The answer to a link."""
        return self.client.get(path, base_url=self.public, query_string=query)

    def post(self, path: str, **fields: Any) -> TestResponse:
        """The answer to a form at `path`, whose token the page of sign-in or account has given."""
        return self.client.post(path, base_url=self.public, data={"csrf_token": self.token(), **fields})

    def post_without_token(self, path: str, **fields: Any) -> TestResponse:
        """The answer to a form that another site has made."""
        return self.client.post(path, base_url=self.public, data=fields)

    def token(self) -> str:
        """A form's token, for this browser."""
        page = self.get("/staff/account" if self.account else "/staff/sign-in")
        if page.status_code == 303:
            page = self.get(page.headers["Location"])
        found = _TOKEN.search(page.text)
        assert found, f"no form's token in the answer {page.status_code}"
        return found[1]


@dataclass
class ConsoleStage:
    """The helpline, with staff; its clock stands still."""

    stage: Stage
    _made: list[Account] = field(default_factory=list)

    @property
    def engine(self) -> Engine:
        return self.stage.parts.engine

    @property
    def clock(self) -> StoppedClock:
        return self.stage.clock

    @property
    def app(self) -> Any:
        return self.stage.app

    def visitor(self) -> Visitor:
        """A browser in which nobody is signed in."""
        return Visitor(self.stage.app.test_client(), self.stage.public)

    def account(self, *roles: Role, name: str = "", password: str = PASSWORD) -> Account:
        """Somebody with an account."""
        name = name or f"Staff {len(self._made) + 1}"
        stored = hashed_secret(password) if password != PASSWORD else _password()
        with writing(self.engine) as connection:
            login = name.replace(" ", ".")
            account = add_account(connection, name, login, roles, "en", self.clock())
            set_password(connection, account.id, stored)
        self._made.append(account)
        return account

    def signed_in(self, *roles: Role, name: str = "") -> Visitor:
        """A browser in which somebody with these roles is signed in."""
        account = self.account(*roles, name=name)
        visitor = self.visitor()
        visitor.account = account
        token = secrets.token_urlsafe(8)
        with writing(self.engine) as connection:
            begin_session(connection, account.id, token, self.clock())
        with visitor.client.session_transaction(base_url=self.stage.public) as session:
            session["_user_id"] = f"{account.id}:{account.epoch}"
            session["_fresh"] = True
            session["token"], session["seen"] = token, int(self.clock().timestamp())
        return visitor


def console_stage(
    folder: Path,
    audio: Path,
    database: Path | None,
    *,
    people: Sequence[OnDuty] = (),
    environ: Mapping[str, str] | None = None,
    **more: Any,
) -> ConsoleStage:
    """The helpline with these counsellors and no staff yet; `more` as for `make_stage`."""
    return ConsoleStage(make_stage(folder, audio, database, people=people, environ=environ, **more))


@cache
def _password() -> str:
    """The hash of PASSWORD."""
    return hashed_secret(PASSWORD)

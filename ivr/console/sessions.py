"""Who is signed in: a cookie that says which account, and a row in storage that says that it still counts."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import g, request, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from ivr.console.desk import Desk
from ivr.storage import audit
from ivr.storage.accounts import Account, account_by_id
from ivr.storage.accounts_sessions import begin_session, end_session, session_account
from ivr.storage.engine import reading, writing

IDLE = timedelta(minutes=60)
REFRESHING = "Refreshing"  # what a page looks for by itself shows that it is open, not that somebody is there
HALF_LASTS = timedelta(minutes=5)
_SEEN_EVERY = timedelta(minutes=1)
_TOKEN, _SEEN, _HALF = "token", "seen", "halfway"


@dataclass(frozen=True, slots=True, eq=False)
class Person(UserMixin):  # type: ignore[misc]
    """Whom flask-login knows: an account, in one state of its sessions."""

    account: Account

    def get_id(self) -> str:
        """The account, until all its sessions are ended."""
        return f"{self.account.id}:{self.account.epoch}"


def login_manager(desk: Desk) -> LoginManager:
    """What looks up who is signed in, once for each request that wants to know."""
    manager = LoginManager()
    # Phones change their network in the middle of a page; the row in storage is what can be ended.
    manager.session_protection = None
    manager.user_loader(_loader(desk))
    return manager


def begin(desk: Desk, account: Account, about: str = "") -> None:
    """Sign this browser in as the account, in a session that has nothing of what was before."""
    token = secrets.token_urlsafe(32)
    with writing(desk.engine) as connection:
        begin_session(connection, account.id, token, desk.now())
        audit.note(connection, desk.now(), account.name, "signed in", about)
    session.clear()
    session[_TOKEN], session[_SEEN] = token, int(desk.now().timestamp())
    login_user(Person(account))


def begin_halfway(desk: Desk, account: Account) -> None:
    """Keep that the password was right, until the code is typed, for HALF_LASTS."""
    session[_HALF] = [account.id, account.epoch, int(desk.now().timestamp())]


def halfway(desk: Desk) -> Account | None:
    """Whose password was right in this browser a moment ago."""
    account_id, epoch, since = session.get(_HALF, (0, 0, 0))
    if desk.now().timestamp() - since > HALF_LASTS.total_seconds():
        return None
    with reading(desk.engine) as connection:
        account = account_by_id(connection, account_id)
    return account if account and account.active and account.epoch == epoch else None


def end(desk: Desk) -> None:
    """Sign this browser out, and every copy of its cookie with it."""
    with writing(desk.engine) as connection:
        end_session(connection, session.get(_TOKEN, ""))
    logout_user()
    session.clear()


def _loader(desk: Desk) -> Callable[[str], Person | None]:
    def load(user_id: str) -> Person | None:
        if g.get("nobody_to_ask") or _is_idle(desk):
            return None
        # Should storage be away, the page that says so asks who is signed in as well.
        g.nobody_to_ask = True
        account = _stored(desk, user_id)
        g.nobody_to_ask = False
        return Person(account) if account else None

    return load


def _stored(desk: Desk, user_id: str) -> Account | None:
    account_id, _, epoch = user_id.partition(":")
    with reading(desk.engine) as connection:
        return session_account(connection, int(account_id), int(epoch), session.get(_TOKEN, ""), desk.now())


def _is_idle(desk: Desk) -> bool:
    """Whether nobody has done anything for so long that somebody else may sit there now."""
    now = int(desk.now().timestamp())
    since = now - int(session.get(_SEEN, 0))
    if since > IDLE.total_seconds():
        return True
    if since > _SEEN_EVERY.total_seconds() and REFRESHING not in request.headers:
        session[_SEEN] = now
    return False

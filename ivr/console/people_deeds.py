"""What is done to an account on its page: signed out, codes or PIN off, let in no more, and again."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, flash
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from ivr.console.desk import Desk
from ivr.console.pages import Pages, by, see
from ivr.console.rules import ADMINISTRATORS
from ivr.storage import audit
from ivr.storage.accounts import Account, AccountError, account_by_id
from ivr.storage.accounts_changes import activate, deactivate, end_sessions
from ivr.storage.accounts_codes import remove_totp
from ivr.storage.accounts_keys import set_pin, unlock
from ivr.storage.engine import reading, writing

Change = Callable[[Connection, Account], str]


def person_of(desk: Desk, account_id: int) -> Account:
    """Whose account it is, or "there is no such page"."""
    with reading(desk.engine) as connection:
        return account_by_id(connection, account_id) or abort(404)


@dataclass(frozen=True, slots=True)
class PeopleDeeds:
    """What is posted, on the desk."""

    desk: Desk

    def add(self, pages: Pages) -> None:
        """Serve what can be done at /staff/people/<id>."""
        deeds = {
            "sign-out": self.people_sign_out,
            "codes-off": self.people_codes_off,
            "pin-off": self.people_pin_off,
            "deactivate": self.people_deactivate,
            "activate": self.people_activate,
        }
        for path, view in deeds.items():
            pages.add(f"/people/<int:account_id>/{path}", view, may=ADMINISTRATORS, methods=("POST",))

    def people_sign_out(self, account_id: int) -> Response:
        """Sign them out everywhere."""

        def change(connection: Connection, person: Account) -> str:
            end_sessions(connection, person.id)
            return f"{person.name} is signed out everywhere."

        return self._done(account_id, "signed out everywhere", change)

    def people_codes_off(self, account_id: int) -> Response:
        """Ask them for the password alone, after they have lost the telephone with the codes."""

        def change(connection: Connection, person: Account) -> str:
            remove_totp(connection, person.id)
            unlock(connection, person)
            return f"{person.name} is not asked for a code any more."

        return self._done(account_id, "codes switched off", change)

    def people_pin_off(self, account_id: int) -> Response:
        """Take their PIN away: they cannot record by telephone until they set one."""

        def change(connection: Connection, person: Account) -> str:
            set_pin(connection, person.id, "")
            return f"{person.name} has no PIN any more."

        return self._done(account_id, "PIN removed", change)

    def people_deactivate(self, account_id: int) -> Response:
        """Let them not sign in any more, from this moment on."""

        def change(connection: Connection, person: Account) -> str:
            deactivate(connection, person.id)
            return f"{person.name} may not sign in any more."

        return self._done(account_id, "account deactivated", change)

    def people_activate(self, account_id: int) -> Response:
        """Let them sign in again, once a new link has set their password."""

        def change(connection: Connection, person: Account) -> str:
            activate(connection, person.id)
            return f"{person.name} may sign in again; make them a new link, to set a password."

        return self._done(account_id, "account activated", change)

    def _done(self, account_id: int, action: str, change: Change) -> Response:
        """Do it and note it, or say why not; then their page again."""
        person = person_of(self.desk, account_id)
        try:
            with writing(self.desk.engine) as connection:
                told = change(connection, person)
                audit.note(connection, self.desk.now(), by(), action, person.name)
        except AccountError as error:
            flash(str(error), "error")
        else:
            flash(told)
        return see("people_change", account_id=account_id)

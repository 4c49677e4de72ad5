"""The page behind an invitation's link: /staff/invitation/<token>; one sets a password, once."""

from dataclasses import dataclass, field

from flask import flash
from flask_wtf import FlaskForm
from sqlalchemy import Connection
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, Optional

from ivr.console.desk import Desk
from ivr.console.pages import Pages, page, see
from ivr.console.passwords import LONGEST, SHORTEST, names_of, plain, weakness
from ivr.console.rates import Rate
from ivr.console.rules import ANYBODY
from ivr.console.sessions import begin, begin_halfway
from ivr.storage import audit
from ivr.storage.accounts import Account, AccountError, Role, account_by_id
from ivr.storage.accounts_changes import LONGEST_LOGIN, LONGEST_NAME, add_account, end_sessions
from ivr.storage.accounts_hashes import hashed_secret
from ivr.storage.accounts_keys import set_password, unlock
from ivr.storage.engine import reading, writing
from ivr.storage.invitations import Invitation, invited, use_invitation

A_MINUTE = 60
VOID = "This link was used, replaced by a newer one, or is too old."


class InvitationForm(FlaskForm):  # type: ignore[misc]
    """A password, twice; the first administrator says who they are as well."""

    name = StringField("Your name", [Optional(), Length(max=LONGEST_NAME)])
    login = StringField("Login (e-mail address or name)", [Optional(), Length(max=LONGEST_LOGIN)])
    password = PasswordField("Password", [InputRequired(), Length(max=4 * LONGEST)])
    again = PasswordField("Password again", [InputRequired(), Length(max=4 * LONGEST)])


class VoidError(Exception):
    """Somebody else has used the link in the meantime."""


def add_pages(pages: Pages, desk: Desk) -> None:
    """The page behind the link, for whoever has it."""
    views = InvitationPage(desk)
    pages.add("/invitation/<token>", views.invitation, may=ANYBODY, methods=("GET", "POST"))


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """The page, on the desk."""

    desk: Desk
    rate: Rate = field(default_factory=lambda: Rate(A_MINUTE))

    def invitation(self, token: str) -> str | Response | tuple[str, int]:
        """Ask for a password; looking at the page uses nothing up."""
        self.rate.check()
        with reading(self.desk.engine) as connection:
            found = invited(connection, token, self.desk.now())
        if found is None:
            return page("trouble.html", what="This link is void", advice=f"{VOID} Ask for a new one."), 404
        form = InvitationForm()
        if not form.validate_on_submit() or not _is_good(form, found):
            return _page(form, found)
        try:
            account = self._accept(form, token)
        except AccountError as error:
            return _page(form, found, str(error))
        except VoidError:
            return see("invitation", token=token)
        if account.has_totp:
            begin_halfway(self.desk, account)
            return see("sign_in_code")
        begin(self.desk, account, "by invitation")
        flash(f"Welcome, {account.name}. Your password is set.")
        return see("home")

    def _accept(self, form: InvitationForm, token: str) -> Account:
        stored = hashed_secret(plain(form.password.data or ""))
        with writing(self.desk.engine) as connection:
            found = use_invitation(connection, token, self.desk.now())
            if found is None:
                raise VoidError
            account = found.account or self._first(connection, form)
            set_password(connection, account.id, stored)
            unlock(connection, account)
            end_sessions(connection, account.id)
            audit.note(connection, self.desk.now(), account.name, "password set by invitation", account.name)
            return account_by_id(connection, account.id) or account

    def _first(self, connection: Connection, form: InvitationForm) -> Account:
        language = self.desk.published().content.helpline.default_language
        at = self.desk.now()
        account = add_account(
            connection, form.name.data or "", form.login.data or "", (Role.ADMINISTRATOR,), language, at
        )
        audit.note(connection, at, account.name, "first administrator", account.name)
        return account


def _page(form: InvitationForm, found: Invitation, wrong: str = "") -> str:
    return page("sign_in/invitation.html", form=form, found=found, wrong=wrong, shortest=SHORTEST)


def _is_good(form: InvitationForm, found: Invitation) -> bool:
    names = names_of(found.account) if found.account else (form.name.data or "", form.login.data or "")
    told = weakness(form.password.data or "", *names)
    if told:
        form.password.errors = [told]
    elif form.password.data != form.again.data:
        form.again.errors = ["That is not the same password as above"]
    else:
        return True
    return False

"""One's own account: /staff/account; password, PIN for the staff line, where one is signed in."""

from dataclasses import dataclass

from flask import abort, flash
from flask_wtf import FlaskForm
from sqlalchemy import Connection
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from ivr.console.askers import asker
from ivr.console.desk import Desk
from ivr.console.pages import Pages, page, see, who
from ivr.console.passwords import LONGEST, SHORTEST, names_of, pin_weakness, plain, weakness
from ivr.console.rules import SIGNED_IN
from ivr.console.sessions import begin
from ivr.console.times import lasting
from ivr.storage import audit
from ivr.storage.accounts import Account, account_by_id
from ivr.storage.accounts_changes import end_sessions
from ivr.storage.accounts_codes import recovery_codes_left
from ivr.storage.accounts_hashes import hashed_secret
from ivr.storage.accounts_keys import matches, password_was_right, set_password, set_pin, try_password
from ivr.storage.accounts_sessions import sessions_of
from ivr.storage.engine import reading, writing

WRONG_NOW = "That is not your password now"
AGAIN = "again, after signing out everywhere"


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The password now, and another, twice."""

    now = PasswordField("Password now", [InputRequired(), Length(max=4 * LONGEST)])
    new = PasswordField("New password", [InputRequired(), Length(max=4 * LONGEST)])
    again = PasswordField("New password again", [InputRequired(), Length(max=4 * LONGEST)])


class PinForm(FlaskForm):  # type: ignore[misc]
    """A PIN, twice, and the password, so that nobody sets one on a page that was left open."""

    pin = PasswordField("PIN", [InputRequired(), Length(max=20)])
    pin_again = PasswordField("PIN again", [InputRequired(), Length(max=20)])
    password = PasswordField("Password", [InputRequired(), Length(max=4 * LONGEST)])


def add_pages(pages: Pages, desk: Desk) -> None:
    """One's own account, for everybody who has one."""
    views, both = OwnAccount(desk), ("GET", "POST")
    pages.add("/account", views.account, may=SIGNED_IN)
    pages.add("/account/password", views.account_password, may=SIGNED_IN, methods=both)
    pages.add("/account/pin", views.account_pin, may=SIGNED_IN, methods=both)
    pages.add("/account/sign-out-everywhere", views.sign_out_everywhere, may=SIGNED_IN, methods=("POST",))


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """The pages, on the desk."""

    desk: Desk

    def account(self) -> str:
        """What there is to know and to change."""
        own = me()
        with reading(self.desk.engine) as connection:
            sessions = sessions_of(connection, own.id, self.desk.now())
            left = recovery_codes_left(connection, own.id)
        return page("account/account.html", own=own, sessions=sessions, left=left)

    def account_password(self) -> str | Response:
        """Change the password; every other browser is signed out."""
        form, own = PasswordForm(), me()
        if not form.validate_on_submit() or not self._may_change(form, own):
            return page("account/password.html", form=form, shortest=SHORTEST)
        stored = hashed_secret(plain(form.new.data or ""))
        with writing(self.desk.engine) as connection:
            set_password(connection, own.id, stored)
            audit.note(connection, self.desk.now(), own.name, "password changed", own.name)
            again = _nowhere(connection, own)
        begin(self.desk, again, AGAIN)
        flash("Your password is changed, and every other browser is signed out.")
        return see("account")

    def account_pin(self) -> str | Response:
        """Set the PIN with which one records by phone."""
        form, own = PinForm(), me()
        if not form.validate_on_submit() or not self._may_have_pin(form, own):
            return page("account/pin.html", form=form, own=own)
        stored = hashed_secret(form.pin.data or "")
        with writing(self.desk.engine) as connection:
            set_pin(connection, own.id, stored)
            audit.note(connection, self.desk.now(), own.name, "PIN set", own.name)
        flash(f"Your PIN is set. On the telephone key in {own.number}, then the PIN.")
        return see("account")

    def sign_out_everywhere(self) -> Response:
        """End every session but this one."""
        own = me()
        with writing(self.desk.engine) as connection:
            audit.note(connection, self.desk.now(), own.name, "signed out everywhere", own.name)
            again = _nowhere(connection, own)
        begin(self.desk, again, AGAIN)
        flash("Every other browser is signed out.")
        return see("account")

    def _may_change(self, form: PasswordForm, own: Account) -> bool:
        if form.new.data != form.again.data:
            return _wrong(form.again, "That is not the same password as above")
        if told := weakness(form.new.data or "", *names_of(own)):
            return _wrong(form.new, told)
        return is_me(self.desk, form.now, own)

    def _may_have_pin(self, form: PinForm, own: Account) -> bool:
        if form.pin.data != form.pin_again.data:
            return _wrong(form.pin_again, "That is not the same PIN as above")
        if told := pin_weakness(form.pin.data or ""):
            return _wrong(form.pin, told)
        return is_me(self.desk, form.password, own)


def me() -> Account:
    """The account that is signed in."""
    return who() or abort(401)


def is_me(desk: Desk, field: PasswordField, own: Account) -> bool:
    """Whether the field holds one's password; else it says so. Guessing counts as at signing in."""
    at = desk.now()
    with writing(desk.engine) as connection:
        tried = try_password(connection, own.login, asker(), at)
    if tried.locked_until:
        return _wrong(field, f"There were too many attempts; try again in {lasting(tried.locked_until - at)}")
    if not matches(tried, plain(field.data or "")):
        return _wrong(field, WRONG_NOW)
    with writing(desk.engine) as connection:
        password_was_right(connection, own.login, asker())
    return True


def _nowhere(connection: Connection, own: Account) -> Account:
    """The account, signed in nowhere; in the transaction of what makes that necessary, or neither is so."""
    end_sessions(connection, own.id)
    return account_by_id(connection, own.id) or abort(401)


def _wrong(field: PasswordField, told: str) -> bool:
    field.errors = [*field.errors, told]
    return False

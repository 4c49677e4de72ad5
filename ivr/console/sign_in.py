"""Signing in and out: /staff/sign-in, /staff/sign-in/code, /staff/sign-out."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from flask import flash, redirect, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from ivr.console.askers import asker
from ivr.console.codes import check_code
from ivr.console.desk import Desk
from ivr.console.pages import Pages, page, see, who
from ivr.console.passwords import LONGEST, plain
from ivr.console.rates import Rate
from ivr.console.rules import ANYBODY, SIGNED_IN
from ivr.console.sessions import begin, begin_halfway, end, halfway
from ivr.console.times import lasting
from ivr.storage import audit
from ivr.storage.accounts import Account, has_accounts
from ivr.storage.accounts_hashes import hashed_secret, is_outdated
from ivr.storage.accounts_keys import Try, matches, password_was_right, set_password, try_code, try_password
from ivr.storage.engine import reading, writing

A_MINUTE = 60
_OURS = re.compile(r"/staff(/[^\\\s]*)?(\?[^\\\s]*)?")
WRONG = "Login and password do not match. Capital letters count in the password."
WRONG_CODE = "That code does not count (any more). Wait for the next one, or use a recovery code."


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Login and password."""

    login = StringField("Login (e-mail address or name)", [InputRequired(), Length(max=200)])
    password = PasswordField("Password", [InputRequired(), Length(max=4 * LONGEST)])


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code of the second step."""

    code = StringField("Code", [InputRequired(), Length(max=40)])


def add_pages(pages: Pages, desk: Desk) -> None:
    """The pages that anybody may ask for, and the way out."""
    views, both = SignIn(desk), ("GET", "POST")
    pages.add("/sign-in", views.sign_in, may=ANYBODY, methods=both)
    pages.add("/sign-in/code", views.sign_in_code, may=ANYBODY, methods=both)
    pages.add("/sign-out", views.sign_out, may=SIGNED_IN, methods=("POST",))


@dataclass(frozen=True, slots=True)
class SignIn:
    """The pages, on the desk."""

    desk: Desk
    rate: Rate = field(default_factory=lambda: Rate(A_MINUTE))

    def sign_in(self) -> str | Response | tuple[str, int]:
        """Ask for login and password."""
        if who():
            return _onward()
        form = SignInForm()
        if request.method == "POST":
            self.rate.check()
        if not form.validate_on_submit():
            return self._form(form)
        tried, password = self._try(form), plain(form.password.data or "")
        if not matches(tried, password):
            return self._refused(form, tried)
        assert tried.account is not None  # noqa: S101 (what matches is somebody's)
        self._was_right(tried.account, tried.stored, password)
        return self._in_with(tried.account)

    def sign_in_code(self) -> str | Response | tuple[str, int]:
        """Ask for the code, from somebody whose password was right a moment ago."""
        account = halfway(self.desk)
        if account is None:
            return see("sign_in", next=request.args.get("next"))
        form = CodeForm()
        if not form.validate_on_submit():
            return page("sign_in/code.html", form=form)
        self.rate.check()
        with writing(self.desk.engine) as connection:
            until = try_code(connection, account.id, self.desk.now())
        if until:
            return page("sign_in/code.html", form=form, wrong=self._wait(until)), 429
        how = check_code(self.desk, account, form.code.data or "")
        if how is None:
            self._note_refusal(account.name, "wrong code")
            return page("sign_in/code.html", form=form, wrong=WRONG_CODE), 401
        begin(self.desk, account, how)
        return _onward()

    def sign_out(self) -> Response:
        """Sign this browser out."""
        end(self.desk)
        flash("You are signed out.")
        return see("sign_in")

    def _try(self, form: SignInForm) -> Try:
        with writing(self.desk.engine) as connection:
            return try_password(connection, form.login.data or "", asker(), self.desk.now())

    def _was_right(self, account: Account, stored: str, password: str) -> None:
        newer = hashed_secret(password) if is_outdated(stored) else None
        with writing(self.desk.engine) as connection:
            password_was_right(connection, account.login, asker())
            if newer:
                set_password(connection, account.id, newer)

    def _in_with(self, account: Account) -> Response:
        if not account.has_totp:
            begin(self.desk, account)
            return _onward()
        begin_halfway(self.desk, account)
        return see("sign_in_code", next=request.args.get("next"))

    def _form(self, form: SignInForm, wrong: str = "") -> str:
        with reading(self.desk.engine) as connection:
            empty = not has_accounts(connection)
        return page("sign_in/sign_in.html", form=form, wrong=wrong, empty=empty)

    def _refused(self, form: SignInForm, tried: Try) -> tuple[str, int]:
        if tried.locked_until:
            return self._form(form, self._wait(tried.locked_until)), 429
        # Noted for unknown logins too, which takes as long; what was typed may be a password.
        self._note_refusal(tried.account.name if tried.account else "unknown login", "wrong password")
        return self._form(form, WRONG), 401

    def _note_refusal(self, name: str, why: str) -> None:
        with writing(self.desk.engine) as connection:
            audit.note(connection, self.desk.now(), "somebody", "sign-in refused", f"{name}: {why}")

    def _wait(self, until: datetime) -> str:
        return f"There were too many attempts. Try again in {lasting(until - self.desk.now())}."


def _onward() -> Response:
    """To the page that was wanted first, if it is one of ours."""
    wanted = request.args.get("next", "")
    if _OURS.fullmatch(wanted):
        return redirect(request.script_root + wanted, 303)
    return see("home")

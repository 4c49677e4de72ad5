"""The code as a second step, for one's own account: /staff/account/codes."""

from dataclasses import dataclass

from flask import flash, session
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from ivr.console.account import is_me, me
from ivr.console.codes import new_recovery_codes, new_secret, picture_of, sealing, step_of, uri_of
from ivr.console.desk import Desk
from ivr.console.pages import Pages, page, see
from ivr.console.passwords import LONGEST
from ivr.console.rules import SIGNED_IN
from ivr.journal.sealing import SealBrokenError
from ivr.storage import audit
from ivr.storage.accounts import Account
from ivr.storage.accounts_codes import remove_totp, set_totp
from ivr.storage.engine import writing

_OFFERED = "offered_secret"
WRONG_CODE = "That is not the code that is shown now; look whether the telephone's clock is right"


class NewCodesForm(FlaskForm):  # type: ignore[misc]
    """The code that the telephone shows, and the password."""

    code = StringField("Code", [InputRequired(), Length(max=20)])
    password = PasswordField("Password", [InputRequired(), Length(max=4 * LONGEST)])


class NoCodesForm(FlaskForm):  # type: ignore[misc]
    """The password, to switch the second step off."""

    password = PasswordField("Password", [InputRequired(), Length(max=4 * LONGEST)])


def add_pages(pages: Pages, desk: Desk) -> None:
    """Switching the second step on and off."""
    views, both = OwnCodes(desk), ("GET", "POST")
    pages.add("/account/codes", views.account_codes, may=SIGNED_IN, methods=both)
    pages.add("/account/codes/off", views.account_codes_off, may=SIGNED_IN, methods=both)


@dataclass(frozen=True, slots=True)
class OwnCodes:
    """The pages, on the desk."""

    desk: Desk

    def account_codes(self) -> str | Response:
        """Show a picture for the telephone; it counts once a code of it was typed."""
        form, own, secret = NewCodesForm(), me(), self._offered()
        step = None
        if form.validate_on_submit():
            step = step_of(secret, form.code.data or "", self.desk.now().timestamp())
            if step is None:
                form.code.errors = [WRONG_CODE]
        if step is None or not is_me(self.desk, form.password, own):
            return self._picture(form, own, secret)
        codes = new_recovery_codes()
        with writing(self.desk.engine) as connection:
            set_totp(connection, own.id, sealing(self.desk).seal(secret), codes, step)
            audit.note(connection, self.desk.now(), own.name, "codes switched on", own.name)
        session.pop(_OFFERED)
        return page("account/recovery.html", codes=codes)

    def account_codes_off(self) -> str | Response:
        """Ask for the password alone from now on."""
        form, own = NoCodesForm(), me()
        if not form.validate_on_submit() or not is_me(self.desk, form.password, own):
            return page("account/codes_off.html", form=form)
        with writing(self.desk.engine) as connection:
            remove_totp(connection, own.id)
            audit.note(connection, self.desk.now(), own.name, "codes switched off", own.name)
        flash("You sign in with the password alone.")
        return see("account")

    def _offered(self) -> str:
        """The secret of the picture, the same until it is used; sealed, for the browser keeps it."""
        try:
            return sealing(self.desk).open(session[_OFFERED])
        except (KeyError, SealBrokenError):
            secret = new_secret()
            session[_OFFERED] = sealing(self.desk).seal(secret)
            return secret

    def _picture(self, form: NewCodesForm, own: Account, secret: str) -> str:
        uri = uri_of(secret, own, self.desk.published().content.helpline.name)
        spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return page("account/codes.html", form=form, own=own, picture=picture_of(uri), uri=uri, spaced=spaced)

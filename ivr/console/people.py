"""Staff accounts: /staff/people; who there is, who may do what, new links, who may not any more."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, flash, request
from flask_wtf import FlaskForm
from sqlalchemy import Connection
from werkzeug.wrappers import Response
from wtforms import SelectField, SelectMultipleField, StringField, widgets
from wtforms.validators import DataRequired, InputRequired, Length

from ivr.console.desk import Desk
from ivr.console.pages import Pages, by, page, see
from ivr.console.rules import ADMINISTRATORS
from ivr.storage import audit
from ivr.storage.accounts import Account, AccountError, Role, account_by_id, list_accounts
from ivr.storage.accounts_changes import (
    LONGEST_LOGIN,
    LONGEST_NAME,
    activate,
    add_account,
    change_details,
    deactivate,
    end_sessions,
    hold_version,
    set_roles,
    version_of,
)
from ivr.storage.accounts_codes import remove_totp
from ivr.storage.accounts_keys import set_pin, unlock
from ivr.storage.engine import reading, writing
from ivr.storage.errors import ChangedMeanwhileError
from ivr.storage.invitations import LASTS, invite, link_of

MEANING = {
    Role.LISTENER: "hears messages, keeps promises, sees calls",
    Role.RECORDER: "records, writes and announces what callers hear",
    Role.ROTA_KEEPER: "keeps the roster and the counsellors",
    Role.ADMINISTRATOR: "everything, and staff's accounts",
}
Change = Callable[[Connection, Account], str]


class _SomeRole(DataRequired):
    """One role or more; a browser that is told "required" would want every box ticked."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.field_flags = {}


class PersonForm(FlaskForm):  # type: ignore[misc]
    """Who somebody is, and what they may do."""

    name = StringField("Name", [InputRequired(), Length(max=LONGEST_NAME)])
    login = StringField("Login (e-mail address or name)", [InputRequired(), Length(max=LONGEST_LOGIN)])
    language = SelectField("Language they work in")
    roles = SelectMultipleField(
        "Roles",
        [_SomeRole("Choose at least one role: without one, nothing but their own account is open to them.")],
        choices={role.value: f"{role.value}: {meaning}" for role, meaning in MEANING.items()},
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )


def add_pages(pages: Pages, desk: Desk) -> None:
    """Everything about accounts, for administrators."""
    views, both, post = People(desk), ("GET", "POST"), ("POST",)
    pages.add("/people", views.people, may=ADMINISTRATORS, menu="People")
    pages.add("/people/new", views.people_new, may=ADMINISTRATORS, methods=both)
    pages.add("/people/<int:account_id>", views.people_change, may=ADMINISTRATORS, methods=both)
    deeds = {
        "invite": views.people_invite,
        "sign-out": views.people_sign_out,
        "codes-off": views.people_codes_off,
        "pin-off": views.people_pin_off,
        "deactivate": views.people_deactivate,
        "activate": views.people_activate,
    }
    for path, view in deeds.items():
        pages.add(f"/people/<int:account_id>/{path}", view, may=ADMINISTRATORS, methods=post)


@dataclass(frozen=True, slots=True)
class People:
    """The pages, on the desk."""

    desk: Desk

    def people(self) -> str:
        """Everybody."""
        with reading(self.desk.engine) as connection:
            everybody = list_accounts(connection)
        return page("people/people.html", everybody=everybody, meaning=MEANING)

    def people_new(self) -> str | Response | tuple[str, int]:
        """Add somebody; the answer shows their link, once."""
        form = self._form(None)
        if not form.validate_on_submit():
            return _show(form, None)
        at = self.desk.now()
        try:
            with writing(self.desk.engine) as connection:
                person = add_account(connection, *_written(form), form.language.data, at)
                token = invite(connection, person.id, by(), at)
                audit.note(connection, at, by(), "account added", _about(person))
        except AccountError as error:
            return _show(form, None, str(error)), 409
        return self._link(person, token)

    def people_change(self, account_id: int) -> str | Response | tuple[str, int]:
        """Change who somebody is, or what they may do."""
        person = self._person(account_id)
        form = self._form(person)
        if not form.validate_on_submit():
            return _show(form, person)
        try:
            with writing(self.desk.engine) as connection:
                name, login, roles = _written(form)
                if version := request.form.get("version"):
                    hold_version(connection, account_id, version)
                set_roles(connection, account_id, roles)
                changed = change_details(connection, account_id, name, login, form.language.data)
                audit.note(connection, self.desk.now(), by(), "account changed", _about(changed))
        except AccountError as error:
            return _show(form, person, str(error)), 409
        except ChangedMeanwhileError:
            # Their entries stay in the fields: saving again is a decision.
            return _show(form, now := self._person(account_id), _meanwhile(now), version_of(now)), 409
        flash(f"{changed.name} is changed.")
        return see("people")

    def people_invite(self, account_id: int) -> str | Response:
        """A new link, with which they set a password; the one before is void."""
        person, at = self._person(account_id), self.desk.now()
        if not person.active:
            flash(f"{person.name} may not sign in; let them sign in again first.", "error")
            return see("people_change", account_id=account_id)
        with writing(self.desk.engine) as connection:
            token = invite(connection, person.id, by(), at)
            audit.note(connection, at, by(), "invitation made", person.name)
        return self._link(person, token)

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
        """Let them sign in again."""

        def change(connection: Connection, person: Account) -> str:
            activate(connection, person.id)
            return f"{person.name} may sign in again."

        return self._done(account_id, "account activated", change)

    def _done(self, account_id: int, action: str, change: Change) -> Response:
        """Do it and note it, or say why not; then their page again."""
        person = self._person(account_id)
        try:
            with writing(self.desk.engine) as connection:
                told = change(connection, person)
                audit.note(connection, self.desk.now(), by(), action, person.name)
        except AccountError as error:
            flash(str(error), "error")
        else:
            flash(told)
        return see("people_change", account_id=account_id)

    def _person(self, account_id: int) -> Account:
        with reading(self.desk.engine) as connection:
            return account_by_id(connection, account_id) or abort(404)

    def _form(self, person: Account | None) -> PersonForm:
        given = {} if person is None else _given(person)
        form = PersonForm(data=given)
        languages = self.desk.published().content.languages
        form.language.choices = {code: each.name for code, each in languages.items()}
        return form

    def _link(self, person: Account, token: str) -> str:
        link = link_of(self.desk.settings.public_url, token)
        return page("people/link.html", person=person, link=link, days=LASTS.days)


def _show(form: PersonForm, person: Account | None, wrong: str = "", version: str = "") -> str:
    seen = version or request.form.get("version") or (version_of(person) if person else "")
    return page("people/person.html", form=form, person=person, wrong=wrong, version=seen)


def _meanwhile(now: Account) -> str:
    roles = ", ".join(sorted(each.value for each in now.roles)) or "no role"
    return (
        "Somebody else has changed this account meanwhile; nothing was changed now. "
        f"It is {now.name} ({now.login}), {now.language}: {roles}. "
        "What you entered stands below; save it to put it in place of that"
    )


def _given(person: Account) -> dict[str, object]:
    roles = [each.value for each in person.roles]
    return {"name": person.name, "login": person.login, "language": person.language, "roles": roles}


def _written(form: PersonForm) -> tuple[str, str, frozenset[Role]]:
    roles = frozenset(Role(each) for each in form.roles.data or ())
    return form.name.data or "", form.login.data or "", roles


def _about(person: Account) -> str:
    roles = ", ".join(sorted(each.value for each in person.roles)) or "no role"
    return f"{person.name}: {roles}"

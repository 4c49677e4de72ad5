"""The form of an account: who somebody is and what they may do; and what is said of it."""

from flask import request
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField, widgets
from wtforms.validators import DataRequired, InputRequired, Length

from ivr.console.desk import Desk
from ivr.console.pages import page
from ivr.storage.accounts import Account, Role
from ivr.storage.accounts_changes import LONGEST_LOGIN, LONGEST_NAME, version_of

MEANING = {
    Role.LISTENER: "hears messages, keeps promises, sees calls",
    Role.RECORDER: "records, writes and announces what callers hear",
    Role.ROTA_KEEPER: "keeps the roster and the counsellors",
    Role.ADMINISTRATOR: "everything, and staff's accounts",
}


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


def form_of(desk: Desk, person: Account | None) -> PersonForm:
    """What was sent, or else the person as they are; a new one is nobody yet."""
    form = PersonForm(data={} if person is None else _given(person))
    languages = desk.published().content.languages
    form.language.choices = {code: each.name for code, each in languages.items()}
    return form


def show(form: PersonForm, person: Account | None, wrong: str = "", version: str = "") -> str:
    """The page of the form; `wrong` says what cannot be, `version` which state of the person was seen."""
    seen = version or request.form.get("version") or (version_of(person) if person else "")
    return page("people/person.html", form=form, person=person, wrong=wrong, version=seen)


def meanwhile(now: Account) -> str:
    """That somebody else has changed the account, and to what."""
    roles = ", ".join(sorted(each.value for each in now.roles)) or "no role"
    return (
        "Somebody else has changed this account meanwhile; nothing was changed now. "
        f"It is {now.name} ({now.login}), {now.language}: {roles}. "
        "What you entered stands below; save it to put it in place of that"
    )


def _given(person: Account) -> dict[str, object]:
    roles = [each.value for each in person.roles]
    return {"name": person.name, "login": person.login, "language": person.language, "roles": roles}


def written(form: PersonForm) -> tuple[str, str, frozenset[Role]]:
    """Name, login and roles as they were entered."""
    roles = frozenset(Role(each) for each in form.roles.data or ())
    return form.name.data or "", form.login.data or "", roles


def about(person: Account) -> str:
    """Who, and what they may do, for the log."""
    roles = ", ".join(sorted(each.value for each in person.roles)) or "no role"
    return f"{person.name}: {roles}"

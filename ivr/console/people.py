"""Staff accounts: /staff/people; who there is, who may do what, new links, who may not any more."""

from dataclasses import dataclass

from flask import flash, request
from werkzeug.wrappers import Response

from ivr.console.desk import Desk
from ivr.console.pages import Pages, by, page, see
from ivr.console.people_deeds import PeopleDeeds, person_of
from ivr.console.person_form import MEANING, about, form_of, meanwhile, show, written
from ivr.console.rules import ADMINISTRATORS
from ivr.storage import audit
from ivr.storage.accounts import Account, AccountError, list_accounts
from ivr.storage.accounts_changes import (
    add_account,
    change_details,
    hold_version,
    set_roles,
    version_of,
)
from ivr.storage.engine import reading, writing
from ivr.storage.errors import ChangedMeanwhileError
from ivr.storage.invitations import LASTS, invite, link_of


def add_pages(pages: Pages, desk: Desk) -> None:
    """Everything about accounts, for administrators."""
    views, both = People(desk), ("GET", "POST")
    pages.add("/people", views.people, may=ADMINISTRATORS, menu="People")
    pages.add("/people/new", views.people_new, may=ADMINISTRATORS, methods=both)
    pages.add("/people/<int:account_id>", views.people_change, may=ADMINISTRATORS, methods=both)
    pages.add("/people/<int:account_id>/invite", views.people_invite, may=ADMINISTRATORS, methods=("POST",))
    PeopleDeeds(desk).add(pages)


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
        form = form_of(self.desk, None)
        if not form.validate_on_submit():
            return show(form, None)
        at = self.desk.now()
        try:
            with writing(self.desk.engine) as connection:
                person = add_account(connection, *written(form), form.language.data, at)
                token = invite(connection, person.id, by(), at)
                audit.note(connection, at, by(), "account added", about(person))
        except AccountError as error:
            return show(form, None, str(error)), 409
        return self._link(person, token)

    def people_change(self, account_id: int) -> str | Response | tuple[str, int]:
        """Change who somebody is, or what they may do."""
        person = person_of(self.desk, account_id)
        form = form_of(self.desk, person)
        if not form.validate_on_submit():
            return show(form, person)
        try:
            with writing(self.desk.engine) as connection:
                name, login, roles = written(form)
                if version := request.form.get("version"):
                    hold_version(connection, account_id, version)
                set_roles(connection, account_id, roles)
                changed = change_details(connection, account_id, name, login, form.language.data)
                audit.note(connection, self.desk.now(), by(), "account changed", about(changed))
        except AccountError as error:
            return show(form, person, str(error)), 409
        except ChangedMeanwhileError:
            # Their entries stay in the fields: saving again is a decision.
            return show(form, now := person_of(self.desk, account_id), meanwhile(now), version_of(now)), 409
        flash(f"{changed.name} is changed.")
        return see("people")

    def people_invite(self, account_id: int) -> str | Response:
        """A new link, with which they set a password; the one before is void."""
        person, at = person_of(self.desk, account_id), self.desk.now()
        if not person.active:
            flash(f"{person.name} may not sign in; let them sign in again first.", "error")
            return see("people_change", account_id=account_id)
        with writing(self.desk.engine) as connection:
            token = invite(connection, person.id, by(), at)
            audit.note(connection, at, by(), "invitation made", person.name)
        return self._link(person, token)

    def _link(self, person: Account, token: str) -> str:
        link = link_of(self.desk.settings.public_url, token)
        return page("people/link.html", person=person, link=link, days=LASTS.days)

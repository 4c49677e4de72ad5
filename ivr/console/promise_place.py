"""What the pages of one promise begin with: the promise of their address, its page, and who is signed in."""

from dataclasses import dataclass
from pathlib import Path

from flask import abort
from flask_wtf import FlaskForm
from sqlalchemy import Connection
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from ivr.console.desk import Desk
from ivr.console.pages import page, who
from ivr.storage import audit
from ivr.storage.accounts import Account, Role
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import reading
from ivr.storage.promise_states import IN_WORK, changes_of
from ivr.storage.staff_promises import Listed, Staff, find_promise

LONGEST = 2000  # letters of a note


class NoteForm(FlaskForm):  # type: ignore[misc]
    """Something to remember about it."""

    note = TextAreaField("Note", [InputRequired("Write what is to be remembered"), Length(max=LONGEST)])


class KeepForm(FlaskForm):  # type: ignore[misc]
    """How it was kept."""

    how = TextAreaField("How it was kept", [Optional(), Length(max=LONGEST)])


class GiveUpForm(FlaskForm):  # type: ignore[misc]
    """Why it is given up."""

    why = TextAreaField("Why it is given up", [InputRequired("Say why"), Length(max=LONGEST)])


@dataclass(frozen=True, slots=True)
class PromisePlace:
    """The desk, and one promise on it."""

    desk: Desk

    def page(
        self,
        promise: int,
        *,
        number: str = "",
        note: NoteForm | None = None,
        keep: KeepForm | None = None,
        give_up: GiveUpForm | None = None,
    ) -> str:
        """What it is, who has it, what has happened to it; with forms as they were sent."""
        with reading(self.desk.engine) as connection:
            found = find_promise(connection, promise)
            changes = changes_of(connection, promise)
            people = {each.key: each.name for each in list_counsellors(connection)}
        if found is None:
            abort(404)
        return page(
            "promises/promise.html",
            each=found,
            changes=changes,
            people=people,
            language=self.desk.published().content.languages.get(found.language),
            here=bool(found.file) and self.desk.messages.is_there(Path(found.file or "").stem),
            mine=found.holder == signed_in().id and found.state == IN_WORK,
            seen=seen_of(found),
            lost=found.next_at is None or found.next_at <= self.desk.now(),
            administrator=Role.ADMINISTRATOR in signed_in().roles,
            number=number,
            forms={
                "note": note or NoteForm(),
                "keep": keep or KeepForm(),
                "give_up": give_up or GiveUpForm(),
            },
        )

    def found(self, promise: int) -> Listed:
        """The promise, or "there is no such page"."""
        with reading(self.desk.engine) as connection:
            found = find_promise(connection, promise)
        return found or abort(404)

    def audit(self, connection: Connection, action: str, promise: int) -> None:
        """Note in the log what was done about it."""
        audit.note(connection, self.desk.now(), me().name, action, f"promise {promise}")


def seen_of(found: Listed) -> str:
    """What tells this state of the promise from those before and after it."""
    return found.changed.isoformat() if found.changed else ""


def me() -> Staff:
    """Whoever is signed in, as somebody who works."""
    account = signed_in()
    return Staff(account.id, account.name)


def text_of(field: TextAreaField) -> str:
    """What was written there."""
    return (field.data or "").strip()


def signed_in() -> Account:
    """Whoever is."""
    return who() or abort(401)

"""One promise: /staff/promises/<id>; claimed by one person, heard, noted, kept or given up by them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Response, abort, flash, request, send_file
from flask_wtf import FlaskForm
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from ivr.console.desk import Desk
from ivr.console.pages import Pages, View, page, see, who
from ivr.console.rules import LISTENERS
from ivr.journal.sealing import SealBrokenError, Sealing
from ivr.storage import audit
from ivr.storage import staff_promises as work
from ivr.storage.accounts import Account, Role
from ivr.storage.callback_work import try_again
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import reading, writing
from ivr.storage.promise_states import IN_WORK, changes_of
from ivr.storage.staff_promises import Listed, Staff

LONGEST = 2000  # letters of a note
TAKEN = "Somebody was faster: look below who has it now. Nothing was changed."
NOT_YOURS = "It is not yours any more: look below who has it. Nothing was changed."
_FIRST_BYTES = ("", "bytes=0-")


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
class PromisePages:
    """The pages of one promise, on the desk."""

    desk: Desk

    def add(self, pages: Pages) -> None:
        """Serve /staff/promises/<id> and what can be done there."""
        one, post = "/promises/<int:promise>", ("POST",)
        pages.add(one, self.promise, may=LISTENERS)
        pages.add(f"{one}/message.wav", self.message, may=LISTENERS, name="promise_message")
        deeds: dict[str, View] = {
            "claim": self.claim,
            "give-back": self.give_back,
            "number": self.number,
            "again": self.again,
            "note": self.note,
            "keep": self.keep,
            "give-up": self.give_up,
        }
        for deed, view in deeds.items():
            name = f"promise_{deed.replace('-', '_')}"
            pages.add(f"{one}/{deed}", view, may=LISTENERS, methods=post, name=name)

    def promise(self, promise: int) -> str:
        """What it is, who has it, what has happened to it."""
        return self._page(promise)

    def message(self, promise: int) -> Response:
        """The message, also from the middle of it; that it was heard is noted."""
        path = self._path(self._found(promise))
        if path is None:
            abort(404)
        if request.headers.get("Range", "") in _FIRST_BYTES:
            with writing(self.desk.engine) as connection:
                self._note(connection, "message heard", promise)
        answer = send_file(path, "audio/wav", conditional=True, etag=False)
        answer.headers["Cache-Control"] = "no-store"  # a caller's voice stays on no staff's computer
        return answer

    def claim(self, promise: int) -> BaseResponse:
        """Make it one's own work, if it is nobody's."""
        done = self._do(
            promise, "promise claimed", lambda mine: work.claim(mine, promise, me(), self.desk.now())
        )
        return self._told(promise, done, "It is yours now. Nobody else sees its number or can end it.", TAKEN)

    def give_back(self, promise: int) -> BaseResponse:
        """Let others have it; an administrator may do so for whoever has it."""
        found = self._found(promise)
        administrator = Role.ADMINISTRATOR in _account().roles
        if administrator and found.on_a_phone:
            return self._take_from_phone(found)
        holder = found.holder if administrator else None
        done = self._do(
            promise,
            "promise given back",
            lambda mine: work.give_back(mine, promise, me(), self.desk.now(), holder),
        )
        return self._told(promise, done, "It is open for everybody again.", NOT_YOURS)

    def _take_from_phone(self, found: Listed) -> BaseResponse:
        """Only from whom the page named: somebody else may have it by phone since then."""
        as_seen = request.form.get("seen", "") == seen_of(found)
        done = as_seen and self._do(
            found.id,
            "promise taken from a phone",
            lambda mine: work.take_from_phone(mine, found, me(), self.desk.now()),
        )
        return self._told(found.id, done, "It is open for everybody again.", TAKEN)

    def number(self, promise: int) -> str:
        """Show the number to who has it, and nobody else; that it was looked at is noted."""
        with writing(self.desk.engine) as connection:
            sealed = work.sealed_number(connection, promise, me())
            if sealed:
                self._note(connection, "number looked at", promise)
        if sealed is None:
            flash("Only who has it sees its number, as long as it is neither kept nor given up.", "error")
            return self._page(promise)
        try:
            return self._page(promise, number=Sealing(self.desk.secret, *self.desk.older).open(sealed))
        except SealBrokenError as error:
            flash(str(error), "error")
            return self._page(promise)

    def again(self, promise: int) -> BaseResponse:
        """Have the helpline ring the caller by itself, now."""
        done = self._do(
            promise, "promise tried again", lambda mine: try_again(mine, promise, self.desk.now())
        )
        told = "The helpline rings the caller as soon as a counsellor is free."
        return self._told(promise, done, told, "Only an open one with a number is rung. Give it back first.")

    def note(self, promise: int) -> str | BaseResponse:
        """Keep a note, whoever has it."""
        form, found = NoteForm(), self._found(promise)
        if not form.validate_on_submit():
            return self._page(promise, note=form)
        with writing(self.desk.engine) as connection:
            work.add_note(connection, found, me(), self.desk.now(), _text(form.note))
            self._note(connection, "promise noted", promise)
        flash("The note is kept.")
        return see("promise", promise=promise)

    def keep(self, promise: int) -> str | BaseResponse:
        """It was kept."""
        form = KeepForm()
        if not form.validate_on_submit():
            return self._page(promise, keep=form)
        how = _text(form.how)
        done = self._do(
            promise, "promise kept", lambda mine: work.keep_held(mine, promise, me(), self.desk.now(), how)
        )
        return self._told(promise, done, "It is kept.", NOT_YOURS)

    def give_up(self, promise: int) -> str | BaseResponse:
        """It cannot be kept, for a reason."""
        form = GiveUpForm()
        if not form.validate_on_submit() or not (why := _text(form.why)):
            return self._page(promise, give_up=form)
        done = self._do(
            promise,
            "promise given up",
            lambda mine: work.give_up_held(mine, promise, me(), self.desk.now(), why),
        )
        return self._told(promise, done, "It is given up.", NOT_YOURS)

    def _page(
        self,
        promise: int,
        *,
        number: str = "",
        note: NoteForm | None = None,
        keep: KeepForm | None = None,
        give_up: GiveUpForm | None = None,
    ) -> str:
        with reading(self.desk.engine) as connection:
            found = work.find_promise(connection, promise)
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
            mine=found.holder == _account().id and found.state == IN_WORK,
            seen=seen_of(found),
            lost=found.next_at is None or found.next_at <= self.desk.now(),
            administrator=Role.ADMINISTRATOR in _account().roles,
            number=number,
            forms={
                "note": note or NoteForm(),
                "keep": keep or KeepForm(),
                "give_up": give_up or GiveUpForm(),
            },
        )

    def _do(self, promise: int, action: str, deed: Callable[[Connection], bool]) -> bool:
        """Whether it was done; then it is in the audit log too."""
        self._found(promise)
        with writing(self.desk.engine) as connection:
            done = deed(connection)
            if done:
                self._note(connection, action, promise)
        return done

    def _told(self, promise: int, done: bool, well: str, badly: str) -> BaseResponse:
        flash(well if done else badly, "message" if done else "error")
        return see("promise", promise=promise)

    def _note(self, connection: Connection, action: str, promise: int) -> None:
        audit.note(connection, self.desk.now(), me().name, action, f"promise {promise}")

    def _found(self, promise: int) -> Listed:
        with reading(self.desk.engine) as connection:
            found = work.find_promise(connection, promise)
        return found or abort(404)

    def _path(self, found: Listed) -> Path | None:
        """Where the message lies on this machine, brought here if need be."""
        path = self.desk.messages.find(Path(found.file).stem) if found.file else None
        return path.resolve() if path else None


def seen_of(found: Listed) -> str:
    """What tells this state of the promise from those before and after it."""
    return found.changed.isoformat() if found.changed else ""


def me() -> Staff:
    """Whoever is signed in, as somebody who works."""
    account = _account()
    return Staff(account.id, account.name)


def _text(field: TextAreaField) -> str:
    return (field.data or "").strip()


def _account() -> Account:
    return who() or abort(401)

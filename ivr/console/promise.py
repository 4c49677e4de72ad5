"""One promise: /staff/promises/<id>; its message is heard, its number looked at, and notes are kept."""

from dataclasses import dataclass
from pathlib import Path

from flask import Response, abort, flash, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from ivr.console.pages import Pages, see
from ivr.console.promise_place import NoteForm, PromisePlace, me, text_of
from ivr.console.rules import LISTENERS
from ivr.journal.sealing import SealBrokenError, Sealing
from ivr.storage import staff_promises as work
from ivr.storage.engine import writing
from ivr.storage.staff_promises import Listed

_FIRST_BYTES = ("", "bytes=0-")


@dataclass(frozen=True, slots=True)
class PromisePages(PromisePlace):
    """The pages of one promise; what is done about it stands in a module of its own."""

    def add(self, pages: Pages) -> None:
        """Serve /staff/promises/<id>, its message, its number and its notes."""
        one, post = "/promises/<int:promise>", ("POST",)
        pages.add(one, self.promise, may=LISTENERS)
        pages.add(f"{one}/message.wav", self.message, may=LISTENERS, name="promise_message")
        pages.add(f"{one}/number", self.number, may=LISTENERS, methods=post, name="promise_number")
        pages.add(f"{one}/note", self.note, may=LISTENERS, methods=post, name="promise_note")

    def promise(self, promise: int) -> str:
        """What it is, who has it, what has happened to it."""
        return self.page(promise)

    def message(self, promise: int) -> Response:
        """The message, also from the middle of it; that it was heard is noted."""
        path = self._path(self.found(promise))
        if path is None:
            abort(404)
        if request.headers.get("Range", "") in _FIRST_BYTES:
            with writing(self.desk.engine) as connection:
                self.audit(connection, "message heard", promise)
        answer = send_file(path, "audio/wav", conditional=True, etag=False)
        answer.headers["Cache-Control"] = "no-store"  # a caller's voice stays on no staff's computer
        return answer

    def number(self, promise: int) -> str:
        """Show the number to who has it, and nobody else; that it was looked at is noted."""
        with writing(self.desk.engine) as connection:
            sealed = work.sealed_number(connection, promise, me())
            if sealed:
                self.audit(connection, "number looked at", promise)
        if sealed is None:
            flash("Only who has it sees its number, as long as it is neither kept nor given up.", "error")
            return self.page(promise)
        try:
            return self.page(promise, number=Sealing(self.desk.secret, *self.desk.older).open(sealed))
        except SealBrokenError as error:
            flash(str(error), "error")
            return self.page(promise)

    def note(self, promise: int) -> str | BaseResponse:
        """Keep a note, whoever has it."""
        form, found = NoteForm(), self.found(promise)
        if not form.validate_on_submit():
            return self.page(promise, note=form)
        with writing(self.desk.engine) as connection:
            work.add_note(connection, found, me(), self.desk.now(), text_of(form.note))
            self.audit(connection, "promise noted", promise)
        flash("The note is kept.")
        return see("promise", promise=promise)

    def _path(self, found: Listed) -> Path | None:
        """Where the message lies on this machine, brought here if need be."""
        path = self.desk.messages.find(Path(found.file).stem) if found.file else None
        return path.resolve() if path else None

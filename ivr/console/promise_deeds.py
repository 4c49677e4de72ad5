"""What is done about a promise: claimed by one person, given back, tried again, kept or given up by them."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from ivr.console.pages import Pages, View, see
from ivr.console.promise_place import GiveUpForm, KeepForm, PromisePlace, me, seen_of, signed_in, text_of
from ivr.console.rules import LISTENERS
from ivr.storage import staff_promises as work
from ivr.storage.accounts import Role
from ivr.storage.callback_work import try_again
from ivr.storage.engine import writing
from ivr.storage.staff_promises import Listed

TAKEN = "Somebody was faster: look below who has it now. Nothing was changed."
NOT_YOURS = "It is not yours any more: look below who has it. Nothing was changed."


@dataclass(frozen=True, slots=True)
class PromiseDeeds(PromisePlace):
    """What is posted about one promise."""

    def add(self, pages: Pages) -> None:
        """Serve what can be done at /staff/promises/<id>."""
        deeds: dict[str, View] = {
            "claim": self.claim,
            "give-back": self.give_back,
            "again": self.again,
            "keep": self.keep,
            "give-up": self.give_up,
        }
        for deed, view in deeds.items():
            name = f"promise_{deed.replace('-', '_')}"
            path = f"/promises/<int:promise>/{deed}"
            pages.add(path, view, may=LISTENERS, methods=("POST",), name=name)

    def claim(self, promise: int) -> BaseResponse:
        """Make it one's own work, if it is nobody's."""
        done = self._do(
            promise, "promise claimed", lambda mine: work.claim(mine, promise, me(), self.desk.now())
        )
        return self._told(promise, done, "It is yours now. Nobody else sees its number or can end it.", TAKEN)

    def give_back(self, promise: int) -> BaseResponse:
        """Let others have it; an administrator may do so for whoever has it."""
        found = self.found(promise)
        administrator = Role.ADMINISTRATOR in signed_in().roles
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

    def again(self, promise: int) -> BaseResponse:
        """Have the helpline ring the caller by itself, now."""
        done = self._do(
            promise, "promise tried again", lambda mine: try_again(mine, promise, self.desk.now())
        )
        told = "The helpline rings the caller as soon as a counsellor is free."
        return self._told(promise, done, told, "Only an open one with a number is rung. Give it back first.")

    def keep(self, promise: int) -> str | BaseResponse:
        """It was kept."""
        form = KeepForm()
        if not form.validate_on_submit():
            return self.page(promise, keep=form)
        how = text_of(form.how)
        done = self._do(
            promise, "promise kept", lambda mine: work.keep_held(mine, promise, me(), self.desk.now(), how)
        )
        return self._told(promise, done, "It is kept.", NOT_YOURS)

    def give_up(self, promise: int) -> str | BaseResponse:
        """It cannot be kept, for a reason."""
        form = GiveUpForm()
        if not form.validate_on_submit() or not (why := text_of(form.why)):
            return self.page(promise, give_up=form)
        done = self._do(
            promise,
            "promise given up",
            lambda mine: work.give_up_held(mine, promise, me(), self.desk.now(), why),
        )
        return self._told(promise, done, "It is given up.", NOT_YOURS)

    def _do(self, promise: int, action: str, deed: Callable[[Connection], bool]) -> bool:
        """Whether it was done; then it is in the audit log too."""
        self.found(promise)
        with writing(self.desk.engine) as connection:
            done = deed(connection)
            if done:
                self.audit(connection, action, promise)
        return done

    def _told(self, promise: int, done: bool, well: str, badly: str) -> BaseResponse:
        flash(well if done else badly, "message" if done else "error")
        return see("promise", promise=promise)

"""A counsellor's phone: a test ring that shows whether it can be reached, and the PIN to sign in with it."""

import secrets
from dataclasses import dataclass

from flask import flash, request
from werkzeug.wrappers import Response

from ivr.console.asked import whole
from ivr.console.desk import Desk
from ivr.console.pages import Pages, by, page, see
from ivr.console.rules import ROTA_KEEPERS
from ivr.flow.roster import Counsellor
from ivr.jobs.check_calls import NotRungError
from ivr.storage import audit
from ivr.storage.check_calls import TEST
from ivr.storage.counsellor_edits import find_counsellor
from ivr.storage.engine import reading, writing
from ivr.storage.pins import remove_pin, set_pin

DIGITS = 6


@dataclass(frozen=True, slots=True)
class PhonePages:
    """The pages, on the desk."""

    desk: Desk

    def add(self, pages: Pages) -> None:
        """Test ring and PIN."""
        pages.add("/counsellors/<key>/ring", self.counsellor_ring, may=ROTA_KEEPERS, methods=("POST",))
        pages.add("/counsellors/<key>/check", self.counsellor_check, may=ROTA_KEEPERS)
        pages.add("/counsellors/<key>/pin", self.counsellor_pin, may=ROTA_KEEPERS, methods=("POST",))

    def counsellor_ring(self, key: str) -> Response:
        """Ring the phone now; whoever answers is asked for a key."""
        person = self._find(key)
        if person is None:
            return self._gone()
        try:
            check = self.desk.checks.ring(person.phone, TEST, self._language(person), key, by())
        except NotRungError as error:
            flash(f"Not rung: {error}.", "error")
            return see("counsellor", key=key)
        return see("counsellor_check", key=key, check=check)

    def counsellor_check(self, key: str) -> str | Response:
        """What has become of a test ring so far."""
        person, number = self._find(key), request.args.get("check", 0, type=whole)
        check = self.desk.checks.state(number)
        if person is None or check is None or check.about != key:
            return self._gone()
        return page("counsellors/check.html", person=person, check=check)

    def counsellor_pin(self, key: str) -> str | Response:
        """A new PIN, shown this once; or none any more."""
        person = self._find(key)
        if person is None:
            return self._gone()
        if request.form.get("remove") == "1":
            with writing(self.desk.engine) as connection:
                remove_pin(connection, key)
                audit.note(connection, self.desk.now(), by(), "counsellor's PIN removed", person.name)
            flash(f"{person.name} cannot sign in on the counsellors' line any more.")
            return see("counsellor", key=key)
        pin = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        with writing(self.desk.engine) as connection:
            set_pin(connection, key, pin)
            audit.note(connection, self.desk.now(), by(), "counsellor's PIN made", person.name)
        return page("counsellors/pin.html", person=person, pin=pin)

    def _find(self, key: str) -> Counsellor | None:
        with reading(self.desk.engine) as connection:
            return find_counsellor(connection, key)

    def _language(self, person: Counsellor) -> str:
        """One of theirs that the helpline speaks, or its own."""
        content = self.desk.published().content
        spoken = (each for each in person.languages if each in content.languages)
        return next(spoken, next(iter(content.languages)))

    def _gone(self) -> Response:
        flash("This is not there any more.", "error")
        return see("counsellors")

"""How what was done to a shift is kept, and what is said when it cannot be."""

from flask import flash, request
from werkzeug.wrappers import Response

from ivr.console.desk import Desk
from ivr.console.pages import by, see
from ivr.console.shift_seen import Seen
from ivr.duty.edits import Edited
from ivr.storage import audit
from ivr.storage.engine import writing
from ivr.storage.shift_edits import keep_edit

MEANWHILE = (
    "Somebody else has changed this shift meanwhile; nothing was changed now. This is how it is: look again."
)
ELSEWHERE = "This shift comes from a calendar that is followed; change it there, or swap it here."


def keep(desk: Desk, seen: Seen, edited: Edited, action: str, about: str) -> None:
    """Keep what was made of the shift that the form's page showed; errors as of keep_edit."""
    with writing(desk.engine) as connection:
        keep_edit(connection, edited, seen.uid, request.form.get("version", ""))
        audit.note(connection, desk.now(), by(), action, about)


def gone() -> Response:
    """Say that it is not there any more."""
    flash("This shift is not there any more; somebody has changed the roster meanwhile.", "error")
    return see("roster_week")

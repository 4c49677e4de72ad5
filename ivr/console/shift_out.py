"""Taking shifts out, and putting back: a single change, or a shift that was taken out of its series."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import flash, request
from werkzeug.wrappers import Response

from ivr.console.desk import Desk
from ivr.console.pages import Pages, see
from ivr.console.roster_facts import after_change
from ivr.console.rules import ROTA_KEEPERS
from ivr.console.shift_kept import ELSEWHERE, MEANWHILE, gone, keep
from ivr.console.shift_seen import Seen, find_out, find_shift
from ivr.duty.edits import Edited, cut, put_back, removed, taken_out
from ivr.duty.problems import BadEventError
from ivr.duty.recurring import Series
from ivr.duty.returned import returned
from ivr.storage.engine import reading
from ivr.storage.errors import ChangedMeanwhileError
from ivr.storage.shift_edits import KeptElsewhereError

_Edit = Callable[[Series, str], Edited]
_OUT: Mapping[str, _Edit] = {"on": cut, "all": lambda series, _stamp: removed(series)}
_Look = Callable[[Seen], Response]


def _shift(seen: Seen) -> Response:
    return see("shift", uid=seen.uid, at=seen.stamp)


def _week(seen: Seen) -> Response:
    return see("roster_week", date=f"{seen.plan.start:%Y-%m-%d}")


@dataclass(frozen=True, slots=True)
class ShiftOutPages:
    """What is posted, on the desk."""

    desk: Desk

    def add(self, pages: Pages) -> None:
        """Everything under /staff/roster/shift that takes out or puts back."""
        post = ("POST",)
        pages.add("/roster/shift/out", self.shift_out, may=ROTA_KEEPERS, methods=post)
        pages.add("/roster/shift/back", self.shift_back, may=ROTA_KEEPERS, methods=post)
        pages.add("/roster/shift/return", self.shift_return, may=ROTA_KEEPERS, methods=post)

    def shift_out(self) -> Response:
        """Take a shift out: alone, with all that follow, or the whole series."""
        way = _OUT.get(request.form.get("scope", ""), taken_out)
        return self._edit(self._found(), way, "shift taken out", "is taken out")

    def shift_back(self) -> Response:
        """Have a single shift as its series has it."""
        return self._edit(self._found(), put_back, "shift put back", "is as its series again")

    def shift_return(self) -> Response:
        """Have a shift that was taken out of its series in it again."""
        with reading(self.desk.engine) as connection:
            seen = find_out(connection, self.desk.zone, request.form)
        return self._edit(seen, returned, "shift put back", "is in its series again", _week)

    def _found(self) -> Seen | None:
        with reading(self.desk.engine) as connection:
            return find_shift(connection, self.desk.zone, request.form)

    def _edit(self, seen: Seen | None, edit: _Edit, action: str, done: str, look: _Look = _shift) -> Response:
        if seen is None:
            return gone()
        about = seen.told(self.desk.zone)
        try:
            keep(self.desk, seen, edit(seen.series, seen.stamp), action, about)
        except ChangedMeanwhileError:
            flash(MEANWHILE, "error")
            return look(seen)
        except (KeptElsewhereError, BadEventError) as error:
            flash(ELSEWHERE if isinstance(error, KeptElsewhereError) else f"{error}.", "error")
            return look(seen)
        flash(f"{about} {done}.")
        after_change(self.desk, seen.start, seen.end)
        return _week(seen)

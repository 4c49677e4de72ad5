"""The pages of one shift: add, look, change, copy; the second of two who change it is told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import token_hex

from flask import flash, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from ivr.console.desk import Desk
from ivr.console.pages import Pages, by, page, see
from ivr.console.roster_facts import after_change
from ivr.console.rules import ROTA_KEEPERS
from ivr.console.shift_form import DAY_NAMES, ShiftForm, entered, in_words, shown
from ivr.console.shift_kept import ELSEWHERE, MEANWHILE, gone, keep
from ivr.console.shift_seen import Seen, find_shift
from ivr.duty.edits import can_end, changed_from, changed_once, planned
from ivr.duty.plans import BadPlanError, Plan, checked
from ivr.duty.problems import BadEventError
from ivr.storage import audit
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import reading, writing
from ivr.storage.errors import ChangedMeanwhileError
from ivr.storage.shift_edits import KeptElsewhereError, keep_edit

_BOTH = ("GET", "POST")


@dataclass(frozen=True, slots=True)
class ShiftPages:
    """The pages, on the desk."""

    desk: Desk

    def add(self, pages: Pages) -> None:
        """Everything under /staff/roster/shift."""
        pages.add("/roster/shift/new", self.shift_new, may=ROTA_KEEPERS, methods=_BOTH)
        pages.add("/roster/shift", self.shift, may=ROTA_KEEPERS, methods=_BOTH)

    def shift_new(self) -> str | Response:
        """Add a shift, or a weekly one; as a copy of another, if that is asked for."""
        with reading(self.desk.engine) as connection:
            names = _names(connection)
            form = entered(request.form) if request.method == "POST" else self._blank(connection)
        if request.method == "POST":
            try:
                return self._add(form.plan(names))
            except BadPlanError as error:
                form = form.refused(error)
            except ChangedMeanwhileError:
                form = form.refused(BadPlanError("person", "is not there any more; choose somebody else"))
        return self._form("roster/new.html", form, names)

    def shift(self) -> str | Response:
        """A shift, with all that can be done to it; POST changes it."""
        with reading(self.desk.engine) as connection:
            names = _names(connection)
            seen = find_shift(connection, self.desk.zone, request.values)
        if seen is None:
            return gone() if request.method == "GET" else self._anew(names)
        if request.method == "GET":
            return self._shown(seen, names, shown(seen.plan))
        form = entered(request.form)
        try:
            return self._change(seen, form.plan(names), form.scope)
        except BadPlanError as error:
            return self._shown(seen, names, form.refused(error))
        except BadEventError as error:
            flash(f"{str(error).capitalize()}.", "error")
        except KeptElsewhereError:
            flash(ELSEWHERE, "error")
        except ChangedMeanwhileError:
            # Their entries stay in the fields: nothing of them is lost, and saving again is a decision.
            flash(MEANWHILE, "error")
            return self._now_shown(names, form)
        return self._shown(seen, names, form)

    def _add(self, plan: Plan) -> Response:
        good = checked(plan)
        at = self.desk.now()
        edited = planned(good, f"{token_hex(8)}@ivr", self.desk.zone, at)
        about = f"{good.name}, {_spoken(good)}"
        with writing(self.desk.engine) as connection:
            keep_edit(connection, edited, "", "")
            audit.note(connection, at, by(), "shift added", about)
        flash(f"Added: {about}.")
        self._changed(good)
        return see("roster_week", date=f"{good.start:%Y-%m-%d}")

    def _change(self, seen: Seen, plan: Plan, scope: str) -> Response:
        at = self.desk.now()
        if scope == "on" or not seen.series.recurs():
            good = checked(plan)
            edited = changed_from(seen.series, seen.stamp, good, f"{token_hex(8)}@ivr", at)
        else:
            good = checked(replace(plan, weekly=None))
            edited = changed_once(seen.series, seen.stamp, good, at)
        about = f"{seen.told(self.desk.zone)} to {good.name}, {_spoken(good)}"
        keep(self.desk, seen, edited, "shift changed", about)
        flash(f"Changed: {good.name}, {_spoken(good)}.")
        if edited.lost:
            days = ", ".join(f"{day:%d %b}" for day in edited.lost)
            flash(
                f"Single changes that no longer fit are gone: {days}. Look whether they are still wanted.",
                "warning",
            )
        self._changed(good)
        after_change(self.desk, seen.start, seen.end)
        return see("roster_week", date=f"{good.start:%Y-%m-%d}")

    def _changed(self, plan: Plan) -> None:
        zone = self.desk.zone
        after_change(self.desk, plan.start.replace(tzinfo=zone), plan.end.replace(tzinfo=zone))

    def _blank(self, connection: Connection) -> ShiftForm:
        """A form with what the link says, as the times of a gap; or a copy of the shift that is named."""
        day = request.args.get("date", "") or f"{self.desk.now().astimezone(self.desk.zone):%Y-%m-%d}"
        seen = find_shift(connection, self.desk.zone, request.args) if request.args.get("uid") else None
        if seen is None:
            return replace(entered(request.args), date=day)
        return replace(
            shown(replace(seen.plan, weekly=None)), date=f"{seen.plan.start + timedelta(days=7):%Y-%m-%d}"
        )

    def _now_shown(self, names: Mapping[str, str], form: ShiftForm) -> str:
        with reading(self.desk.engine) as connection:
            seen = find_shift(connection, self.desk.zone, request.values)
        return self._shown(seen, names, form) if seen else self._anew(names)

    def _shown(self, seen: Seen, names: Mapping[str, str], form: ShiftForm) -> str:
        series = seen.series
        return self._form(
            "roster/shift.html",
            form,
            names,
            seen=seen,
            recurs=series.recurs(),
            plain=series.is_plain(),
            ends=can_end(series),
            rhythm=in_words(series.weekly(seen.stamp)) if series.recurs() and series.is_plain() else "",
        )

    def _form(self, template: str, form: ShiftForm, names: Mapping[str, str], **more: object) -> str:
        people = sorted(names.items(), key=lambda each: each[1].casefold())
        return page(
            template,
            keeper=True,
            form=form,
            people=people,
            day_names=DAY_NAMES,
            zone=self.desk.zone.key,
            **more,
        )

    def _anew(self, names: Mapping[str, str]) -> str:
        """What was entered for a shift that is gone, as a new one."""
        flash("This shift is not there any more; add it if it is still wanted.", "error")
        return self._form("roster/new.html", entered(request.form), names)


def _names(connection: Connection) -> dict[str, str]:
    return {person.key: person.name for person in list_counsellors(connection)}


def _spoken(plan: Plan) -> str:
    """When it is, on the wall clock, and how often."""
    last = (
        f"{plan.end:%H:%M}" if plan.end - plan.start < timedelta(days=1) else f"{plan.end:%a %d %b %Y, %H:%M}"
    )
    often = f", {in_words(plan.weekly)}" if plan.weekly else ""
    return f"{plan.start:%a %d %b %Y, %H:%M}–{last}{often}"

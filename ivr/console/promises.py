"""Promises: /staff/promises; what callers were promised, oldest first, as a list and as CSV."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, request

from ivr.console.asked import whole
from ivr.console.csv_lines import csv_line
from ivr.console.desk import Desk
from ivr.console.pages import Pages, csv, page, who
from ivr.console.promise import PromisePages
from ivr.console.promise_deeds import PromiseDeeds
from ivr.console.rules import LISTENERS
from ivr.journal.promise_files import waiting_in
from ivr.storage.callbacks import CALLBACK, MISSED_CALL
from ivr.storage.engine import reading
from ivr.storage.promise_states import GIVEN_UP, IN_WORK, KEPT, OPEN, PENDING
from ivr.storage.promises import MESSAGE
from ivr.storage.staff_promises import Listed, Sought, count_pending, every_promise, sought_promises

PAGE = 50
KINDS = {MESSAGE: "Voice message", CALLBACK: "Call-back", MISSED_CALL: "Missed call"}
SHOWN = {
    "pending": ("To do", PENDING),
    "mine": ("Yours", (IN_WORK,)),
    "open": ("Nobody's yet", (OPEN,)),
    "kept": ("Kept", (KEPT,)),
    "given-up": ("Given up", (GIVEN_UP,)),
}
HEADER = (
    "id",
    "kind",
    "state",
    "created",
    "due",
    "language",
    "seconds",
    "window",
    "tries",
    "has it",
    "reason",
    "changed",
)


def add_pages(pages: Pages, desk: Desk) -> None:
    """Promises, for those who listen."""
    views = PromiseList(desk)
    pages.add("/promises", views.promises, may=LISTENERS, menu="Promises")
    pages.add("/promises.csv", views.promises_csv, may=LISTENERS)
    for each in (PromisePages, PromiseDeeds):
        each(desk).add(pages)


@dataclass(frozen=True, slots=True)
class PromiseList:
    """The pages, on the desk."""

    desk: Desk

    def promises(self) -> str:
        """A page of them; those to do with the oldest first, what is settled with the newest."""
        show, sought, beyond = _show(), _sought(), request.args.get("beyond", type=whole)
        with reading(self.desk.engine) as connection:
            found = sought_promises(connection, sought, beyond=beyond, limit=PAGE + 1)
            counts = count_pending(connection)
        shown, held = found[:PAGE], self.desk.published().content
        return page(
            "promises/list.html",
            shown=shown,
            late=self._late(shown),
            more=shown[-1].id if len(found) > PAGE else None,
            beyond=beyond,
            counts=counts,
            show=show,
            choices={name: label for name, (label, _) in SHOWN.items()},
            kinds=KINDS,
            languages={code: each.name or code for code, each in held.languages.items()},
            asked={name: value for name in ("kind", "language") if (value := request.args.get(name))},
            on_disk=len(waiting_in(self.desk.settings.data_dir / "journal")),
        )

    def promises_csv(self) -> Response:
        """Everything that the form asks for, without numbers."""
        sought = _sought()

        def lines() -> Iterator[str]:
            yield csv_line(HEADER)
            with reading(self.desk.engine) as connection:
                for each in every_promise(connection, sought):
                    yield csv_line(_cells(each))

        return csv("promises.csv", lines())

    def _late(self, shown: tuple[Listed, ...]) -> frozenset[int]:
        """Those that are overdue."""
        minutes = self.desk.published().content.service.notify.overdue_minutes
        before = self.desk.now() - timedelta(minutes=minutes)
        return frozenset(each.id for each in shown if each.pending and each.since < before)


def _show() -> str:
    asked = request.args.get("show", "")
    return asked if asked in SHOWN else "pending"


def _sought() -> Sought:
    show, account = _show(), who()
    return Sought(
        states=SHOWN[show][1],
        kind=request.args.get("kind", ""),
        language=request.args.get("language", ""),
        holder=account.id if account and show == "mine" else None,
        newest=show in {"kept", "given-up"},
    )


def _cells(each: Listed) -> tuple[object, ...]:
    return (
        each.id,
        each.kind,
        each.state,
        each.created,
        each.due,
        each.language,
        each.seconds,
        each.window,
        each.tries,
        each.has_it,
        each.reason,
        each.changed,
    )

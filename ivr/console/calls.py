"""Calls: the live board at /staff/calls, and the way to history and statistics."""

from dataclasses import dataclass

from ivr.console import calls_history, calls_statistics
from ivr.console.calls_page import calls_page
from ivr.console.desk import Desk
from ivr.console.pages import Pages
from ivr.console.rules import LISTENERS, ROTA_KEEPERS
from ivr.flow.ring_plan import FALLBACK
from ivr.storage.engine import reading
from ivr.storage.live_calls import FREE, Board, Busy, board

WATCHERS = LISTENERS | ROTA_KEEPERS


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A counsellor on duty, or busy all the same, and what their phone does."""

    name: str
    languages: str
    busy: Busy


def add_pages(pages: Pages, desk: Desk) -> None:
    """The board for whoever listens or keeps the rota, and what belongs to it."""
    pages.add("/calls", CallsPage(desk).calls, may=WATCHERS, menu="Calls")
    calls_history.add_pages(pages, desk)
    calls_statistics.add_pages(pages, desk, may=WATCHERS)


@dataclass(frozen=True, slots=True)
class CallsPage:
    """The board, on the desk."""

    desk: Desk

    def calls(self) -> str:
        """Who waits and for how long, whose phones ring, who talks."""
        at = self.desk.now()
        with reading(self.desk.engine) as connection:
            found = board(connection, at)
        return calls_page(
            self.desk,
            "calls/board.html",
            board=found,
            people=self._people(found),
            names=self._names(),
            at=at,
        )

    def _people(self, found: Board) -> list[OnDuty]:
        held, at = self.desk.held(), self.desk.now()
        on_duty = {each.key: each for each in held.roster.on_duty(at)}
        busy = {each.key: each for each in held.people if each.key in found.busy}
        people = [
            OnDuty(each.name, ", ".join(each.languages), found.busy.get(key, Busy(FREE)))
            for key, each in {**on_duty, **busy}.items()
        ]
        if FALLBACK in found.busy:
            people.append(OnDuty("The fallback number", "", found.busy[FALLBACK]))
        return people

    def _names(self) -> dict[str, str]:
        names = {each.key: each.name for each in self.desk.held().people}
        return {**names, FALLBACK: "the fallback number"}

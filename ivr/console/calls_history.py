"""The history of calls: a list, one call as a timeline, and all of it as CSV; without numbers everywhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, abort, request

from ivr.console.calls_asked import calls_wanted, place_in_list
from ivr.console.calls_csv import call_lines
from ivr.console.calls_page import calls_page
from ivr.console.calls_words import OUTCOME_STATES, OUTCOME_WORDS, event_words, fact_words, place_words
from ivr.console.desk import Desk
from ivr.console.pages import Pages, csv
from ivr.console.rules import LISTENERS
from ivr.storage.call_history import every_call, find_call, list_calls, timeline
from ivr.storage.engine import reading

PAGE = 50
ASKED = ("from", "to", "language", "outcome")


def add_pages(pages: Pages, desk: Desk) -> None:
    """The history, for those who listen."""
    views = HistoryPages(desk)
    pages.add("/calls/history", views.calls_history, may=LISTENERS)
    pages.add("/calls/history.csv", views.calls_history_csv, may=LISTENERS)
    pages.add("/calls/history/<call>", views.one_call, may=LISTENERS)


@dataclass(frozen=True, slots=True)
class HistoryPages:
    """The pages, on the desk."""

    desk: Desk

    def calls_history(self) -> str:
        """Calls, newest first, a page at a time."""
        wanted = calls_wanted(request.args, self.desk.zone)
        with reading(self.desk.engine) as connection:
            found = list_calls(connection, wanted, PAGE + 1)
        shown, asked = found[:PAGE], {name: request.args[name] for name in ASKED if request.args.get(name)}
        last = shown[-1] if len(found) > PAGE else None
        return calls_page(
            self.desk,
            "calls/history.html",
            shown=shown,
            older=last and place_in_list(last.started, last.call),
            first=wanted.before is None,
            asked=asked,
            outcomes=OUTCOME_WORDS,
            states=OUTCOME_STATES,
            place_words=place_words,
        )

    def calls_history_csv(self) -> Response:
        """Every call that the form asks for, line by line."""
        wanted = calls_wanted(request.args, self.desk.zone)

        def lines() -> Iterator[str]:
            with reading(self.desk.engine) as connection:
                yield from call_lines(every_call(connection, wanted))

        return csv("calls.csv", lines())

    def one_call(self, call: str) -> str:
        """What happened on it, moment by moment."""
        with reading(self.desk.engine) as connection:
            found = find_call(connection, call) or abort(404)
            events = timeline(connection, call)
        return calls_page(
            self.desk,
            "calls/call.html",
            call=found,
            events=events,
            outcomes=OUTCOME_WORDS,
            states=OUTCOME_STATES,
            place_words=place_words,
            event_words=event_words,
            fact_words=fact_words,
        )

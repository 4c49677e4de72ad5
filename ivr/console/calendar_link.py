"""/calendar/…: what a phone's calendar reads by a secret link: one counsellor's duty, or everybody's."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from ivr.console.desk import Desk
from ivr.console.trouble import AWAY
from ivr.duty.feed import write_feed
from ivr.duty.roster import BEFORE, duties_in
from ivr.storage.calendar_links import CalendarLink, find_link, is_use_noted, note_use
from ivr.storage.engine import reading, writing

AHEAD_OF_ONE, AHEAD_OF_ALL = timedelta(days=120), timedelta(days=45)
LATER = 900  # seconds
_LONGEST = 64
_LOG = logging.getLogger(__name__)


def calendar_link(desk: Desk) -> Blueprint:
    """The blueprint; a link that does not hold (any more) is not found."""
    found = Blueprint("calendar", __name__)
    found.add_url_rule("/calendar/<token>.ics", "feed", _Feed(desk).feed)
    for each in AWAY:
        found.register_error_handler(each, _later)
    return found


def _later(error: Exception) -> Response:
    """A calendar keeps what it has, and asks again; the address is a secret, so no error page tells it."""
    _LOG.error("A calendar could not be given, storage is away: %s", type(error).__name__)
    return Response("Try again later.\n", 503, {"Retry-After": str(LATER)}, content_type="text/plain")


@dataclass(frozen=True, slots=True)
class _Feed:
    desk: Desk

    def feed(self, token: str) -> BaseResponse:
        """The calendar, or only that it has not changed."""
        link = self._link(token)
        answer = Response(self._text(link), content_type="text/calendar; charset=utf-8")
        answer.headers["Cache-Control"] = f"private, max-age={LATER}"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["X-Robots-Tag"] = "noindex"
        answer.add_etag()
        return answer.make_conditional(request)

    def _link(self, token: str) -> CalendarLink:
        with reading(self.desk.engine) as connection:
            link = find_link(connection, token) if len(token) <= _LONGEST else None
        if link is None:
            abort(404)
        at = self.desk.now()
        if not is_use_noted(link, at):
            with writing(self.desk.engine) as connection:
                note_use(connection, link, at)
        return link

    def _text(self, link: CalendarLink) -> bytes:
        at, snapshot = self.desk.now(), self.desk.held()
        helpline = self.desk.published().content.helpline.name
        last = at + (AHEAD_OF_ONE if link.person else AHEAD_OF_ALL)
        facts = snapshot.facts
        duties, _ = duties_in(facts.shifts, self.desk.zone, at - BEFORE, last, facts.changes)
        if link.person:
            return write_feed(duties, {link.person: f"On duty: {helpline}"}, f"{helpline}: {link.name}", at)
        return write_feed(duties, {each.key: each.name for each in facts.people}, helpline, at)

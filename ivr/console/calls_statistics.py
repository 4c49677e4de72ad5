"""Statistics of calls: numbers, what each is counted from, pictures, and all of it as CSV."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response, abort, request

from ivr.console.calls_asked import span_of
from ivr.console.calls_charts import by_time, days_chart, hours_chart, languages_chart, segments_chart
from ivr.console.calls_csv import count_lines
from ivr.console.calls_page import calls_page
from ivr.console.calls_words import place_words
from ivr.console.desk import Desk
from ivr.console.pages import Pages, csv
from ivr.console.rules import Rule
from ivr.storage.call_statistics import (
    Span,
    Statistics,
    languages_counted,
    places_of,
    statistics,
)
from ivr.storage.engine import reading

MOST_PLACES = 20
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # the picture's own; it is shown as an image
CHARTS: Mapping[str, Callable[[Statistics], bytes]] = {
    "days": days_chart,
    "hours": hours_chart,
    "languages": languages_chart,
}


def add_pages(pages: Pages, desk: Desk, *, may: Rule) -> None:
    """The statistics, for those who may see the board."""
    views = StatisticsPages(desk)
    pages.add("/calls/statistics", views.calls_statistics, may=may)
    pages.add("/calls/statistics.csv", views.calls_statistics_csv, may=may)
    pages.add("/calls/statistics/<chart>.svg", views.calls_chart, may=may)


@dataclass(frozen=True, slots=True)
class StatisticsPages:
    """The pages, on the desk."""

    desk: Desk

    def calls_statistics(self) -> str:
        """The numbers of a span of days."""
        span = self._span()
        with reading(self.desk.engine) as connection:
            found, places = statistics(connection, span), places_of(connection, span)
            counted = languages_counted(connection)
        return calls_page(
            self.desk,
            "calls/statistics.html",
            span=span,
            asked={"from": span.first, "to": span.last, "language": span.language or None},
            found=found,
            times=by_time(found.days),
            heard=places.segments[:MOST_PLACES],
            left=places.left[:MOST_PLACES],
            left_in_all=sum(number for _, number in places.left),
            counted=counted,
            place_words=place_words,
            zone=self.desk.zone,
        )

    def calls_statistics_csv(self) -> Response:
        """The same numbers as a table to download."""
        with reading(self.desk.engine) as connection:
            found = statistics(connection, self._span())
        return csv("statistics.csv", count_lines(found))

    def calls_chart(self, chart: str) -> Response:
        """One picture as SVG."""
        span = self._span()
        with reading(self.desk.engine) as connection:
            if chart == "segments":
                drawn = segments_chart(places_of(connection, span).segments)
            else:
                draw = CHARTS.get(chart) or abort(404)
                drawn = draw(statistics(connection, span))
        headers = {"Content-Security-Policy": PICTURE_POLICY, "Cache-Control": "private, max-age=60"}
        return Response(drawn, content_type="image/svg+xml", headers=headers)

    def _span(self) -> Span:
        return span_of(request.args, self.desk.now(), self.desk.zone)

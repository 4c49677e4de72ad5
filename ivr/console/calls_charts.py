"""Charts of calls as SVG pictures without a script; the table below each says the same in words."""

import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from xml.etree.ElementTree import Element

from ivr.storage.call_statistics import Counts, Heard, Statistics

MOST_DAYS = 45
MOST_SEGMENTS = 12
MOST_LABELS = 12
MOST_STEPS = 10
_COLOURS = ("#0b7d78", "#c77700", "#6f7d9c")
_DECIMALS = re.compile(rb"(\d\.\d)\d+")  # a tenth of a point is more than anybody sees
_ONLY_FOR_SCRIPTS = {"script", "desc", "title"}
_DARK = (
    "inline:@media (prefers-color-scheme: dark) {"
    " text, .title, .axis text, .legends text { fill: #e7efed !important; }"
    " .axis .line, .axis .guides { stroke: #55655f !important; } }"
)
_STACK: Mapping[str, tuple[str, str]] = {
    "answered": ("Answered", "#0b7d78"),
    "otherwise": ("Chose a promise", "#7c9a3b"),
    "abandoned": ("Gave up waiting", "#c77700"),
    "nobody_answered": ("Nobody answered", "#b3372f"),
    "nobody_on_duty": ("Nobody on duty", "#6f7d9c"),
}


def days_chart(found: Statistics) -> bytes:
    """What became of those who asked for a person, day by day, or week by week of a longer span."""
    return _stacked("What became of those who asked", by_time(found.days))


def hours_chart(found: Statistics) -> bytes:
    """The same by the hour of the day."""
    return _stacked("By hour of the day", [(f"{hour}", counts) for hour, counts in found.hours.items()])


def languages_chart(found: Statistics) -> bytes:
    """Calls by language: all, those who asked for a person, and those answered."""
    chart = _bars("HorizontalBar", "Calls by language", 120 + 70 * max(1, len(found.languages)))
    rows = list(found.languages.items())[::-1]
    chart.x_labels = [language for language, _ in rows]
    for name, label in (("answered", "Answered"), ("asked", "Asked for a person"), ("offered", "All calls")):
        chart.add(label, [getattr(counts, name) for _, counts in rows])
    _whole(chart, max((counts.offered for _, counts in rows), default=0))
    return _drawn(chart)


def segments_chart(found: Sequence[Heard]) -> bytes:
    """The segments begun most often, and how often each was heard to its end."""
    rows = found[:MOST_SEGMENTS][::-1]
    chart = _bars("HorizontalBar", "Segments begun, and heard to their end", 120 + 44 * max(1, len(rows)))
    chart.x_labels = [each.segment for each in rows]
    chart.add("Heard to the end", [each.heard for each in rows])
    chart.add("Begun", [each.begun for each in rows])
    _whole(chart, max((each.begun for each in rows), default=0))
    return _drawn(chart)


def _stacked(title: str, rows: Sequence[tuple[str, Counts]]) -> bytes:
    shown = {name: each for name, each in _STACK.items() if any(getattr(counts, name) for _, counts in rows)}
    chart = _bars("StackedBar", title, 420, [colour for _, colour in shown.values()] or _COLOURS)
    every = -(-len(rows) // MOST_LABELS)
    chart.x_labels = ["" if number % every else label for number, (label, _) in enumerate(rows)]
    for name, (label, _) in shown.items():
        chart.add(label, [getattr(counts, name) or None for _, counts in rows])
    _whole(chart, max((sum(getattr(counts, name) for name in shown) for _, counts in rows), default=0))
    return _drawn(chart)


def by_time(days: Mapping[date, Counts]) -> list[tuple[str, Counts]]:
    """The days, or of more than MOST_DAYS the weeks, each called by its first day."""
    if len(days) <= MOST_DAYS:
        return [(f"{day:%-d %b}", counts) for day, counts in days.items()]
    weeks: dict[date, Counts] = {}
    for day, counts in days.items():
        monday = day - timedelta(days=day.weekday())
        weeks[monday] = weeks.get(monday, Counts()) + counts
    return [(f"{monday:%-d %b %y}", counts) for monday, counts in weeks.items()]


def _bars(kind: str, title: str, height: int, colours: Sequence[str] = _COLOURS) -> Any:
    return getattr(_library(), kind)(
        title=title,
        style=_style(colours),
        width=900,
        height=height,
        explicit_size=False,
        no_prefix=True,
        js=[],
        css=["file://style.css", "file://graph.css", _DARK],
        legend_at_bottom=True,
        legend_at_bottom_columns=len(colours),
        margin_bottom=28,
        show_y_guides=True,
        spacing=8,
        margin=12,
        truncate_label=-1,
        truncate_legend=-1,
        value_formatter=lambda value: f"{value:,.0f}",
        no_data_text="No calls in this time",
    )


def _library() -> Any:
    """The charts' library, without the finder for its own old plugins that it puts among Python's.

    With it, every import that fails anywhere in the process warns that it cannot be asked.
    """
    import pygal  # noqa: PLC0415 (slow to import, and only for those who look at charts)

    sys.meta_path[:] = [each for each in sys.meta_path if type(each).__module__ != "pygal"]
    return pygal


def _style(colours: Sequence[str]) -> Any:
    return _library().style.Style(
        background="transparent",
        plot_background="transparent",
        foreground="#33413e",
        foreground_strong="#16211f",
        foreground_subtle="#b9c5c2",
        guide_stroke_color="#b9c5c2",
        major_guide_stroke_color="#b9c5c2",
        opacity="1",
        opacity_hover="1",
        transition="none",
        colors=tuple(colours),
        font_family="system-ui, sans-serif",
        title_font_size=22,
        label_font_size=18,
        major_label_font_size=18,
        legend_font_size=16,
        no_data_font_size=24,
    )


def _whole(chart: Any, most: int) -> None:
    """Of few calls, count one by one: half a call is none."""
    if 0 < most <= MOST_STEPS:
        chart.y_labels = list(range(most + 1))


def _drawn(chart: Any) -> bytes:
    chart.add_xml_filter(_bare)
    return _DECIMALS.sub(rb"\1", bytes(chart.render()))


def _bare(root: Element) -> Element:
    """The picture without what only its script would use: two thirds of it."""
    for parent in list(root.iter()):
        for child in list(parent):
            kind = str(child.tag).rpartition("}")[2]
            if kind in _ONLY_FOR_SCRIPTS or "tooltip-overlay" in child.get("class", ""):
                parent.remove(child)
            for name in ("rx", "ry"):
                child.attrib.pop(name, None)
    return root

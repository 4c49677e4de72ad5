"""The prompts of the flow that staff hear who record by phone, in the order in which they may meet them."""

from ivr.flow.fixed import Fixed

FINDINGS = ("silent", "quiet", "clipped", "noisy", "short", "long", "keys", "late", "pause", "unreadable")


def _said(seconds: float, key: str | None = None) -> Fixed:
    return Fixed(seconds, key, for_callers=False)


RECORDERS: dict[str, Fixed] = {
    "rec.welcome": _said(8),
    "rec.number": _said(8),
    "rec.pin.wrong": _said(8),
    "rec.role": _said(8),
    "rec.language": _said(8),
    "rec.press": _said(3),
    "rec.missing": _said(8, "1"),
    "rec.stale": _said(8, "2"),
    "rec.one": _said(8, "3"),
    "rec.notice": _said(8, "4"),
    "rec.other": _said(8),
    "rec.nothing": _said(8),
    "rec.help": _said(12),
    "rec.prompt": _said(4),
    "rec.words": _said(4),
    "rec.words.none": _said(8),
    "rec.live": _said(4),
    "rec.draft": _said(8, "2"),
    "rec.speak": _said(8),
    "rec.empty": _said(4),
    "rec.moment": _said(4),
    "rec.unheard": _said(12),
    "rec.hear": _said(4),
    "rec.refused": _said(8),
    **{f"rec.found.{finding}": _said(8) for finding in FINDINGS},
    "rec.keep": _said(8, "1"),
    "rec.again": _said(8, "2"),
    "rec.skip": _said(8, "3"),
    "rec.earlier": _said(8, "9"),
    "rec.kept": _said(4),
    "rec.back": _said(4),
    "rec.back.none": _said(8),
    "rec.go.on": _said(4, "1"),
    "rec.key": _said(8),
    "rec.key.none": _said(8),
    "rec.today": _said(8, "1"),
    "rec.tomorrow": _said(8, "2"),
    "rec.week": _said(8, "3"),
    "rec.announce": _said(8),
    "rec.bye": _said(8),
}

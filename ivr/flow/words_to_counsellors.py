"""The prompts of the flow that counsellors hear: screening, the counsellors' own line, and test calls."""

from ivr.flow.fixed import Fixed

MINUTES_WAITED = range(6)


def _said(seconds: float, key: str | None = None) -> Fixed:
    return Fixed(seconds, key, for_callers=False)


COUNSELLORS: dict[str, Fixed] = {
    "screen.call": _said(8),
    "screen.callback": _said(8),
    **{f"screen.minutes.{minutes}": _said(4) for minutes in MINUTES_WAITED},
    "screen.accept": _said(8),
    "screen.again": _said(4),
    "screen.taken": _said(8),
    "screen.gone": _said(8),
    "screen.calling": _said(8),
    "screen.notreached": _said(8),
    "screen.bye": _said(4),
    "outcome.helped": _said(8, "1"),
    "outcome.again": _said(8, "2"),
    "outcome.urgent": _said(8, "3"),
    "outcome.thanks": _said(4),
    "line.welcome": _said(8),
    "line.pin": _said(8),
    "line.pin.wrong": _said(4),
    "line.pin.locked": _said(8),
    "line.helpline": _said(8),
    "line.state.on": _said(4),
    "line.state.off": _said(4),
    "line.state.paused": _said(8),
    "line.last": _said(8),
    "line.on": _said(8, "1"),
    "line.off": _said(8, "2"),
    "line.pause": _said(8, "3"),
    "line.next": _said(8, "4"),
    "line.waiting": _said(8, "5"),
    "line.shift.none": _said(8),
    "line.shift.now": _said(4),
    "line.shift.from": _said(4),
    "line.shift.until": _said(4),
    "line.waiting.none": _said(8),
    "line.waiting.callback": _said(8),
    "line.waiting.message": _said(8),
    "line.take.callback": _said(8, "1"),
    "line.take.message": _said(8, "1"),
    "line.take.next": _said(8, "2"),
    "line.message.done": _said(8, "3"),
    "line.message.again": _said(8, "2"),
    "line.message.away": _said(8),
    "line.lost": _said(8),
    "line.bye": _said(4),
    "check.test": _said(8, "1"),
    "check.thanks": _said(8),
    "check.bye": _said(8),
}

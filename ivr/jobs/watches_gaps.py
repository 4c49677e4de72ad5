"""Which gaps in the roster staff hear of now: once a day a list of them, and what cannot wait for that."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

Gap = tuple[datetime, datetime]
MORNING, EVENING = 8, 20
"""A day of notices lasts from eight to eight; its list is told before eight in the evening."""


def news_of_gaps(
    gaps: Sequence[Gap], at: datetime, hours: int, told: Callable[[str], Mapping[str, Any] | None]
) -> Iterator[tuple[str, tuple[Gap, ...]]]:
    """Each notice that is due at `at`, by its key, with its gaps.

    `gaps` are those of the next `hours`, in the helpline's zone and in order; `told` finds the facts of the
    notice of a key, or None. A gap that lasts already is no news, unless nobody comes in all these hours.
    """
    ahead = tuple(each for each in gaps if each[0] > at or each[1] >= at + timedelta(hours=hours))
    if not ahead:
        return
    local = at.astimezone(ahead[0][0].tzinfo)
    day = (local - timedelta(hours=MORNING)).date()
    listed = told(f"{day}")
    if listed is None and MORNING <= local.hour < EVENING:
        yield f"{day}", ahead
        return
    known = {start for start, _ in read_gaps(str(listed["gaps"]))} if listed else set()
    morning = datetime.combine(day + timedelta(days=1), time(MORNING), local.tzinfo)
    for each in ahead:
        if at < each[0] < morning and each[0] not in known:
            yield f"{day}-{each[0]:%dT%H:%M%z}", (each,)


def write_gaps(gaps: Sequence[Gap]) -> str:
    """The gaps as one fact of a notice."""
    return " ".join("/".join(moment.isoformat(timespec="seconds") for moment in each) for each in gaps)


def read_gaps(fact: str) -> list[Gap]:
    """The gaps that such a fact tells of."""
    spans = (each.partition("/") for each in fact.split())
    return [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, _, end in spans]

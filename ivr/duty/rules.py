"""Recurrence rules on wall-clock times: what a shift may use, and when it recurs; RFC 5545, 3.3.10."""

import re
from collections.abc import Iterator
from datetime import datetime
from math import prod
from queue import Empty, SimpleQueue
from threading import Thread

from dateutil.rrule import rrule, rrulestr  # type: ignore[import-untyped]

from ivr.duty.problems import BadEventError, NeverRecursError

_PERIODS = ("HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PARTS = re.compile(r"^[A-Z-]+=[^=;]+$")
_MOST_TIMES_A_DAY = 24
_MOST_OCCURRENCES = 100_000  # eleven years of a shift every hour; to follow it takes a third of a second
_PATIENCE = (
    2  # seconds for a rule to say when it recurs next; a rule that never does searches until year 9999
)


def split_until(rule: str) -> tuple[str, str]:
    """The rule without its UNTIL, and that UNTIL, "" if it has none."""
    parts = [part for part in rule.upper().replace(" ", "").split(";") if part]
    until = next((part[6:] for part in parts if part.startswith("UNTIL=")), "")
    return ";".join(part for part in parts if not part.startswith("UNTIL=")), until


def recur(rule: str, start: datetime) -> Iterator[datetime]:
    """The wall-clock times of a rule without UNTIL, in order; a BadEventError after far too many."""
    for count, moment in enumerate(_parsed(rule, start)):
        if count > _MOST_OCCURRENCES:
            raise BadEventError(f"RRULE recurs more than {_MOST_OCCURRENCES} times; begin it later")
        yield moment


def check_rule(rule: str, start: datetime, after: datetime) -> None:
    """Refuse a rule that is not understood, or takes too long to say when it recurs after `after`.

    A rule that never recurs again cannot be told from one that is merely rare, so it is given two seconds
    on a thread of its own, which the process does not wait for.
    """
    answer: SimpleQueue[BadEventError | None] = SimpleQueue()
    Thread(target=_search, args=(rule, start, after, answer), daemon=True).start()
    try:
        problem = answer.get(timeout=_PATIENCE)
    except Empty:
        raise NeverRecursError(
            f"RRULE:{rule} never recurs, or too rarely to be a shift; correct it"
        ) from None
    if problem:
        raise problem


def _search(rule: str, start: datetime, after: datetime, answer: "SimpleQueue[BadEventError | None]") -> None:
    try:
        next((moment for moment in recur(rule, start) if moment > after), None)
    except BadEventError as problem:
        answer.put(problem)
    else:
        answer.put(None)


def _parsed(rule: str, start: datetime) -> rrule:
    words = _words(rule)
    if words.get("FREQ") not in _PERIODS:
        raise BadEventError(f"RRULE: FREQ is {words.get('FREQ')}; a shift recurs {', '.join(_PERIODS)}")
    for name in ("INTERVAL", "COUNT"):
        if not words.get(name, "1").isdigit() or int(words.get(name, "1")) < 1:
            raise BadEventError(f"RRULE: {name} is {words[name]!r}; write a number from 1")
    times = prod(words[name].count(",") + 1 for name in ("BYHOUR", "BYMINUTE", "BYSECOND") if name in words)
    if times > _MOST_TIMES_A_DAY:
        raise BadEventError(f"RRULE: {times} times a day; at most {_MOST_TIMES_A_DAY}")
    try:
        found = rrulestr(rule, dtstart=start)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError) as error:
        raise BadEventError(f"RRULE:{rule} is not understood ({error}); correct it") from None
    assert isinstance(found, rrule)  # noqa: S101 (one rule alone is never a set)
    return found


def _words(rule: str) -> dict[str, str]:
    parts = rule.split(";")
    if not all(_PARTS.match(part) for part in parts):
        raise BadEventError(f"RRULE:{rule} is not understood; write NAME=VALUE, separated by semicolons")
    return dict(part.split("=", 1) for part in parts)

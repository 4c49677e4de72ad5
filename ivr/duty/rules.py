"""Recurrence rules on wall-clock times: what a shift may use, and when it recurs; RFC 5545, 3.3.10."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import prod
from queue import Empty, SimpleQueue
from threading import Thread

from dateutil.rrule import rrule, rrulestr

from ivr.duty.problems import BadEventError, NeverRecursError

_PERIODS = ("HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_STEPS = {"HOURLY": timedelta(hours=1), "DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}
_LONGEST_INTERVAL = 100_000
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


def recur(rule: str, start: datetime, near: datetime | None = None) -> Iterator[datetime]:
    """The wall-clock times of a rule without UNTIL, in order; a BadEventError after far too many.

    With `near`, those long before it may be left out.
    """
    words = _words(rule)
    _check(words)
    for count, moment in enumerate(_parsed(rule, _forward(words, start, near))):
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
        found = next((moment for moment in recur(rule, start, after) if moment > after), None)
    except BadEventError as problem:
        answer.put(problem)
    else:
        ends = found is not None or "COUNT=" in rule
        answer.put(None if ends else NeverRecursError(f"RRULE:{rule} never recurs; correct it"))


def _forward(words: dict[str, str], start: datetime, near: datetime | None) -> datetime:
    """A later start of the same rhythm, so that years of occurrences need not be gone through."""
    step = _STEPS.get(words["FREQ"])
    if near is None or step is None or "COUNT" in words:
        return start
    step *= min(int(words.get("INTERVAL", "1")), _LONGEST_INTERVAL)
    return start + max((near - start) // step - 1, 0) * step


def _check(words: dict[str, str]) -> None:
    if words.get("FREQ") not in _PERIODS:
        raise BadEventError(f"RRULE: FREQ is {words.get('FREQ')}; a shift recurs {', '.join(_PERIODS)}")
    for name in ("INTERVAL", "COUNT"):
        value = words.get(name, "1")
        if not (value.isascii() and value.isdigit()) or not 1 <= int(value[:9]) <= _LONGEST_INTERVAL:
            raise BadEventError(
                f"RRULE: {name} is {value[:20]!r}; write a number from 1 to {_LONGEST_INTERVAL}"
            )
    times = prod(words[name].count(",") + 1 for name in ("BYHOUR", "BYMINUTE", "BYSECOND") if name in words)
    if times > _MOST_TIMES_A_DAY:
        raise BadEventError(f"RRULE: {times} times a day; at most {_MOST_TIMES_A_DAY}")


def _parsed(rule: str, start: datetime) -> rrule:
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

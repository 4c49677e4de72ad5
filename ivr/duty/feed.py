"""The roster as a calendar to subscribe to: each duty as it really is, after swaps and closures."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256

from ivr.duty.lines import escaped, folded
from ivr.duty.spans import Duty

_STAMP = "%Y%m%dT%H%M%SZ"


def write_feed(duties: Iterable[Duty], names: Mapping[str, str], title: str, at: datetime) -> bytes:
    """The calendar called `title`; `names` are the events' by their counsellors' keys, others are left out.

    Nothing but a name and times is in it. The text is the same all day as long as the duties are.
    """
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = sorted(
        (each for each in duties if each.person in names), key=lambda each: (each.start, each.person)
    )
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ivr//duty//EN", "METHOD:PUBLISH"),
        *(f"X-WR-CALNAME:{escaped(title)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"),
        *(line for each in mine for line in _event(each, names[each.person], day)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def _event(duty: Duty, name: str, day: datetime) -> Iterator[str]:
    start, end = (each.astimezone(UTC).strftime(_STAMP) for each in (duty.start, duty.end))
    uid = sha256(f"{duty.person} {start}".encode()).hexdigest()[:24]
    yield from (
        "BEGIN:VEVENT",
        f"UID:{uid}@ivr",
        f"DTSTAMP:{day:{_STAMP}}",
        f"DTSTART:{start}",
        f"DTEND:{end}",
    )
    yield from (f"SUMMARY:{escaped(name)}", "END:VEVENT")

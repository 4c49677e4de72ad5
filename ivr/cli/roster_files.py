"""`ivr roster import` and `export`: the roster as a calendar file."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from ivr.cli.context import fail, settings
from ivr.cli.staff_changing import note as noted
from ivr.cli.stored import changing, read_whole, storage, zone_of
from ivr.clock import now
from ivr.duty.calendar import ReadCalendar, read_calendar
from ivr.duty.export import write_calendar
from ivr.duty.names import keys_by_name, same_name
from ivr.duty.problems import UnreadableFileError
from ivr.duty.zones import NamedZone
from ivr.flow.roster import Counsellor
from ivr.journal.disk import write_safely
from ivr.storage.counsellors import list_counsellors
from ivr.storage.duty_changes import keep_changes, list_changes
from ivr.storage.engine import reading
from ivr.storage.shifts import foreign, keep_shifts, list_shifts


@click.command("import")
@click.argument("file")
@click.option("--replace", is_flag=True, help="Remove shifts that are not in FILE.")
def import_(file: str, replace: bool) -> None:
    """Add or change shifts from FILE, an iCalendar file.

    Each event is a shift of the counsellor whose name is its title (SUMMARY); the category tier-2 makes it
    one of the second tier. Events are matched by UID. Good events are kept, bad ones are reported (exit 1)
    and take nobody off duty. What came from a subscription stays as it is. Changes of duty in a file from
    `ivr roster export` are kept too; --replace removes none.
    """
    own = settings()
    zone, engine = zone_of(own), storage(own)
    with reading(engine) as connection:
        names = keys_by_name(list_counsellors(connection))
    try:
        read = read_calendar(read_whole(file), NamedZone(zone), names, now())
    except UnreadableFileError as error:
        fail(f"{file}: {error}")
    with changing(own) as connection:
        elsewhere = foreign(connection, None) & {each.uid for each in read.shifts}
        done = keep_shifts(connection, read, replace=replace)
        altered = keep_changes(connection, read.changes, now())
        counts = f"{done.added} added, {done.changed} changed, {done.removed} removed"
        noted(connection, "roster imported", f"{len(read.shifts)} read: {counts}")
    told = f" Changes of duty: {len(read.changes)} read, {altered} new or changed." if read.changes else ""
    print(f"{len(read.shifts)} read: {counts}.{told}")
    for remark in (*map(str, read.problems), *_remarks(read, elsewhere, replace)):
        print(f"{file}: {remark}", file=sys.stderr)
    sys.exit(bool(read.problems))


@click.command()
@click.argument("file", required=False)
def export(file: str | None) -> None:
    """Write the whole roster as iCalendar to FILE, or print it: shifts, and changes as events of their own.

    `ivr roster import` reads it back as it was; other programs show it. - prints it, too.
    """
    own = settings()
    with reading(storage(own)) as connection:
        people, shifts = list_counsellors(connection), list_shifts(connection)
        raw = write_calendar(people, shifts, list_changes(connection), zone_of(own), now())
    for name in _same_names(people):
        print(
            f"warning: several counsellors are called {name!r}: to be read back, give each another name",
            file=sys.stderr,
        )
    if file is None or file == "-":
        click.echo(raw, nl=False)
        return
    try:
        write_safely(Path(file), raw)
    except OSError as error:
        fail(f"{file}: {error.strerror}; name a file that can be written")
    print(f"{file}: {len(raw)} bytes written.")


def _remarks(read: ReadCalendar, elsewhere: frozenset[str], replace: bool) -> Iterator[str]:
    if elsewhere:
        yield f"{len(elsewhere)} events come from a subscription and stay as they are"
    if replace and not read.whole:
        yield "nothing was removed, because the file may be cut off"


def _same_names(people: tuple[Counsellor, ...]) -> list[str]:
    counts = Counter(same_name(person.name) for person in people)
    return [name for name, count in counts.items() if count > 1]


FILES = (import_, export)

"""`ivr counsellors`."""

import sys
from collections import Counter
from dataclasses import asdict

import click

from ivr.cli.context import fail, settings
from ivr.cli.counsellor_pins import pin
from ivr.cli.outbound import tolls_in
from ivr.cli.staff_changing import note as noted
from ivr.cli.stored import changing, languages_of, print_json, print_table, read_whole, storage
from ivr.duty.names import same_name
from ivr.duty.people import read_people
from ivr.duty.problems import UnreadableFileError
from ivr.flow.roster import Counsellor
from ivr.storage.counsellors import keep_counsellors, list_counsellors
from ivr.storage.engine import reading


@click.group()
def counsellors() -> None:
    """Import and list the people who take calls."""


counsellors.add_command(pin)


@counsellors.command("import")
@click.argument("file")
@click.option("--replace", is_flag=True, help="Remove counsellors who are not in FILE.")
def import_(file: str, replace: bool) -> None:
    """Add or change counsellors from FILE, a CSV with the columns name,phone,languages,priority.

    Counsellors are matched by phone. Write phones as +27821234567, several languages as "af;en"; priority 1
    rings first. A column tier may say 2 for those who are rung only after everybody else. Good rows are kept,
    bad ones are reported (exit 1); with an account a phone abroad is one, see [ring] countries.
    """
    own = settings()
    try:
        read = read_people(read_whole(file), languages_of(own), tolls_in(own).refusal)
    except UnreadableFileError as error:
        fail(f"{file}: {error}")
    with changing(own) as connection:
        done = keep_counsellors(connection, read, replace=replace)
        counts = f"{done.added} added, {done.changed} changed, {done.removed} removed"
        noted(connection, "counsellors imported", f"{len(read.people)} read: {counts}")
        everybody = list_counsellors(connection)
    print(f"{len(read.people)} read: {counts}.")
    for line in (*map(str, read.problems), *_same_names(everybody)):
        print(f"{file}: {line}", file=sys.stderr)
    sys.exit(any(not problem.warning for problem in read.problems))


@counsellors.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def list_(as_json: bool) -> None:
    """List every counsellor, by priority and name."""
    with reading(storage(settings())) as connection:
        people = list_counsellors(connection)
    show(people, "No counsellor is stored.", as_json=as_json)


def show(people: tuple[Counsellor, ...], nobody: str, *, as_json: bool) -> None:
    """Print counsellors in their order; `nobody` is said when there are none."""
    if as_json:
        print_json(asdict(person) for person in people)
        return
    rows = [
        (each.name, each.phone, ";".join(each.languages), str(each.priority), str(each.tier))
        for each in people
    ]
    print_table(("name", "phone", "languages", "priority", "tier"), rows, nobody)


def _same_names(people: tuple[Counsellor, ...]) -> list[str]:
    counts = Counter(same_name(person.name) for person in people)
    twice = {same_name(each.name): each.name for each in people if counts[same_name(each.name)] > 1}
    return [
        f"warning: {counts[name]} counsellors are called {written!r}; shifts of that name are refused until "
        "each has another (an old phone is removed with --replace)"
        for name, written in twice.items()
    ]

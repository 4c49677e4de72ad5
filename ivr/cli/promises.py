"""`ivr promises`."""

import sys
from collections.abc import Iterator

import click
from sqlalchemy.exc import SQLAlchemyError

from ivr.cli.context import settings
from ivr.cli.promises_work import WORK
from ivr.cli.stored import print_json, print_rows
from ivr.journal.entries import Entry, kind_of
from ivr.journal.promise_files import refused_in, waiting_in
from ivr.settings import Settings
from ivr.storage.callbacks import CALLBACK, MISSED_CALL, CallBack
from ivr.storage.engine import open_storage, reading
from ivr.storage.errors import StorageError
from ivr.storage.promise_states import OPEN, STATES
from ivr.storage.promises import MESSAGE, Message, Promise, list_promises

_COLUMNS = (
    "id",
    "kind",
    "state",
    "created",
    "language",
    "seconds",
    "digits",
    "due",
    "tries",
    "reason",
    "file",
)
_NOT_STORED = {"due": None, "next": None, "tries": 0, "person": "", "reason": ""}
_REFUSED = "the database refuses it: see the log"
_KINDS = (MESSAGE, CALLBACK, MISSED_CALL)


@click.group(invoke_without_command=True)
@click.option("--state", type=click.Choice(STATES), help="Only those of this state.")
@click.option("--kind", type=click.Choice(_KINDS), help="Only those of this kind.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@click.pass_context
def promises(context: click.Context, state: str | None, kind: str | None, as_json: bool) -> None:
    """List what callers have been promised, oldest first; also what still lies on this machine's disk.

    With a command, do something about one promise.
    """
    if context.invoked_subcommand is None:
        _list(state, kind, as_json=as_json)


for _command in WORK:
    promises.add_command(_command)


def _list(state: str | None, kind: str | None, *, as_json: bool) -> None:
    own = settings()
    stored, problem = _stored(own)
    found = [*map(_row, stored), *map(_waiting_row, _not_stored(own, stored)), *_refused(own)]
    rows = [row for row in found if state in {None, row["state"]} and kind in {None, row["kind"]}]
    if as_json:
        print_json(rows)
    else:
        print_rows(_COLUMNS, rows, "Nothing has been promised.", own)
    if problem:
        print(f"{problem}\nOnly what waits on this machine's disk is listed.", file=sys.stderr)
        sys.exit(1)


def _stored(own: Settings) -> tuple[tuple[Promise, ...], str]:
    try:
        with reading(open_storage(own)) as connection:
            return list_promises(connection), ""
    except (StorageError, SQLAlchemyError) as error:
        return (), str(error)


def _not_stored(own: Settings, stored: tuple[Promise, ...]) -> Iterator[Entry]:
    known = {(promise.call, promise.kind) for promise in stored}
    newest = {(entry.call, kind_of(entry)): entry for entry in waiting_in(own.data_dir / "journal")}
    return (entry for key, entry in newest.items() if key not in known)


def _refused(own: Settings) -> Iterator[dict[str, object]]:
    return ({**_waiting_row(each), "reason": _REFUSED} for each in refused_in(own.data_dir / "journal"))


def _row(promise: Promise) -> dict[str, object]:
    return {
        "id": promise.id,
        "kind": promise.kind,
        "state": promise.state,
        "created": promise.created,
        "language": promise.language,
        "seconds": promise.seconds,
        "file": promise.file,
        "digits": promise.digits,
        "window": promise.window,
        "due": promise.due,
        "next": promise.next_at,
        "tries": promise.tries,
        "person": promise.person,
        "reason": promise.reason,
    }


def _waiting_row(entry: Entry) -> dict[str, object]:
    return {
        "id": None,
        "kind": kind_of(entry),
        "state": OPEN,
        "created": entry.at,
        "language": entry.language,
        "seconds": entry.seconds if isinstance(entry, Message) else 0,
        "file": None,
        "digits": "" if isinstance(entry, Message) else entry.digits,
        "window": entry.window if isinstance(entry, CallBack) else "",
        **_NOT_STORED,
    }

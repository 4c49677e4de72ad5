"""What staff do with promises: keep them, give them up for a reason, have them tried again, look back."""

from collections.abc import Callable
from datetime import datetime, timedelta

import click
from sqlalchemy import Connection

from ivr.cli.context import fail, settings
from ivr.cli.stored import changing, print_json, print_rows, storage
from ivr.clock import now
from ivr.journal.keys import keys_of
from ivr.journal.sealing import SealBrokenError, Sealing
from ivr.settings import Settings
from ivr.storage.callback_work import find_work, try_again
from ivr.storage.counsellors import list_counsellors
from ivr.storage.engine import reading
from ivr.storage.promise_states import PENDING, changes_of, give_up
from ivr.storage.promise_states import keep as keep_promise
from ivr.storage.promises import Promise, list_promises

_DEFAULT_MINUTES = 120


@click.command()
@click.argument("promise", metavar="ID", type=int)
@click.option("--note", default="", help="How, for whoever looks later.")
def keep(promise: int, note: str) -> None:
    """Note that a promise is kept; a call-back's number is removed."""
    _change(promise, lambda connection, at: keep_promise(connection, promise, at, note))
    print(f"Promise {promise} is kept.")


@click.command("give-up")
@click.argument("promise", metavar="ID", type=int)
@click.option("--reason", required=True, help="Why; it stays with the promise.")
def abandon(promise: int, reason: str) -> None:
    """Give a promise up for a reason; a call-back's number is removed."""
    if not reason.strip():
        fail("--reason: say why the promise is given up")
    _change(promise, lambda connection, at: give_up(connection, promise, at, reason.strip()))
    print(f"Promise {promise} is given up.")


@click.command()
@click.argument("promise", metavar="ID", type=int)
def again(promise: int) -> None:
    """Let the helpline try anew to call back, now."""
    _change(promise, lambda connection, at: try_again(connection, promise, at), "open with a number")
    print(f"Promise {promise} is tried again.")


@click.command()
@click.argument("promise", metavar="ID", type=int)
def number(promise: int) -> None:
    """Print the number of a call-back that staff make themselves."""
    own = settings()
    with reading(storage(own)) as connection:
        found = find_work(connection, promise)
    if found is None or found.number is None:
        fail(f"Promise {promise} has no number: it is no call-back, or kept or given up; see: ivr promises")
    try:
        print(_sealing(own).open(found.number))
    except SealBrokenError as error:
        fail(f"Promise {promise}: {error}")


@click.command()
@click.argument("promise", metavar="ID", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def history(promise: int, as_json: bool) -> None:
    """List what has happened to a promise, oldest first."""
    own = settings()
    with reading(storage(own)) as connection:
        found = changes_of(connection, promise)
        if not found and all(each.id != promise for each in list_promises(connection)):
            fail(f"There is no promise {promise}; see: ivr promises")
        names = {each.key: each.name for each in list_counsellors(connection)}
    rows = [
        {
            "at": each.at,
            "state": each.state,
            "reason": each.reason,
            "person": names.get(each.person, each.person) or each.staff,
        }
        for each in found
    ]
    if as_json:
        print_json(rows)
    else:
        nothing = f"Nothing has happened to promise {promise} yet."
        print_rows(("at", "state", "reason", "person"), rows, nothing, own)


@click.command()
@click.option(
    "--minutes", type=click.IntRange(0), help="How long after it was due; as in helpline.toml if not given."
)
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def overdue(minutes: int | None, as_json: bool) -> None:
    """List promises that are still neither kept nor given up long after they were due."""
    own = settings()
    before = now() - timedelta(minutes=_minutes(own) if minutes is None else minutes)
    with reading(storage(own)) as connection:
        found = [each for each in list_promises(connection) if _late(each, before)]
    rows = [
        {"id": each.id, "kind": each.kind, "state": each.state, "since": each.due or each.created}
        for each in found
    ]
    if as_json:
        print_json(rows)
    else:
        print_rows(("id", "kind", "state", "since"), rows, "Nothing is overdue.", own)


WORK = (keep, abandon, again, number, history, overdue)


def _change(promise: int, change: Callable[[Connection, datetime], bool], state: str = "") -> None:
    with changing(settings()) as connection:
        if not change(connection, now()):
            wanted = state or " or ".join(PENDING)
            fail(f"Promise {promise} is not {wanted}, so nothing was changed; see: ivr promises")


def _late(promise: Promise, before: datetime) -> bool:
    return promise.state in PENDING and (promise.due or promise.created) < before


def _minutes(own: Settings) -> int:
    from ivr.content import ContentError, load  # noqa: PLC0415 (slow, and not every command needs it)

    try:
        return load(own.prompts_dir).service.notify.overdue_minutes
    except ContentError:
        return _DEFAULT_MINUTES


def _sealing(own: Settings) -> Sealing:
    return Sealing(*keys_of(own))

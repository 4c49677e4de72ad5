"""`ivr caller forget`: everything that is known of a number goes, here and at the provider."""

import click

from ivr import clock
from ivr.app.messages import messages_of
from ivr.app.retention import records_of
from ivr.cli.callers import number_of
from ivr.cli.context import fail, settings
from ivr.cli.staff_changing import note
from ivr.cli.stored import changing, storage
from ivr.content import ContentError, load
from ivr.jobs.forgetting import Forgetting
from ivr.jobs.retention_records import own_numbers
from ivr.journal.keys import keys_of
from ivr.settings import Settings
from ivr.sound.takes import take_files
from ivr.storage.forgetting import Forgotten
from ivr.telephony.twilio.rest import RestError


@click.group()
def caller() -> None:
    """Forget callers who ask for it."""


@caller.command()
@click.argument("number")
def forget(number: str) -> None:
    """Remove everything that is known of NUMBER: promises, also open ones, messages, blocks, counts.

    The number may be written as it is dialled where the helpline is; - reads it from standard input, which
    leaves no trace in the shell. The statistics stay: nothing in them leads to anybody. The provider deletes
    its records of the number's calls and texts at once, and recordings when the running helpline asks for it.
    What waits on another machine's disk for the database is dropped when it comes, for two days.
    """
    own = settings()
    forgetting = _forgetting(own)
    e164 = number_of(number, own)
    with changing(own) as connection:
        found, waiting = forgetting.forget(connection, e164, clock.now())
        told = _told(found, waiting)
        if found.anything or waiting:
            note(connection, "caller forgotten", told)
    forgetting.remove_files(found)
    print(f"Removed: {told}")
    records = _records(own, e164)
    if not (found.anything or waiting or records):
        fail("Nothing was known of that number")


def _forgetting(own: Settings) -> Forgetting:
    keys = keys_of(own)
    messages = messages_of(own, take_files(own).far, storage(own), clock.now, keys)
    return Forgetting(keys, messages, own.data_dir / "journal")


def _records(own: Settings, number: str) -> int:
    """How many records of the caller's calls and texts the provider has deleted; our exchange keeps none."""
    if own.exchange_mode:
        return 0
    try:
        numbers = own_numbers(own.helpline_number, load(own.prompts_dir).service)
        deleted = records_of(own).delete_between(number, numbers)
    except ContentError as error:
        fail("Which numbers are ours is not known, so the provider was not asked; see: ivr check", str(error))
    except RestError as error:
        fail(f"The provider's records of calls and texts are still there: {error}. Run this again.")
    print(f"Removed at the provider: {deleted} records of calls and texts")
    return deleted


def _told(found: Forgotten, waiting: int) -> str:
    numbers = {
        "promises": found.promises + waiting,
        "recordings": len(found.recordings),
        "links to conversations": found.conversations,
        "links to times of waiting": found.waits,
        "blocks": found.blocks,
        "counts": found.counts,
    }
    return ", ".join(f"{number} {kind}" for kind, number in numbers.items())

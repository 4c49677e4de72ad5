"""`ivr caller forget`: everything that is known of a number goes, here and at the provider."""

import click

from ivr import clock
from ivr.cli.callers import number_of
from ivr.cli.context import fail, settings
from ivr.cli.staff_changing import note
from ivr.cli.stored import changing
from ivr.jobs.forgetting import Forgetting
from ivr.jobs.messages import Messages
from ivr.journal.keys import keys_of
from ivr.settings import Settings
from ivr.storage.forgetting import Forgotten


@click.group()
def caller() -> None:
    """Forget callers who ask for it."""


@caller.command()
@click.argument("number")
def forget(number: str) -> None:
    """Remove everything that is known of NUMBER: promises, also open ones, messages, blocks, counts.

    The number may be written as it is dialled where the helpline is; - reads it from standard input, which
    leaves no trace in the shell. The statistics stay: nothing in them leads to anybody. The running helpline
    deletes at the provider what is still there.
    """
    own = settings()
    forgetting = _forgetting(own)
    e164 = number_of(number, own)
    with changing(own) as connection:
        found, waiting = forgetting.forget(connection, e164, clock.now())
        if not (found.anything or waiting):
            fail("Nothing is known of that number")
        told = _told(found, waiting)
        note(connection, "caller forgotten", told)
    forgetting.remove_files(found)
    print(f"Removed: {told}")


def _forgetting(own: Settings) -> Forgetting:
    keys = keys_of(own)
    messages = Messages(own.data_dir / "messages", keys[0], clock.now, keys[1:])
    return Forgetting(keys, messages, own.data_dir / "journal")


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

"""`ivr keys`: a new secret, and what was sealed with older ones."""

import click

from ivr.cli.context import fail, settings
from ivr.cli.staff_changing import note
from ivr.cli.stored import changing
from ivr.console.codes import sealing_of
from ivr.journal.keys import FILE, add_key, keys_of
from ivr.journal.sealing import SealBrokenError, Sealing
from ivr.storage.sealed import CODES, NUMBERS, last_block, seal_anew


@click.group()
def keys() -> None:
    """Change the secret: SECRET_KEY, or DATA_DIR/secret-key, may hold several keys, newest first."""


@keys.command()
def new() -> None:
    """Put a new key first in DATA_DIR/secret-key; with SECRET_KEY set, do so there by hand.

    Start the helpline again after it, on every machine, then run: ivr keys rotate
    """
    own = settings()
    if own.secret_key:
        fail("SECRET_KEY is set: put a new key and | before what it is, and start everything again")
    number = add_key(own.data_dir / FILE)
    print(f"{own.data_dir / FILE} holds {number} keys. Start the helpline again, then run: ivr keys rotate")


@keys.command()
def rotate() -> None:
    """Seal anew, with the newest key, what older ones have sealed; say when those are needed no more.

    Every process must know the newest key by then: start them all with both keys first.
    """
    own = settings()
    known = keys_of(own)
    numbers, codes = Sealing(*known), sealing_of(*known)
    with changing(own) as connection:
        done = seal_anew(connection, NUMBERS, lambda sealed: _anew(numbers, sealed))
        others = seal_anew(connection, CODES, lambda sealed: _anew(codes, sealed))
        until = last_block(connection)
        note(connection, "secret changed", f"{done[0]} numbers and {others[0]} codes sealed anew")
    print(f"Sealed anew: {done[0]} numbers of callers, {others[0]} codes of staff.")
    if until:
        print(f"Blocks made with older keys hold while those are there; the last ends {until:%Y-%m-%d}.")
    print("Messages are found by: ivr caller forget, under the key with which they were left.")
    if done[1] or others[1]:
        fail(
            f"Not readable with any key: {done[1]} numbers, {others[1]} codes. Put the missing key back"
            " after the others, and run this again."
        )


def _anew(sealing: Sealing, sealed: str) -> str | None:
    try:
        return sealing.seal_anew(sealed)
    except SealBrokenError:
        return None

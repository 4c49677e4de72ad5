"""How staff name a caller: by number, or by what the caller left behind."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click
import phonenumbers
from sqlalchemy import Connection

from ivr.cli.context import fail
from ivr.journal.keys import keys_of
from ivr.journal.sealing import SealBrokenError, Sealing
from ivr.privacy import hashed, hashes
from ivr.settings import Settings
from ivr.storage.blocks import Trace, behind_conversation, behind_promise

_NO_NUMBER = "That is no telephone number; write it with + and country code, as +27105550123"


@dataclass(frozen=True, slots=True)
class Whom:
    """A caller as named on the command line."""

    number: str | None = None
    promise: int | None = None
    conversation: int | None = None


def named(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the argument NUMBER and its alternatives, as `whom`."""

    @click.argument("number", required=False)
    @click.option("--promise", type=int, metavar="ID", help="Who was promised this: see ivr promises")
    @click.option("--conversation", type=int, metavar="ID", help="Who had this: see ivr calls conversations")
    @wraps(command)
    def run(number: str | None, promise: int | None, conversation: int | None, **others: Any) -> None:
        command(whom=Whom(number, promise, conversation), **others)

    return run


def caller_of(connection: Connection, whom: Whom, own: Settings) -> str:
    """The keyed hash of the caller's number, under the newest key; or the end of the command."""
    return callers_of(connection, whom, own)[0]


def callers_of(connection: Connection, whom: Whom, own: Settings) -> tuple[str, ...]:
    """What may stand for the caller's number, the newest first; or the end of the command."""
    keys = keys_of(own)
    ways = [each for each in (whom.number, whom.promise, whom.conversation) if each is not None]
    if len(ways) != 1:
        fail(
            "Say whom in one way: a NUMBER (- reads it from standard input), --promise or --conversation",
            code=2,
        )
    if whom.number is not None:
        return hashes(keys, number_of(whom.number, own))
    if whom.promise is not None:
        return _behind(keys, behind_promise(connection, whom.promise), f"promise {whom.promise}")
    number = whom.conversation or 0
    return _behind(keys, behind_conversation(connection, number), f"conversation {number}")


def number_of(written: str, own: Settings) -> str:
    """The number, E.164, as it is dialled where the helpline is (- reads it); or the end of the command."""
    number = sys.stdin.readline() if written == "-" else written
    country = phonenumbers.region_code_for_number(phonenumbers.parse(own.helpline_number))
    try:
        parsed = phonenumbers.parse(number.strip(), country)
    except phonenumbers.NumberParseException:
        fail(_NO_NUMBER)
    if not phonenumbers.is_possible_number(parsed):
        fail(_NO_NUMBER)
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if not hashed(b"", e164):
        fail("Many callers share that number: a network writes it for those who withhold theirs")
    return e164


def _behind(keys: tuple[bytes, ...], trace: Trace | None, what: str) -> tuple[str, ...]:
    if trace is None:
        fail(f"There is no {what}")
    callers = (trace.caller,) if trace.caller else hashes(keys, _opened(keys, trace.sealed))
    if not callers:
        fail(f"Nothing is known of the number behind {what}: it was withheld, or is no longer kept")
    return callers


def _opened(keys: tuple[bytes, ...], sealed: str) -> str:
    try:
        return Sealing(*keys).open(sealed) if sealed else ""
    except SealBrokenError as error:
        fail(str(error))

"""`ivr counsellors pin`: lets a counsellor sign in on the counsellors' line."""

import secrets
import sys

import click
from sqlalchemy import Connection

from ivr.cli.context import fail, settings
from ivr.cli.staff_changing import note as noted
from ivr.cli.stored import changing
from ivr.duty.names import same_name
from ivr.flow.roster import Counsellor
from ivr.storage.counsellors import list_counsellors
from ivr.storage.pins import remove_pin, set_pin

DIGITS = range(6, 9)
"""How many digits a PIN may have: whoever pretends to be a phone may try some five hundred a day."""
_LEAST_DIFFERENT = 3
_RUN = "01234567890"


@click.command()
@click.argument("name")
@click.option("--set", "own", is_flag=True, help="Ask for the PIN instead of making one.")
@click.option("--remove", is_flag=True, help="Take the PIN away: the phone rings, but cannot sign in.")
def pin(name: str, own: bool, remove: bool) -> None:
    """Give the counsellor NAME (or their phone, +27…) a PIN for the counsellors' line; printed once.

    Text messages from their phone are obeyed too from then on.
    """
    if own and remove:
        fail("--set and --remove: use one of them")
    chosen = settings()
    digits = _asked() if own else "".join(secrets.choice("0123456789") for _ in range(DIGITS.start))
    with changing(chosen) as connection:
        person = _find(connection, name)
        if remove:
            print(_removed(person, gone=remove_pin(connection, person.key)))
            noted(connection, "counsellor's PIN removed", person.name)
            return
        set_pin(connection, person.key, digits)
        noted(connection, "counsellor's PIN made", person.name)
    print(f"{person.name} can sign in from {person.phone} now.")
    if not own:
        print(f"PIN: {digits} (nobody can show it again; tell only {person.name})")


def _asked() -> str:
    digits: str = click.prompt("PIN", hide_input=True, confirmation_prompt=True, err=True)
    if not (digits.isascii() and digits.isdigit() and len(digits) in DIGITS):
        fail(f"A PIN is {DIGITS.start} to {DIGITS.stop - 1} digits and nothing else; try again")
    if len(set(digits)) < _LEAST_DIFFERENT or digits in _RUN or digits in _RUN[::-1]:
        fail("That PIN is easily guessed; choose another, or leave --set out to have one made")
    return digits


def _removed(person: Counsellor, *, gone: bool) -> str:
    return f"{person.name} cannot sign in any more." if gone else f"{person.name} had no PIN."


def _find(connection: Connection, name: str) -> Counsellor:
    everybody = list_counsellors(connection)
    found = [each for each in everybody if name == each.phone or same_name(name) == same_name(each.name)]
    if not found:
        fail(f"No counsellor is called {name!r}; see: ivr counsellors list")
    if len(found) > 1:
        print(f"{len(found)} counsellors are called {name!r}:", file=sys.stderr)
        fail(*(f"  {each.phone}" for each in found), "Name the one you mean by phone.")
    return found[0]

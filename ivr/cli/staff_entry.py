"""`ivr staff invite`, `pin`, `sign-out`, `codes-off`, `remove`, `restore`: how an account is signed in to."""

import secrets

import click
from sqlalchemy import Connection

from ivr import clock
from ivr.cli.context import settings
from ivr.cli.staff_changing import actor, change, changing_staff, found, note
from ivr.cli.staff_people import print_link
from ivr.storage.accounts import Account, AccountError
from ivr.storage.accounts_changes import activate, deactivate, end_sessions
from ivr.storage.accounts_codes import remove_totp
from ivr.storage.accounts_hashes import hashed_secret
from ivr.storage.accounts_keys import set_pin, unlock
from ivr.storage.invitations import invite

PIN_DIGITS = 6


@click.command("invite")
@click.argument("login")
def invite_(login: str) -> None:
    """Print a new link with which LOGIN sets a password; the one before is void."""
    with changing_staff() as connection:
        account = found(connection, login)
        if not account.active:
            raise AccountError(f"{account.name} was removed; first: ivr staff restore {login}")
        token = invite(connection, account.id, actor(), clock.now())
        note(connection, "invitation made", account.name)
    print(f"{account.name} signs in as {account.login}.")
    print_link(settings(), token)


@click.command()
@click.argument("login")
@click.option("--remove", "gone", is_flag=True, help="Take the PIN away.")
def pin(login: str, gone: bool) -> None:
    """Give LOGIN a new PIN for the staff line; printed once. They may set another in the console."""
    digits = "" if gone else "".join(secrets.choice("0123456789") for _ in range(PIN_DIGITS))
    stored = hashed_secret(digits) if digits else ""
    action = "PIN removed" if gone else "PIN set"
    account = change(login, action, lambda connection, each: set_pin(connection, each.id, stored))
    if gone:
        print(f"{account.name} has no PIN any more.")
        return
    print(f"Staff number {account.number}, PIN {digits} (nobody can show it again; tell only {account.name})")


@click.command("sign-out")
@click.argument("login")
def sign_out(login: str) -> None:
    """Sign LOGIN out everywhere."""
    account = change(
        login, "signed out everywhere", lambda connection, each: end_sessions(connection, each.id)
    )
    print(f"{account.name} is signed out everywhere.")


@click.command("codes-off")
@click.argument("login")
def codes_off(login: str) -> None:
    """Ask LOGIN for the password alone, as after the loss of the telephone that makes the codes."""

    def off(connection: Connection, each: Account) -> None:
        remove_totp(connection, each.id)
        unlock(connection, each)

    account = change(login, "codes switched off", off)
    print(f"{account.name} is not asked for a code any more.")


@click.command()
@click.argument("login")
def remove(login: str) -> None:
    """Let LOGIN not sign in any more, from this moment on; what they did stays, and none of their secrets."""
    account = change(login, "account deactivated", lambda connection, each: deactivate(connection, each.id))
    print(f"{account.name} may not sign in any more.")


@click.command()
@click.argument("login")
def restore(login: str) -> None:
    """Let LOGIN sign in again, after `remove`: print the link with which they set a new password."""
    with changing_staff() as connection:
        account = activate(connection, found(connection, login).id)
        token = invite(connection, account.id, actor(), clock.now())
        note(connection, "account activated", account.name)
    print(f"{account.name} may sign in again.")
    print_link(settings(), token)

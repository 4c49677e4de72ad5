"""What the commands about staff share: one change of one account, noted, or the reason why not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from getpass import getuser

from sqlalchemy import Connection

from ivr import clock
from ivr.cli.context import fail, settings
from ivr.cli.stored import changing
from ivr.storage import audit
from ivr.storage.accounts import Account, AccountError, list_accounts, plain_login

COMMAND = "command"


@contextmanager
def changing_staff() -> Iterator[Connection]:
    """A transaction that keeps everything, or the end of the command, with nothing changed."""
    try:
        with changing(settings()) as connection:
            yield connection
    except AccountError as error:
        fail(f"{error}.")


def change(login: str, action: str, do: Callable[[Connection, Account], object]) -> Account:
    """Do it to the account, and note it."""
    with changing_staff() as connection:
        account = found(connection, login)
        do(connection, account)
        note(connection, action, account.name)
    return account


def found(connection: Connection, login: str) -> Account:
    """The account with that login, name or staff number; or the end of the command."""
    everybody = list_accounts(connection)
    same = (
        each
        for each in everybody
        if login in {each.number, each.name} or plain_login(login) in {each.login, each.name.lower()}
    )
    account = next(same, None)
    if account is None:
        fail(f"Nobody signs in as {login!r}; see: ivr staff list")
    return account


def note(connection: Connection, action: str, about: str) -> None:
    """Keep in the audit log that whoever has this machine did it."""
    audit.note(connection, clock.now(), actor(), action, about, COMMAND)


def actor() -> str:
    """Who runs the command, as the machine knows them."""
    try:
        return f"{getuser()} (command)"
    except (KeyError, OSError):
        return "command"

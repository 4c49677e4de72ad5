"""`ivr staff list`, `add`, `roles`, `first`: who there is, and what they may do."""

import click

from ivr import clock
from ivr.cli.context import fail, settings
from ivr.cli.staff_changing import actor, change, changing_staff, note
from ivr.cli.stored import languages_of, print_json, print_table, storage
from ivr.settings import Settings
from ivr.storage.accounts import Account, Role, list_accounts
from ivr.storage.accounts_changes import add_account, set_roles
from ivr.storage.engine import reading
from ivr.storage.invitations import LASTS, invite, invite_first, link_of

ROLES = [role.value for role in Role]
ONCE = f"The link works once, within {LASTS.days} days. Whoever opens it first sets the password."


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def list_(as_json: bool) -> None:
    """List every account, those who may not sign in any more last."""
    with reading(storage(settings())) as connection:
        everybody = list_accounts(connection)
    if as_json:
        print_json(_shown(each) for each in everybody)
        return
    rows = [
        (each.name, each.login, ", ".join(_roles(each)) or "none", each.number, _state(each))
        for each in everybody
    ]
    print_table(("name", "login", "roles", "number", "state"), rows, "Nobody has an account.")


@click.command()
@click.argument("name")
@click.option("--login", required=True, help="What they sign in as: an e-mail address, or one word.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(ROLES),
    help="May be given several times.",
)
@click.option("--language", default="en", show_default=True, help="The language they work in.")
def add(name: str, login: str, roles: tuple[str, ...], language: str) -> None:
    """Add NAME, and print the link with which they set their password."""
    own = settings()
    known = languages_of(own)
    if known and language not in known:
        fail(f"--language: {language!r} is none of {', '.join(sorted(known))}")
    at = clock.now()
    with changing_staff() as connection:
        account = add_account(connection, name, login, map(Role, roles), language, at)
        token = invite(connection, account.id, actor(), at)
        note(connection, "account added", f"{account.name}: {', '.join(_roles(account))}")
    print(f"{account.name} is added; staff number {account.number}.")
    print_link(own, token)


@click.command()
@click.argument("login")
@click.argument("roles", nargs=-1, type=click.Choice(ROLES))
def roles(login: str, roles: tuple[str, ...]) -> None:
    """Give the account LOGIN these ROLES, and no others."""
    wanted = frozenset(map(Role, roles))
    told = ", ".join(sorted(roles)) or "no role"
    account = change(login, f"roles: {told}", lambda connection, each: set_roles(connection, each.id, wanted))
    print(f"{account.name} has now: {told}.")


@click.command()
def first() -> None:
    """Print a link for the first administrator, while nobody has an account."""
    own = settings()
    with changing_staff() as connection:
        token = invite_first(connection, clock.now())
    if token is None:
        print("Somebody has an account already; see: ivr staff list, ivr staff invite LOGIN")
        return
    print_link(own, token)


def print_link(own: Settings, token: str) -> None:
    """The link, and what it is worth."""
    print(link_of(own.public_url, token))
    print(ONCE)


def _shown(account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "login": account.login,
        "roles": _roles(account),
        "number": account.number,
        "language": account.language,
        "state": _state(account),
        "pin": account.has_pin,
        "codes": account.has_totp,
        "seen": account.seen.isoformat() if account.seen else None,
    }


def _roles(account: Account) -> list[str]:
    return sorted(each.value for each in account.roles)


def _state(account: Account) -> str:
    if not account.active:
        return "removed"
    return "active" if account.has_password else "invited"

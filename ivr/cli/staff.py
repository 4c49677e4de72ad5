"""`ivr staff`: who may sign in to the console and the staff line."""

import click

from ivr.cli.staff_entry import codes_off, invite_, pin, remove, restore, sign_out
from ivr.cli.staff_log import log
from ivr.cli.staff_people import add, first, list_, roles


@click.group()
def staff() -> None:
    """Accounts for the console and the staff line: add, invite, give roles, remove."""


staff.add_command(add)
staff.add_command(codes_off)
staff.add_command(first)
staff.add_command(invite_)
staff.add_command(list_)
staff.add_command(log)
staff.add_command(pin)
staff.add_command(remove)
staff.add_command(restore)
staff.add_command(roles)
staff.add_command(sign_out)

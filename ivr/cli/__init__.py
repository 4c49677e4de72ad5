"""The commands; each is imported only when it is called, so that a quick one stays quick."""

import sys
from importlib import import_module
from types import ModuleType

import click

from ivr.lasting import lasting

COMMANDS = {
    "audio": "Build, list, print and import what callers hear.",
    "backup": "Put everything that must not be lost into one file.",
    "call": "Place a call through the exchange, on this terminal.",
    "caller": "Forget a caller: everything that is known of a number.",
    "calls": "See what came of conversations; block numbers, and free them.",
    "check": "Prove that the content is whole and that no caller can get stuck.",
    "counsellors": "Import and list the people who take calls.",
    "doctor": "Look at the live set-up, and say what to do.",
    "exchange": "",
    "explain": "Say in words what a telephony URL stands for.",
    "keys": "Change the secret: a new key, and what was sealed with older ones.",
    "migrate": "Bring the database to this version's tables.",
    "notices": "List what staff were told, and what could not be delivered.",
    "promises": "List what callers have been promised.",
    "restore": "Bring everything back from a backup.",
    "purge": "Remove what is older than it may be; what is promised stays.",
    "roster": "Shifts and what changes them; who is on duty; where the gaps are.",
    "serve": "Answer calls.",
    "staff": "Accounts for the console and the staff line: add, invite, give roles, remove.",
    "twilio": "Connect a number, and write the answer for when this server is gone.",
    "words": "Words that staff have edited: into the files, and out of them.",
    "worker": "Do later work in a process of its own.",
}


class LazyGroup(click.Group):
    """A group whose command NAME is the click command NAME in the module ivr.cli.NAME."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, sorted."""
        del ctx
        return sorted(name for name, about in COMMANDS.items() if about)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = getattr(_imported(f"ivr.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101 (a slip of ours, never of a user)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list for --help, without importing anything."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(sorted(each for each in COMMANDS.items() if each[1]))


def _imported(name: str) -> ModuleType:
    if name in sys.modules:
        return sys.modules[name]
    with lasting():
        return import_module(name)


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=None, version=__import__("ivr").__version__)
def main() -> None:
    """A voice helpline in the caller's own language."""

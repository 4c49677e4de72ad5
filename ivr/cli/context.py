"""What every command needs first: the settings, and errors said in a way that helps."""

import os
import sys
from typing import NoReturn

from ivr.settings import Settings, SettingsError, read_settings


def settings() -> Settings:
    """The settings of this process; a wrong environment ends the command with the list of problems."""
    try:
        return read_settings(os.environ)
    except SettingsError as error:
        fail("These settings cannot be used:", *error.problems)


def fail(*lines: str, code: int = 1) -> NoReturn:
    """End the command: each line on standard error, then the exit code."""
    for line in lines:
        print(line, file=sys.stderr, flush=True)
    sys.exit(code)

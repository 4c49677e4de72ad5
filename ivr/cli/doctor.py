"""`ivr doctor`."""

import json
import os
import sys
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr import clock
from ivr.cli.context import fail, settings
from ivr.content import ContentError
from ivr.logs import begin_logging
from ivr.settings import Settings
from ivr.storage.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.app.doctor import Doctor
    from ivr.console.settings_facts import Check

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@click.option(
    "--bundle", metavar="FILE.zip", type=_FILE, help="Write what a helper from afar needs, redacted."
)
@click.option("--log", metavar="FILE", type=_FILE, help="Put the end of this log into the bundle, redacted.")
def doctor(*, as_json: bool, bundle: Path | None, log: Path | None) -> None:
    """Look at the live set-up and say what to do; exit 1 if something keeps callers from being helped.

    It asks the database, the telephone network, and its own addresses as seen from outside. Nothing is
    changed and nobody is rung.
    """
    if log and not bundle:
        fail("--log: is put into a bundle; add --bundle FILE.zip")
    own = settings()
    begin_logging(own)
    with _doctor(own) as looking:
        found = looking.findings()
        _print(found, as_json=as_json)
        if bundle:
            _write(bundle, looking, found, log)
    sys.exit(any(each.level.value == "missing" for each in found))


@contextmanager
def _doctor(own: Settings) -> "Iterator[Doctor]":
    from ivr.app.doctor import Doctor, looking_at  # noqa: PLC0415 (slow to import)
    from ivr.app.outside import Asking  # noqa: PLC0415 (as above)
    from ivr.telephony.twilio.balance import purse_of  # noqa: PLC0415 (as above)

    try:
        with looking_at(own, clock.now) as parts:
            yield Doctor(parts, Asking(), purse_of(own))
    except ContentError as error:
        fail(f"The content in {own.prompts_dir} cannot be used; see: ivr check", *map(str, error.problems))
    except StorageError as error:
        fail(str(error))
    except OSError as error:
        fail(f"DATA_DIR: {error.filename or own.data_dir}: {error.strerror}; name a folder you may write")


def _print(found: "tuple[Check, ...]", *, as_json: bool) -> None:
    from ivr.app.bundle import told  # noqa: PLC0415 (slow to import)

    if as_json:
        rows = [{**asdict(each), "level": each.level.value} for each in found]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    order = ("missing", "warning", "ok")
    for each in sorted(found, key=lambda check: order.index(check.level.value)):
        print(told(each))


def _write(bundle: Path, looking: "Doctor", found: "tuple[Check, ...]", log: Path | None) -> None:
    from ivr.app.bundle import write_bundle  # noqa: PLC0415 (slow to import)

    try:
        write_bundle(bundle, looking, found, os.environ, log)
    except OSError as error:
        fail(f"--bundle: {error.filename or bundle}: {error.strerror}; name another file")
    click.echo(
        f"{bundle} holds no numbers, names or secrets that are known here; look into it first.", err=True
    )

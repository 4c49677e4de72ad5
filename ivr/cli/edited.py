"""The content as callers are to hear it, for commands: the files, and over them what staff have changed."""

from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from ivr import clock
from ivr.content import NO_EDITS, Content, Edits, load
from ivr.settings import Settings
from ivr.storage.edits import stored_edits
from ivr.storage.engine import engine_for, open_storage, reading
from ivr.storage.errors import StorageError


def edited_content(chosen: Settings) -> Content:
    """The files and the stored edits; a ContentError if the files cannot be used."""
    return load(chosen.prompts_dir, edits_of(chosen))


def edits_of(chosen: Settings) -> Edits:
    """What staff have changed; nothing before there is a database, or, and that is said, while it is away."""
    try:
        if is_yet_to_be_made(chosen):
            return NO_EDITS
        engine = open_storage(chosen)
        try:
            with reading(engine) as connection:
                return stored_edits(connection, clock.now())
        finally:
            engine.dispose()
    except (StorageError, DBAPIError) as error:
        why = error.orig if isinstance(error, DBAPIError) else error
        click.echo(f"warning: what staff have edited is left out: {why}", err=True)
        return NO_EDITS


def is_yet_to_be_made(chosen: Settings) -> bool:
    """Whether there is no database, which the first command that stores something makes."""
    url = engine_for(chosen.database_url).url
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()

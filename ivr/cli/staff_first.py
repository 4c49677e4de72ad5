"""The link for the first administrator, which a server prints while nobody has an account."""

import sys

from sqlalchemy.exc import DBAPIError

from ivr import clock
from ivr.settings import Settings
from ivr.storage.engine import open_storage, writing
from ivr.storage.errors import StorageError
from ivr.storage.invitations import invite_first, link_of


def first_link(own: Settings) -> str | None:
    """A new link, while nobody has an account; the one printed before is void.

    None if there is somebody, or storage is away, which is said on standard error.
    """
    try:
        engine = open_storage(own)
        try:
            with writing(engine) as connection:
                token = invite_first(connection, clock.now())
        finally:
            engine.dispose()
    except (StorageError, DBAPIError):
        print("Whether staff have accounts is not known while storage is away.", file=sys.stderr)
        return None
    return link_of(own.public_url, token) if token else None

"""The number that tells every process that what callers are served from has changed."""

from sqlalchemy import Connection, select, update

from ivr.storage.tables import revision


def read_revision(connection: Connection) -> int:
    """The number now."""
    number: int = connection.scalars(select(revision.c.number)).one()
    return number


def bump(connection: Connection) -> None:
    """Another number; call it in the transaction that changes counsellors, shifts or live takes."""
    connection.execute(update(revision).values(number=revision.c.number + 1))

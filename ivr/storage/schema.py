"""Which tables there are, and the way to this version's; each file in migrations/versions is a step."""

from functools import cache
from importlib.resources import files

from sqlalchemy import Connection, inspect, text

LOCK = 7_483_201  # any number, the same in every process


@cache
def head() -> str:
    """The number of this version's last step, as "0002"."""
    return _steps()[-1]


def steps_after(version: str) -> tuple[str, ...]:
    """The numbers of the steps that follow, in their order."""
    return tuple(each for each in _steps() if each > version)


@cache
def _steps() -> tuple[str, ...]:
    names = (file.name for file in files("ivr.storage.migrations.versions").iterdir())
    return tuple(sorted(name[:4] for name in names if name[:4].isdigit()))


def present(connection: Connection) -> str:
    """The number of the last step that the database has been through, "" for none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def upgrade(connection: Connection) -> tuple[str, str]:
    """Go every step that is missing, in the transaction of `connection`; the numbers before and after."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
    before = present(connection)
    if before < head():
        _run_steps(connection)
    return before, present(connection)


def upgrade_to(connection: Connection, version: str) -> None:
    """Go every step up to that version's, in the transaction of `connection`; never back."""
    if present(connection) < version:
        _run_steps(connection, version)


def _run_steps(connection: Connection, version: str = "head") -> None:
    from alembic import command  # noqa: PLC0415 (slow to import, and rarely needed)
    from alembic.config import Config  # noqa: PLC0415 (as above)

    config = Config()
    config.set_main_option("script_location", "ivr.storage:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, version)

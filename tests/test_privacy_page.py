"""What the README tells an organisation's lawyer is complete, and true of what is set."""

import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

import ivr.storage
from ivr.app.backup import PASSING
from ivr.content.service import RetentionTable
from ivr.storage.tables import METADATA
from tests.test_readme import part

for each in pkgutil.iter_modules(ivr.storage.__path__):
    if each.name.startswith("tables"):
        import_module(f"ivr.storage.{each.name}")


@pytest.mark.parametrize("table", sorted(METADATA.tables))
def test_every_table_is_told_of(table: str) -> None:
    assert f"`{table}`" in part("privacy")


@pytest.mark.parametrize(
    "name",
    sorted(
        {each for each in PASSING if not each.endswith(("-shm", "-wal"))}
        | {"messages", "takes", "journal", "departures", "secret-key"}
    ),
)
def test_everything_beside_the_database_is_told_of(name: str) -> None:
    told = part("privacy").partition("In `DATA_DIR` lie")[2]

    assert f"`{name}`" in told or f"`{name}/`" in told


@pytest.mark.parametrize(("name", "days"), sorted(RetentionTable().model_dump().items()))
def test_the_days_are_those_that_hold_unless_they_are_set_otherwise(name: str, days: int) -> None:
    lines = [line for line in part("privacy").splitlines() if f"(`{name}`)" in line]

    assert lines
    assert all(f"{days} days" in line for line in lines)


def test_the_shipped_settings_are_the_defaults() -> None:
    shipped = import_module("ivr.content").load(Path(__file__).parents[1] / "prompts").service.retention

    assert RetentionTable() == shipped

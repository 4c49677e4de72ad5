"""Staff are told of each promise that the database refuses; it goes when settled messages go."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from ivr.jobs.refused import RefusedPromises
from ivr.storage.engine import reading
from ivr.storage.tables_notices import notices
from tests.jobs.test_retention import NOON, House, numbers, passes


@pytest.fixture
def house(tmp_path: Path, database: Path) -> House:
    (tmp_path / "helpline.db").write_bytes(database.read_bytes())
    return House(tmp_path)


def put_aside(folder: Path, name: str = "a") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.refused"
    path.write_bytes(b"{}")
    os.utime(path, (NOON.timestamp(),) * 2)
    return path


def told(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        found = connection.execute(select(notices.c.kind, notices.c.key).order_by(notices.c.id))
        return [(row.kind, row.key) for row in found]


def test_each_is_told_once_whichever_machine_looks(either_engine: Engine, tmp_path: Path) -> None:
    looks = [RefusedPromises(either_engine, tmp_path / name) for name in ("one", "two")]
    for look in looks:
        look.look()
    nothing = told(either_engine)
    put_aside(tmp_path / "one")
    put_aside(tmp_path / "two", "b")
    for look in looks * 2:
        look.look()

    assert ([], [("promise-refused", "a"), ("promise-refused", "b")]) == (nothing, told(either_engine))


def test_it_goes_half_a_year_later_as_settled_messages_do(house: House) -> None:
    path = put_aside(house.folder / "journal")
    passes(house, 180)
    early = (house.purged(), path.exists())
    passes(house, 180.1)
    counted, late = numbers(house.retention.counted()), (house.purged(), path.exists())

    assert ({}, True) == early
    assert {"refused promises": 1} == counted
    assert ({"refused promises": 1}, False) == late


def test_every_machine_removes_its_own(house: House) -> None:
    path = put_aside(house.folder / "journal")
    passes(house, 180)
    house.retention.purge()
    house.at += timedelta(days=1)
    house.files.look()

    assert not path.exists()

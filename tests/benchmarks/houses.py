"""A helpline in a folder on a database of its own, new or filled before it: SQLite, or PostgreSQL."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from ivr.content import load
from ivr.lasting import lasting
from ivr.storage.engine import engine_for, migrate
from tests.app.stage import Stage, make_stage
from tests.benchmarks.many_prompts import write_prompts, write_sounds
from tests.console.staging import ConsoleStage

POSTGRESQL = bool(os.environ.get("POSTGRESQL"))


@dataclass
class House:
    """A helpline on one of the two databases; `folder` is its own."""

    folder: Path
    stage: Stage
    console: ConsoleStage = field(init=False)

    def __post_init__(self) -> None:
        self.console = ConsoleStage(self.stage)

    @property
    def parts(self) -> Any:
        return self.stage.parts


def house(folder: Path, prompts: int, languages: tuple[str, ...], url: str) -> House:
    """The helpline in that folder; the words that are shipped, and more up to so many."""
    write_prompts(folder / "prompts", prompts, languages)
    write_sounds(folder / "audio", load(folder / "prompts"), languages)
    told = {"PROMPTS_DIR": str(folder / "prompts"), "DATABASE_URL": url}
    with lasting():
        stage = make_stage(folder, folder / "audio", None, environ=told)
    return House(folder, stage)


def database(folder: Path, request: pytest.FixtureRequest, name: str) -> str:
    """The URL of a new database in that folder, or of one on the server of PostgreSQL."""
    (folder / "data").mkdir()
    url = f"sqlite:///{folder / 'data' / 'helpline.db'}"
    if POSTGRESQL:
        server: str = request.getfixturevalue("postgresql")
        own = create_engine(
            server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with own.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        own.dispose()
        url = server.replace("/postgres?", f"/{name}?")
    engine = engine_for(url)
    migrate(engine)
    engine.dispose()
    return url

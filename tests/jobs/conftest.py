from tests.app.stage import audio, database
from tests.storage.conftest import engine as either_engine
from tests.storage.conftest import postgresql

__all__ = ["audio", "database", "either_engine", "postgresql"]

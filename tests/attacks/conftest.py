from tests.app.stage import audio, database
from tests.storage.conftest import postgresql

__all__ = ["audio", "database", "postgresql"]

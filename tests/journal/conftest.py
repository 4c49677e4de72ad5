from tests.storage.conftest import engine as either_engine
from tests.storage.conftest import postgresql

__all__ = ["either_engine", "postgresql"]

from tests.app.stage import audio, database

__all__ = ["audio", "database"]

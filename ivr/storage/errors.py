"""What can be wrong with storage."""

PATIENCE = 5  # seconds for a lock, a connection or a statement, before storage counts as away


class StorageError(Exception):
    """The database cannot be used as it is; says what to do."""


class StorageAwayError(StorageError):
    """The database does not answer now; it may again later."""


class NewerTablesError(StorageError):
    """The tables are a newer version's: processes of this one go on with them until that takes over."""


class ChangedMeanwhileError(Exception):
    """Somebody else has changed it since it was looked at; nothing was changed now."""

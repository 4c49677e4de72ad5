"""What the journal keeps, as files and in the database: messages, call-backs, missed calls."""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from ivr.storage.callbacks import (
    CALLBACK,
    MISSED_CALL,
    CallBack,
    MissedCall,
    store_callback,
    store_missed_call,
)
from ivr.storage.forgotten import is_forgotten
from ivr.storage.promises import MESSAGE, Message, drop_recording, store_message

_LOG = logging.getLogger(__name__)
Entry = Message | CallBack | MissedCall
_KINDS: Mapping[type[Entry], str] = {Message: MESSAGE, CallBack: CALLBACK, MissedCall: MISSED_CALL}
_TYPES: Mapping[str, type[Entry]] = {kind: each for each, kind in _KINDS.items()}


def kind_of(entry: Entry) -> str:
    """The kind of promise it becomes."""
    return _KINDS[type(entry)]


def file_name(entry: Entry) -> str:
    """The same name for the same entry, whoever writes it; without a word about the caller."""
    part = entry.recording if isinstance(entry, Message) else f"{kind_of(entry)} {_attempt(entry)}"
    name = sha256(f"{entry.call}\0{part}".encode()).hexdigest()
    return f"{name[:32]}.json"


def write_entry(entry: Entry) -> bytes:
    """The entry as the content of a file; numbers in it are sealed already."""
    return json.dumps({"kind": kind_of(entry), **asdict(entry), "at": entry.at.isoformat()}).encode()


def read_entry(content: bytes) -> Entry:
    """The entry in a file, without a kind a message; ValueError, TypeError or KeyError if it is none."""
    values: dict[str, Any] = json.loads(content)
    made = _TYPES[values.pop("kind", MESSAGE)]
    return _checked(made(**{**values, "at": datetime.fromisoformat(values["at"])}))


def store_entry(connection: Connection, entry: Entry) -> None:
    """Make the entry one promise, however often it is told; drop it if its caller was forgotten since."""
    if is_forgotten(connection, _callers(entry), entry.at):
        _drop(connection, entry)
    elif isinstance(entry, Message):
        store_message(connection, entry)
    elif isinstance(entry, CallBack):
        store_callback(connection, entry)
    else:
        store_missed_call(connection, entry)


def _callers(entry: Entry) -> set[str]:
    """What stands for the numbers in it: whose call it was, and whom to ring."""
    rung = entry.rung if isinstance(entry, CallBack) else ""
    return {entry.caller, rung} - {""}


def _drop(connection: Connection, entry: Entry) -> None:
    _LOG.warning("A promise to a caller who was forgotten since is dropped")
    if isinstance(entry, Message):
        drop_recording(connection, entry.recording, entry.at)


def _checked(entry: Entry) -> Entry:
    """The entry, if everything in it is of a kind that a database knows; a ValueError or TypeError else."""
    if entry.at.tzinfo is None:
        raise ValueError("at: a moment without its zone")
    for each in fields(entry):
        if not isinstance(getattr(entry, each.name), (str, int, datetime)):
            raise TypeError(f"{each.name}: neither words nor a whole number")
    return entry


def _attempt(entry: CallBack | MissedCall) -> int:
    return entry.attempt if isinstance(entry, CallBack) else 1

"""Forgets one caller: what storage knows of them, their messages' files, and promises that wait on disk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from ivr.jobs.messages import Messages
from ivr.journal.entries import Entry
from ivr.journal.promise_files import remove_waiting
from ivr.journal.sealing import SealBrokenError, Sealing
from ivr.privacy import hashes
from ivr.storage.forgetting import Forgotten, forget_caller
from ivr.storage.promises import Message


class NobodyError(Exception):
    """No caller is known by that number: it is withheld, or many share it."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Where traces of callers are, here and in storage; `keys` are the helpline's, newest first."""

    keys: tuple[bytes, ...]
    messages: Messages
    journal: Path

    def forget(self, connection: Connection, number: str, at: datetime) -> tuple[Forgotten, int]:
        """Remove all that leads to that number (E.164), and how many promises waited on disk; NobodyError.

        What the provider has is deleted there by whoever fetches messages. Remove the files after the commit.
        """
        callers = hashes(self.keys, number)
        if not callers:
            raise NobodyError
        is_theirs = self._is(number)
        waiting = remove_waiting(self.journal, lambda entry: _is_of(entry, callers, is_theirs))
        return forget_caller(connection, callers, is_theirs, at), waiting

    def remove_files(self, found: Forgotten) -> None:
        """Remove the messages that lie on this machine; others remove theirs within the hour."""
        for each in found.recordings:
            self.messages.remove(each)

    def _is(self, number: str) -> Callable[[str], bool]:
        sealing = Sealing(*self.keys)

        def is_theirs(sealed: str) -> bool:
            try:
                return sealing.open(sealed) == number
            except SealBrokenError:
                return False

        return is_theirs


def _is_of(entry: Entry, callers: tuple[str, ...], is_theirs: Callable[[str], bool]) -> bool:
    return entry.caller in callers or (not isinstance(entry, Message) and is_theirs(entry.number))

"""Keeps promises and notes of calls again and again, each time killed (SIGKILL) at another moment.

    python -m tests.faults.keeper DATA_DIR KILLS SEED

Each child keeps messages, brings in what waits, and notes calls, on a database that may be away; it is killed
after a while that chance decides. One line for each promise or note that was acknowledged before.
"""

import os
import select
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import sleep
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ivr.flow.call_note import ENDED, CallWord
from ivr.journal.calls import CallJournal
from ivr.journal.promises import PromiseJournal
from ivr.journal.sealing import Sealing
from ivr.storage.engine import engine_for, reading
from ivr.storage.promises import list_promises

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
AWAY = "postgresql://ivr@127.0.0.1:1/ivr"
LONGEST = 0.06  # seconds that a child lives after its first word


def work(folder: Path, nth: int, chance: Random, told: int) -> None:
    """Keep, note and bring in without end; say what is acknowledged."""
    engine = engine_for(AWAY if chance.random() < 0.5 else f"sqlite:///{folder}/helpline.db")
    promises = PromiseJournal(engine, folder / "journal", Sealing(b"a secret of the test"))
    calls = CallJournal(engine, folder / "journal" / "calls", ZoneInfo("UTC"))
    _ask(engine)
    os.write(told, b"begun\n")
    for number in range(1_000):
        call = f"CA{nth}x{number}"
        promises.keep_message(call, f"RE{nth}x{number}", 12, "zu", 1, AT)
        os.write(told, b"promise %s\n" % call.encode())
        calls.note(CallWord(call, ENDED, AT))
        calls.write()
        os.write(told, b"call %s\n" % call.encode())
        promises.drain()
        if chance.random() < 0.3:
            calls.drain()


def warm_up(folder: Path) -> None:
    """Import once what each child would import as it needs it."""
    for url in (AWAY, f"sqlite:///{folder}/helpline.db"):
        engine = engine_for(url)
        _ask(engine)
        engine.dispose()


def _ask(engine: Engine) -> None:
    with suppress(SQLAlchemyError), reading(engine) as connection:
        list_promises(connection)


def run(folder: Path, nth: int, chance: Random) -> bytes:
    """One child, killed; what it has said."""
    ours, theirs = os.pipe()
    lives = chance.random() * LONGEST
    child = os.fork()
    if not child:
        try:
            work(folder, nth, chance, theirs)
        finally:
            os._exit(1)
    os.close(theirs)
    select.select([ours], [], [], 30)
    sleep(lives)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(ours, "rb") as said:
        return said.read()


if __name__ == "__main__":
    warm_up(Path(sys.argv[1]))
    chance = Random(int(sys.argv[3]))
    for nth in range(int(sys.argv[2])):
        sys.stdout.buffer.write(run(Path(sys.argv[1]), nth, chance))

"""Accepts a take again and again, each time killed (SIGKILL) at another moment; tells what is left each time.

    python -m tests.sound.accepting_child DATA_DIR KILLS

Each child draws up a draft and accepts it; it is killed when it has made so many calls, of Python or C. One
line of JSON says what was live before, what was confirmed, what is live now, and which files are there.
"""

import json
import os
import signal
import sqlite3
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ivr.content.catalogue import Prompt
from ivr.settings import read_settings
from ivr.sound.intake import Origin
from ivr.sound.report import Examined, Master, Report
from ivr.sound.takes import open_takes
from ivr.storage.engine import engine_for, migrate

PROMPT = Prompt("welcome", "zu", "Sawubona.", "", 5, 1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NEVER = 10**9
LAST = 600  # calls


def accept(folder: Path, nth: int, die_after: int, confirmed: int) -> int:
    """Draft and accept take `nth`, dying on the way; how many calls that were."""
    settings = read_settings({"DATA_DIR": str(folder)})
    engine = engine_for(settings.database_url)
    takes = open_takes(settings, engine, lambda: NOON + timedelta(seconds=nth))
    examined = Examined(Report(2.0, 1.8, -20.0, ()), Master(f"RIFF{nth}".encode(), 2.0, -20.0, -3.0))
    calls = 0

    def count(*_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == die_after:
            os.kill(os.getpid(), signal.SIGKILL)

    threading.setprofile(count)
    sys.setprofile(count)
    draft = takes.draft_of(PROMPT, b"%d" % nth, examined, Origin("a.wav", "phone", "Thandi", NOON)).take
    assert draft
    takes.accept(draft.id, "Thandi", patience=60)
    sys.setprofile(None)
    os.write(confirmed, b"accepted")
    return calls


def run(folder: Path, nth: int, die_after: int) -> dict[str, Any]:
    """One child, and what it leaves."""
    before = live(folder)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, b" %d" % accept(folder, nth, die_after, writer))
        os._exit(0)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read().split()
    return {
        "killed": os.WIFSIGNALED(status),
        "accepted": b"accepted" in told[:1],
        "calls": int(told[1]) if len(told) > 1 else 0,
        "before": before,
        "live": live(folder),
        "content": [_content(folder, file) for _, file in live(folder)],
        "wanted": f"RIFF{nth}",
    }


def live(folder: Path) -> list[list[Any]]:
    """Id and file of what callers hear, as a program of its own sees it."""
    with closing(sqlite3.connect(folder / "helpline.db")) as database:
        return [list(row) for row in database.execute("SELECT id, file FROM takes WHERE live")]


def _content(folder: Path, file: str) -> str | None:
    path = folder / "takes" / "zu" / file
    return path.read_text() if path.is_file() else None


def main(folder: Path, kills: int) -> None:
    """Two run to their ends, the second to be counted; the others are killed, each a little later."""
    settings = read_settings({"DATA_DIR": str(folder)})
    folder.mkdir(parents=True)
    engine = engine_for(settings.database_url)
    migrate(engine)
    engine.dispose()
    first = run(folder, 0, NEVER)
    calls = run(folder, 1, NEVER)["calls"]
    half = kills // 2
    # The commit is near the end: half of the kills are spread over everything, half over the last part.
    moments = [calls * each // half for each in range(1, half)]
    moments += [calls - LAST + LAST * each // half for each in range(half)]
    told = [first, *(run(folder, nth, moment) for nth, moment in enumerate(moments, 2))]
    for each in told:
        print(json.dumps(each))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

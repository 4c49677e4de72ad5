"""A process that notes calls without end, and says after each write how many calls are on disk: to be killed.

python -m tests.journal.call_writer FOLDER DATABASE_URL
"""

import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from ivr.flow.call_note import CallWord
from ivr.journal.calls import CallJournal
from ivr.storage.engine import engine_for

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def main(folder: Path, url: str) -> None:
    journal = CallJournal(engine_for(url), folder, ZoneInfo("UTC"))
    for number in count(1):
        journal.note(CallWord(f"CA{number}", "ended", NOON))
        journal.write()
        if number % 50 == 0:
            journal.store()
        print(number, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

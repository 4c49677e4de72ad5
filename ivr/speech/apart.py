"""One prompt spoken and mastered beside a server, by a child process."""

import json
from base64 import b64encode
from dataclasses import asdict

from ivr.sound.apart import run_apart
from ivr.sound.manifest import Entry
from ivr.speech.work import Work

MODULE = "ivr.speech.piece"
SECONDS = 60.0


def do_apart(work: Work) -> Entry:
    """What `ivr.speech.making.do` does, in a process that may break or hang; a SoundError if it cannot."""
    written = {**asdict(work), "folder": str(work.folder), "audio": b64encode(work.audio).decode()}
    done = run_apart(MODULE, (), json.dumps(written).encode(), SECONDS)
    return Entry(**json.loads(done))

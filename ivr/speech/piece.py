"""`python -m ivr.speech.piece`: one prompt spoken and mastered by a child process, beside a server."""

import json
from base64 import b64decode, b64encode
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ivr.sound.apart import answer, run_apart
from ivr.sound.manifest import Entry
from ivr.sound.samples import SoundError
from ivr.speech.engine import SpeechError
from ivr.speech.work import Work, do

MODULE = "ivr.speech.piece"
SECONDS = 60.0


def do_apart(work: Work) -> Entry:
    """What `ivr.speech.work.do` does, in a process that may break or hang; a SoundError if it cannot."""
    written = {**asdict(work), "folder": str(work.folder), "audio": b64encode(work.audio).decode()}
    done = run_apart(MODULE, (), json.dumps(written).encode(), SECONDS)
    return Entry(**json.loads(done))


def _do(data: bytes) -> bytes:
    told: dict[str, Any] = json.loads(data)
    work = Work(**{**told, "folder": Path(told["folder"]), "audio": b64decode(told["audio"])})
    return json.dumps(asdict(do(work))).encode()


if __name__ == "__main__":
    answer(_do, SpeechError, SoundError)

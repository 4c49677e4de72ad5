"""`python -m ivr.speech.piece`: one prompt spoken and mastered by a child process, beside a server."""

import json
from base64 import b64decode
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ivr.sound.apart import answer
from ivr.sound.trouble import SoundError
from ivr.speech.engine import SpeechError
from ivr.speech.making import do
from ivr.speech.work import Work


def _do(data: bytes) -> bytes:
    told: dict[str, Any] = json.loads(data)
    work = Work(**{**told, "folder": Path(told["folder"]), "audio": b64decode(told["audio"])})
    return json.dumps(asdict(do(work))).encode()


if __name__ == "__main__":
    answer(_do, SpeechError, SoundError)

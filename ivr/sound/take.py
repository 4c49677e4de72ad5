"""`python -m ivr.sound.take`: a recording checked, freed of the key that ended it, mastered."""

import json
import sys
from dataclasses import asdict

from ivr.sound.apart import answer
from ivr.sound.band import to_telephone_band
from ivr.sound.checks import check
from ivr.sound.decode import decode
from ivr.sound.master import master_of, soft_master_of
from ivr.sound.report import Examined
from ivr.sound.samples import Samples
from ivr.sound.tones import Tone, find_tones
from ivr.sound.trouble import SoundError

LONGEST = 180.0
ENDING = 0.6  # seconds from the end within which a key is the one that stopped the recording


def examine(data: bytes, expected: float, longest: float) -> Examined:
    """The recording checked and mastered; SoundError if it is no sound. Only in a process of its own.

    `expected` 0 is a sound without words: not judged as speech, and mastered softer.
    """
    sound = decode(data, LONGEST)
    telephone, tones = _without_finish_key(to_telephone_band(sound))
    report = check(sound, telephone, tones, expected, longest)
    made = master_of if expected else soft_master_of
    return Examined(report, made(telephone) if report.accepted else None)


def main(expected: float, longest: float) -> None:
    """The child: the recording on standard input; a line of JSON and the master on standard output."""
    answer(lambda data: _written(examine(data, expected, longest)), SoundError)


def _without_finish_key(telephone: Samples) -> tuple[Samples, tuple[Tone, ...]]:
    tones = find_tones(telephone)
    if not tones or tones[-1].end < telephone.seconds - ENDING:
        return telephone, tones
    # A tone's first window may be half voice, and is then not seen as a tone.
    last = round((tones[-1].begin - 0.02) * telephone.rate)
    return Samples(telephone.values[: max(0, last)], telephone.rate), tones[:-1]


def _written(examined: Examined) -> bytes:
    made = examined.master
    told = {
        "report": asdict(examined.report),
        "master": made and {"seconds": made.seconds, "level": made.level, "peak": made.peak},
    }
    return json.dumps(told).encode() + b"\n" + (made.wav if made else b"")


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))

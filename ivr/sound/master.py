"""A sound made fit for the telephone: same input, same bytes."""

from dataclasses import dataclass

from ivr.sound.band import to_telephone_band
from ivr.sound.decode import LONGEST, decode
from ivr.sound.level import speech_activity, true_peak
from ivr.sound.limiter import limit
from ivr.sound.samples import Samples, SoundError, write_wav
from ivr.sound.target import TARGET
from ivr.sound.trim import trim

CEILING = -3.3
MOST_GAIN = 25.0
ROUNDS = 4
NEAR_ENOUGH = 0.05


@dataclass(frozen=True, slots=True)
class Master:
    """A telephone master: 8 kHz mono 16-bit WAV, its seconds, level (dBov) and true peak (dBTP)."""

    wav: bytes
    seconds: float
    level: float
    peak: float


def master(data: bytes, longest: float = LONGEST) -> Master:
    """The master of any recording or synthesised speech; SoundError if it cannot be one."""
    return master_of(to_telephone_band(decode(data, longest)))


def master_of(telephone: Samples) -> Master:
    """The master of a sound that is in the telephone's band already."""
    level = speech_activity(telephone).level
    if TARGET - level > MOST_GAIN:
        raise SoundError(f"too quiet: {level:.0f} dBov, at least {TARGET - MOST_GAIN:.0f} is needed")
    done = _level(trim(telephone), TARGET - level)
    return Master(write_wav(done), done.seconds, speech_activity(done).level, true_peak(done))


def _level(speech: Samples, gain: float) -> Samples:
    # The limiter takes a little of the level away, and what it takes depends on the gain: hence rounds.
    for _ in range(ROUNDS):
        done = limit(_amplify(speech, gain), CEILING)
        error = TARGET - speech_activity(done).level
        if abs(error) <= NEAR_ENOUGH:
            break
        gain += error
    return done


def _amplify(samples: Samples, gain: float) -> Samples:
    return Samples(samples.values * 10 ** (gain / 20), samples.rate)

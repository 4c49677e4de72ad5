"""A sound made fit for the telephone: same input, same bytes."""

from ivr.sound.band import to_telephone_band
from ivr.sound.decode import LONGEST, decode
from ivr.sound.level import speech_activity, true_peak
from ivr.sound.limiter import limit
from ivr.sound.report import Master
from ivr.sound.samples import Samples, write_wav
from ivr.sound.target import COMFORT, TARGET
from ivr.sound.trim import faded, trim
from ivr.sound.trouble import SoundError

CEILING = -3.3
MOST_GAIN = 25.0
ROUNDS = 4
NEAR_ENOUGH = 0.05


def master(data: bytes, longest: float = LONGEST) -> Master:
    """The master of any recording or synthesised speech; SoundError if it cannot be one."""
    return master_of(to_telephone_band(decode(data, longest)))


def soft_master(data: bytes) -> Master:
    """The master of a sound without words; SoundError if it cannot be one."""
    return soft_master_of(to_telephone_band(decode(data)))


def master_of(telephone: Samples) -> Master:
    """The master of a sound that is in the telephone's band already."""
    return _brought(trim(telephone), speech_activity(telephone).level, TARGET)


def soft_master_of(telephone: Samples) -> Master:
    """The same of a sound without words: whole, quieter than speech, faded at both ends."""
    return _brought(faded(telephone), speech_activity(telephone).level, COMFORT)


def _brought(sound: Samples, level: float, target: float) -> Master:
    if target - level > MOST_GAIN:
        raise SoundError(f"too quiet: {level:.0f} dBov, at least {target - MOST_GAIN:.0f} is needed")
    done = _level(sound, target - level, target)
    return Master(write_wav(done), done.seconds, speech_activity(done).level, true_peak(done))


def _level(speech: Samples, gain: float, target: float) -> Samples:
    # The limiter takes a little of the level away, and what it takes depends on the gain: hence rounds.
    for _ in range(ROUNDS):
        done = limit(_amplify(speech, gain), CEILING)
        error = target - speech_activity(done).level
        if abs(error) <= NEAR_ENOUGH:
            break
        gain += error
    return done


def _amplify(samples: Samples, gain: float) -> Samples:
    return Samples(samples.values * 10 ** (gain / 20), samples.rate)

"""What is wrong with a take, said so that the reader can do better."""

import numpy as np

from ivr.sound.level import Activity, frame_levels, speech_activity
from ivr.sound.report import Finding, Report
from ivr.sound.samples import Samples
from ivr.sound.tones import Tone
from ivr.sound.trim import speech_span
from ivr.sound.trouble import SoundError

SILENT = -60.0
LEAST_SPEECH = 0.2
TOO_QUIET = (-45.0, -36.0)
CLIPS_A_SECOND = (8.0, 1.0)
RAIL = 0.998
RAIL_PEAK = 0.9
RAIL_RUN = 3
NOISE_DISTANCE = (12.0, 20.0)
NO_PAUSES = 0.97
TOO_SHORT = (0.3, 0.5)
TOO_LONG = 2.2
LONG_SILENCE = 2.5
LATE_START = 2.0


def check(
    sound: Samples, telephone: Samples, tones: tuple[Tone, ...], expected: float, longest: float
) -> Report:
    """The report on a take, as recorded and in the telephone's band; its words take `expected` seconds.

    `expected` 0 is a sound without words, which may have neither pauses nor silence, and may sound like keys.
    """
    activity = speech_activity(telephone)
    try:
        begin, end = speech_span(telephone)
    except SoundError as error:
        return Report(sound.seconds, 0.0, activity.level, (Finding("silent", True, str(error)),))
    speech = end - begin
    if activity.level < SILENT or speech < LEAST_SPEECH:
        return Report(
            sound.seconds, speech, activity.level, (Finding("silent", True, "nothing is said in it"),)
        )
    if not expected:
        return Report(sound.seconds, speech, activity.level, tuple(_wordless(sound, activity, longest)))
    found = [
        *_quiet(activity.level),
        *_clipped(sound),
        *_noisy(telephone, activity),
        *_keys(tones),
        *_length(speech, expected, longest),
        *_pauses(telephone, begin, end),
    ]
    return Report(sound.seconds, speech, activity.level, tuple(found))


def _wordless(sound: Samples, activity: Activity, longest: float) -> list[Finding]:
    too_long = sound.seconds > longest > 0
    text = f"{sound.seconds:.1f} s, at most {longest:g} s are wanted: cut it"
    long = [Finding("long", False, text)] if too_long else []
    return [*_quiet(activity.level), *_clipped(sound), *long]


def clips(sound: Samples) -> int:
    """How often the sound stays at its highest value for three samples or more: cut, not recorded."""
    magnitude = np.abs(sound.values)
    peak = float(magnitude.max(initial=0.0))
    if peak <= RAIL_PEAK:
        return 0
    edges = np.diff(np.concatenate([[0], (magnitude >= RAIL * peak).astype(int), [0]]))
    lengths = np.flatnonzero(edges < 0) - np.flatnonzero(edges > 0)
    return int(np.count_nonzero(lengths >= RAIL_RUN))


def _quiet(level: float) -> list[Finding]:
    if level >= TOO_QUIET[1]:
        return []
    return [
        Finding("quiet", level < TOO_QUIET[0], f"too quiet ({level:.0f} dBov): speak closer to the telephone")
    ]


def _clipped(sound: Samples) -> list[Finding]:
    rate = clips(sound) / sound.seconds
    if rate <= CLIPS_A_SECOND[1]:
        return []
    return [
        Finding("clipped", rate > CLIPS_A_SECOND[0], "too loud, it crackles: speak a little further away")
    ]


def _noisy(telephone: Samples, activity: Activity) -> list[Finding]:
    distance = activity.level - float(np.percentile(frame_levels(telephone), 10))
    if distance >= NOISE_DISTANCE[1]:
        return []
    if distance < NOISE_DISTANCE[0]:
        return [Finding("noisy", True, f"noisy ({distance:.0f} dB above the noise): record in a quiet room")]
    if activity.share > NO_PAUSES:
        return [Finding("noisy", False, "how noisy it is cannot be judged, there is no pause in it")]
    return [
        Finding("noisy", False, f"some noise ({distance:.0f} dB below the voice): a quieter room is better")
    ]


def _keys(tones: tuple[Tone, ...]) -> list[Finding]:
    heard = ", ".join(f"{tone.key} at {tone.begin:.1f} s" for tone in tones)
    return (
        [Finding("keys", False, f"a key was pressed while recording ({heard}): record it again")]
        if heard
        else []
    )


def _length(speech: float, expected: float, longest: float) -> list[Finding]:
    ratio = speech / expected
    told = f"{speech:.1f} s of speech where about {expected:.0f} s are expected"
    if ratio < TOO_SHORT[1]:
        return [
            Finding("short", ratio < TOO_SHORT[0], f"too short ({told}): is it this prompt, and all of it?")
        ]
    if ratio > TOO_LONG:
        return [Finding("long", False, f"very long ({told}): is it this prompt?")]
    if longest and speech > longest:
        return [Finding("long", False, f"{speech:.1f} s of speech, at most {longest:g} s are wanted")]
    return []


def _pauses(telephone: Samples, begin: float, end: float) -> list[Finding]:
    if begin > LATE_START:
        return [Finding("late", False, f"speech begins after {begin:.1f} s; what is before it was cut away")]
    frames = frame_levels(telephone)[round(begin * 100) : round(end * 100)]
    loud = np.flatnonzero(frames > speech_activity(telephone).level - 25)
    longest = float(np.max(np.diff(loud), initial=0)) / 100
    if longest > LONG_SILENCE:
        return [Finding("pause", False, f"a pause of {longest:.1f} s inside it")]
    return []

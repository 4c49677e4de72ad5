"""Any recording or synthesised speech → mono numbers, without trusting the file."""

import io
from collections.abc import Iterator

import av
import numpy as np

from ivr.sound.samples import TELEPHONE_RATE, Samples, write_wav
from ivr.sound.trouble import SoundError

# Playlists and concat scripts name other files: only what holds its own sound is opened.
FORMATS = (
    "wav,w64,mp3,ogg,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,amr,amrnb,amrwb,flac,aiff,caf,aac,asf,g722,gsm,au"
)
LONGEST = 600.0
RATES = range(4000, 192_001)


def decode(data: bytes, longest: float = LONGEST) -> Samples:
    """The sound at its own rate, channels mixed; SoundError if unreadable or over `longest` seconds."""
    if not data:
        raise SoundError("the file is empty")
    try:
        with av.open(io.BytesIO(data), "r", options={"format_whitelist": FORMATS}) as container:
            rate, parts = _read(container, longest)
    except (av.FFmpegError, ValueError) as error:
        raise SoundError(f"this is not sound we can read ({_reason(error)})") from error
    if not parts:
        raise SoundError("there is no sound in this file")
    return Samples(np.concatenate(parts).astype(np.float64), rate)


def to_wav(data: bytes, longest: float = LONGEST) -> bytes:
    """Any recording as 8 kHz mono 16-bit WAV, level and length as they are; SoundError as `decode`."""
    return write_wav(resample(decode(data, longest), TELEPHONE_RATE))


def resample(samples: Samples, rate: int) -> Samples:
    """The same sound at another rate."""
    if samples.rate == rate:
        return samples
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    frames = [*resampler.resample(frame_of(samples)), *resampler.resample(None)]
    return Samples(_join(frames), rate)


def frame_of(samples: Samples) -> av.AudioFrame:
    """The sound as one frame of the decoder library."""
    values = samples.values.astype(np.float32)[np.newaxis]
    frame = av.AudioFrame.from_ndarray(values, format="flt", layout="mono")
    frame.sample_rate = samples.rate
    frame.pts = 0
    return frame


def _read(container: av.container.InputContainer, longest: float) -> tuple[int, list[np.ndarray]]:
    if not container.streams.audio:
        raise SoundError("there is no sound in this file")
    stream = container.streams.audio[0]
    stream.codec_context.thread_count = 1
    rate = stream.codec_context.sample_rate
    if rate not in RATES:
        raise SoundError(f"{rate} samples a second is not a rate we can read")
    return rate, list(_parts(container, stream, rate, longest))


def _parts(
    container: av.container.InputContainer, stream: av.AudioStream, rate: int, longest: float
) -> Iterator[np.ndarray]:
    # A browser's webm tells no duration, and a header may lie: seconds are counted while decoding.
    left = int(longest * rate)
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    for frame in _frames(container, stream):
        for mixed in resampler.resample(frame):
            left -= mixed.samples
            if left < 0:
                raise SoundError(f"longer than {longest:g} seconds")
            yield mixed.to_ndarray()[0]
    yield from (mixed.to_ndarray()[0] for mixed in resampler.resample(None))


def _frames(container: av.container.InputContainer, stream: av.AudioStream) -> Iterator[av.AudioFrame]:
    # A recorder's last packet may be padding or half a packet: left out. Damage before the end is an error.
    broken: av.InvalidDataError | None = None
    for packet in container.demux(stream):
        if broken and packet.size:
            raise broken
        try:
            yield from packet.decode()
        except av.InvalidDataError as error:
            broken = error


def _join(frames: list[av.AudioFrame]) -> np.ndarray:
    parts = [frame.to_ndarray()[0] for frame in frames]
    return np.concatenate(parts).astype(np.float64) if parts else np.zeros(0)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)

"""Real speech, made once: espeak-ng's, which is the same on every run."""

import io
from collections.abc import Callable

import av
import numpy as np
import pytest

from ivr.sound.decode import decode, frame_of
from ivr.sound.samples import Samples, write_wav
from ivr.speech.espeak import speak

WORDS = "You are not alone. Press 1 to speak to a counsellor now. Press 2 for signs of an overdose."


@pytest.fixture(scope="session")
def spoken() -> Samples:
    """Six seconds of speech at 22,050 Hz."""
    return decode(speak(WORDS, "en", 150))


@pytest.fixture(scope="session")
def wav_of() -> Callable[[np.ndarray, int], bytes]:
    def wav(values: np.ndarray, rate: int = 22050) -> bytes:
        return write_wav(Samples(values, rate))

    return wav


@pytest.fixture(scope="session")
def encoded() -> Callable[[Samples, str, str, int], bytes]:
    """The sound as another program would write it: container, codec, rate."""

    def encode(sound: Samples, container: str, codec: str, rate: int) -> bytes:
        buffer = io.BytesIO()
        with av.open(buffer, "w", format=container) as out:
            stream = out.add_stream(codec, rate=rate, layout="mono")
            resampler = av.AudioResampler(
                format=stream.codec_context.format or "s16",
                layout="mono",
                rate=rate,
                frame_size=stream.codec_context.frame_size or None,
            )
            for frame in [*resampler.resample(frame_of(sound)), *resampler.resample(None), None]:
                for packet in stream.encode(frame):
                    out.mux(packet)
        return buffer.getvalue()

    return encode

import io
import struct
import wave
from collections.abc import Callable

import numpy as np
import pytest

from ivr.sound.decode import decode, to_wav
from ivr.sound.samples import Samples
from ivr.sound.trouble import SoundError

Encoded = Callable[..., bytes]


@pytest.mark.parametrize(
    ("container", "codec", "rate"),
    [
        ("mp3", "libmp3lame", 24000),
        ("webm", "libopus", 48000),
        ("ogg", "libopus", 48000),
        ("mp4", "aac", 44100),
        ("adts", "aac", 44100),
        ("flac", "flac", 44100),
        ("aiff", "pcm_s16be", 44100),
        ("caf", "pcm_s16le", 44100),
        ("wav", "pcm_mulaw", 8000),
        ("wav", "pcm_f32le", 48000),
        ("3gp", "libopencore_amrnb", 8000),
        ("amr", "libopencore_amrnb", 8000),
    ],
)
def test_whatever_people_record_with_can_be_read(
    spoken: Samples, encoded: Encoded, container: str, codec: str, rate: int
) -> None:
    sound = decode(encoded(spoken, container, codec, rate))

    assert pytest.approx(sound.seconds, abs=0.15) == spoken.seconds
    assert pytest.approx(np.sqrt(np.mean(sound.values**2)), rel=0.3) == np.sqrt(np.mean(spoken.values**2))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no sound at all " * 100,
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"RIFF\xff\xff\xff\xffWAVEfmt ",
    ],
)
def test_what_is_no_sound_or_names_other_files_is_refused(data: bytes) -> None:
    with pytest.raises(SoundError):
        decode(data)


def test_decoding_stops_at_the_cap_whatever_the_header_says(encoded: Encoded) -> None:
    long = Samples(np.full(8000 * 30, 0.1), 8000)

    with pytest.raises(SoundError, match="longer than 20 seconds"):
        decode(encoded(long, "webm", "libopus", 48000), longest=20)


def test_both_channels_are_heard() -> None:
    left = np.sin(2 * np.pi * 500 * np.arange(8000) / 8000)
    stereo = np.stack([left * 20000, np.zeros(8000)], axis=1).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(stereo.tobytes())

    assert np.abs(decode(buffer.getvalue()).values).max() > 0.2


def test_a_browser_recording_becomes_a_telephone_wav(spoken: Samples, encoded: Encoded) -> None:
    data = to_wav(encoded(spoken, "webm", "libopus", 48000))

    with wave.open(io.BytesIO(data)) as out:
        assert (8000, 1, 2) == (out.getframerate(), out.getnchannels(), out.getsampwidth())
        assert pytest.approx(spoken.seconds, abs=0.1) == out.getnframes() / 8000


def test_half_a_packet_at_the_end_is_left_out() -> None:
    # A telephone exchange's WAV: GSM, 65 bytes for 320 samples, and a byte that makes the length even.
    form = struct.pack("<HHIIHHHH", 0x31, 1, 8000, 1625, 65, 0, 2, 320)
    chunks = (b"fmt ", form, b"data", b"\0" * 65 * 25 + b"\0")
    body = b"WAVE" + b"".join(
        part if len(part) == 4 else struct.pack("<I", len(part)) + part for part in chunks
    )

    assert 1.0 == decode(b"RIFF" + struct.pack("<I", len(body)) + body).seconds


def test_damage_before_the_end_is_an_error(spoken: Samples, encoded: Encoded) -> None:
    sound = bytearray(encoded(spoken, "adts", "aac", 44100))
    sound[len(sound) // 2 : len(sound) // 2 + 300] = b"\xff" * 300

    with pytest.raises(SoundError, match="not sound we can read"):
        decode(bytes(sound))

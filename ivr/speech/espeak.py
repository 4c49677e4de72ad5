"""espeak-ng through ctypes. Only child processes load it: it is not safe beside other threads, nor twice."""

import ctypes
import struct
from _ctypes import dlclose

import espeakng_loader

from ivr.speech.engine import SpeechError

RETRIEVAL = 1
DO_NOT_EXIT = 0x8000
UTF8 = 1
RATE = 1
BUFFER_MILLISECONDS = 5000
SEED = 1
SHORTEST = 400  # samples; "..." gives 198 and no error

Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(ctypes.c_void_p)
)


def speak(text: str, voice: str, words_per_minute: int) -> bytes:
    """The text as 16-bit mono WAV, the same bytes for the same words; SpeechError if it cannot be spoken."""
    if not any(letter.isalnum() for letter in text):
        raise SpeechError("there is nothing to speak in it")
    # Spoken twice by one loaded library the same text differs; loaded anew (4 ms) it is equal.
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    try:
        return _spoken(library, text, voice, words_per_minute)
    finally:
        library.espeak_Terminate()
        dlclose(library._handle)  # noqa: SLF001 (ctypes has no other way to unload a library)


def _spoken(library: ctypes.CDLL, text: str, voice: str, words_per_minute: int) -> bytes:
    path = espeakng_loader.get_data_path().encode()
    rate = library.espeak_Initialize(RETRIEVAL, BUFFER_MILLISECONDS, path, DO_NOT_EXIT)
    if rate <= 0:
        raise SpeechError(f"espeak-ng does not start ({rate}); install espeakng-loader again")
    # It seeds its chance by the clock, and voices with breath in them, as en+f3, would differ each second.
    library.espeak_ng_SetRandSeed(ctypes.c_long(SEED))
    parts: list[bytes] = []
    callback = Callback(lambda samples, count, _events: _keep(parts, samples, count))
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice.encode()):
        raise SpeechError(f"espeak-ng has no voice {voice!r}")
    library.espeak_SetParameter(RATE, words_per_minute, 0)
    _synthesise(library, text)
    return _wav(b"".join(parts), rate)


def _keep(parts: list[bytes], samples: "ctypes._Pointer[ctypes.c_short]", count: int) -> int:
    if samples and count > 0:
        parts.append(ctypes.string_at(samples, 2 * count))
    return 0


def _synthesise(library: ctypes.CDLL, text: str) -> None:
    data = text.encode() + b"\0"
    error = library.espeak_Synth(data, ctypes.c_size_t(len(data)), 0, 0, 0, UTF8, None, None)
    if error:
        raise SpeechError(f"espeak-ng cannot speak it (error {error})")
    library.espeak_Synchronize()


def _wav(pcm: bytes, rate: int) -> bytes:
    if len(pcm) < 2 * SHORTEST:
        raise SpeechError("espeak-ng made no sound of it")
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16)
    return (
        struct.pack("<4sI4s", b"RIFF", 36 + len(pcm), b"WAVE")
        + form
        + struct.pack("<4sI", b"data", len(pcm))
        + pcm
    )

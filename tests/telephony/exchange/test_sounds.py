"""Sounds are fetched, checked and kept as the network does."""

import pytest

from ivr.telephony.exchange.errors import TwimlError
from ivr.telephony.exchange.recordings import fit_voice
from ivr.telephony.exchange.rest_recordings import to_mp3
from ivr.telephony.exchange.sounds import Media, Sounds
from tests.calls.harness import silence_wav

URL = "http://h.test/a.wav"


class Shelf:
    def __init__(self, media: Media) -> None:
        self.media = media
        self.fetched = 0

    async def fetch(self, url: str) -> Media:
        self.fetched += 1
        return self.media


@pytest.mark.parametrize(
    ("cache_control", "fetches"),
    [
        ("max-age=60", 1),
        ("public, max-age=60, immutable", 1),
        ("", 3),
        ("no-store, max-age=60", 3),
        ("max-age=0", 3),
    ],
)
async def test_a_sound_is_kept_as_long_as_its_cache_control_allows(cache_control: str, fetches: int) -> None:
    shelf = Shelf(Media(200, "audio/wav", cache_control, silence_wav(1.5)))
    sounds = Sounds(shelf, lambda: 0.0)

    seconds = [(await sounds.get(URL)).seconds for _ in range(3)]

    assert [1.5] * 3 == seconds
    assert fetches == shelf.fetched


async def test_a_kept_sound_is_fetched_again_when_its_time_is_over() -> None:
    shelf, now = Shelf(Media(200, "audio/wav", "max-age=60", silence_wav(1))), [0.0]
    sounds = Sounds(shelf, lambda: now[0])

    await sounds.get(URL)
    now[0] = 61.0
    await sounds.get(URL)

    assert 2 == shelf.fetched


@pytest.mark.parametrize(
    ("status", "kind", "body", "code"),
    [
        (404, "audio/wav", b"", 11200),
        (200, "text/html", b"<html>", 12300),
        (200, "audio/mpeg", b"no sound", 13420),
    ],
)
async def test_what_cannot_be_played_has_a_number(status: int, kind: str, body: bytes, code: int) -> None:
    with pytest.raises(TwimlError) as refused:
        await Sounds(Shelf(Media(status, kind, "", body)), lambda: 0.0).get(URL)

    assert code == refused.value.code


async def test_the_seconds_of_an_mp3_are_known_too() -> None:
    sound = await Sounds(Shelf(Media(200, "audio/mpeg", "", to_mp3(silence_wav(3)))), lambda: 0.0).get(URL)

    assert 3.0 == pytest.approx(sound.seconds, abs=0.2)


@pytest.mark.parametrize("seconds", [0.5, 1.0, 3.3])
def test_a_generated_voice_speaks_exactly_so_long(seconds: float) -> None:
    assert len(silence_wav(seconds)) == len(fit_voice(silence_wav(1), seconds))

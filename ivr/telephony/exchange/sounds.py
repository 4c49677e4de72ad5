"""Sounds, fetched as the network does: checked, timed, and kept as long as their Cache-Control allows."""

import io
import re
import wave
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import av

from ivr.telephony.exchange.errors import TwimlError
from ivr.telephony.exchange.leg import Sound

TYPES = frozenset(
    f"audio/{each}"
    for each in ("mpeg", "wav", "wave", "x-wav", "aiff", "x-aifc", "x-aiff", "x-gsm", "gsm", "ulaw")
)
MOST_KEPT = 5000


@dataclass(frozen=True, slots=True)
class Media:
    """A fetched sound file."""

    status: int
    content_type: str
    cache_control: str
    body: bytes


class Shelf(Protocol):
    """Fetches sound files; aiohttp in life, a folder or the application itself in tests."""

    async def fetch(self, url: str) -> Media:
        """The file; TwimlError 11200 when nothing answers."""


class Sounds:
    """The sounds heard so far, by URL."""

    def __init__(self, shelf: Shelf, now: Callable[[], float]) -> None:
        self._shelf = shelf
        self._now = now
        self._kept: dict[str, tuple[float, Sound]] = {}

    async def get(self, url: str) -> Sound:
        """The sound with its seconds, or a TwimlError that says why it cannot be heard."""
        until, sound = self._kept.get(url, (0.0, None))
        if sound is not None and self._now() < until:
            return sound
        media = await self._shelf.fetch(url)
        sound = Sound(_seconds(_checked(media, url), url), url=url)
        self._keep(url, sound, media.cache_control)
        return sound

    def _keep(self, url: str, sound: Sound, cache_control: str) -> None:
        seconds = fresh_seconds(cache_control)
        if seconds:
            if len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[url] = (self._now() + seconds, sound)


def fresh_seconds(cache_control: str) -> int:
    """How long an answer with this Cache-Control may be kept."""
    if re.search(r"no-store|no-cache", cache_control):
        return 0
    age = re.search(r"max-age=([0-9]{1,9})", cache_control)
    return int(age[1]) if age else 0


def _checked(media: Media, url: str) -> Media:
    if media.status != 200:  # noqa: PLR2004 (HTTP's OK)
        raise TwimlError(11200, f"the sound {url} answered {media.status}", url=url)
    kind = media.content_type.partition(";")[0].strip().lower()
    if kind not in TYPES:
        raise TwimlError(12300, f"the sound {url} has content type {kind!r}, which cannot be played", url=url)
    return media


def _seconds(media: Media, url: str) -> float:
    try:
        with wave.open(io.BytesIO(media.body)) as sound:
            seconds: float = sound.getnframes() / sound.getframerate()
            return seconds
    except (wave.Error, EOFError, ZeroDivisionError):
        return _decoded_seconds(media, url)


def _decoded_seconds(media: Media, url: str) -> float:
    try:
        with av.open(io.BytesIO(media.body), mode="r") as container:
            samples = sum(int(each.samples) for each in container.decode(audio=0))
            seconds: float = samples / container.streams.audio[0].rate
            return seconds
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise TwimlError(13420, f"the sound {url} cannot be decoded: {error}", url=url) from error

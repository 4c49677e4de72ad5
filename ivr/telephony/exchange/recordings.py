"""Recordings: kept in memory, there for fetching a little after they were made, until they are deleted."""

import asyncio
import io
import wave
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Recording:
    """One recording; its `wav` is empty until it can be fetched, `fetched` is set when somebody has."""

    sid: str
    call: str
    seconds: int
    made: float
    wav: bytes = field(default=b"", repr=False)
    status: str = "processing"
    fetched: asyncio.Event = field(default_factory=asyncio.Event)


class Recordings:
    """Every recording not yet deleted."""

    def __init__(self) -> None:
        self._kept: dict[str, Recording] = {}

    def add(self, sid: str, call: str, seconds: float, now: float) -> Recording:
        """A new recording, whose media follows."""
        made = Recording(sid, call, max(1, round(seconds)), now)
        self._kept[made.sid] = made
        return made

    def get(self, sid: str) -> Recording | None:
        """The recording, ready or not."""
        return self._kept.get(sid)

    def every(self) -> list[Recording]:
        """All of them, the newest first."""
        return list(reversed(self._kept.values()))

    def close(self) -> None:
        """Nobody need wait for a fetch any more."""
        for each in self._kept.values():
            each.fetched.set()

    def delete(self, sid: str) -> bool:
        """Whether it was there."""
        gone = self._kept.pop(sid, None)
        if gone:
            gone.fetched.set()
        return gone is not None


def fit_voice(voice: bytes, seconds: float) -> bytes:
    """A WAV of that many seconds from a voice's WAV, repeated or cut."""
    with wave.open(io.BytesIO(voice)) as given:
        frames, settings = given.readframes(given.getnframes()), given.getparams()
    width = settings.sampwidth * settings.nchannels
    wanted = max(1, round(seconds * settings.framerate)) * width
    speech = frames or bytes(width)
    target = io.BytesIO()
    with wave.open(target, "wb") as made:
        made.setparams(settings._replace(nframes=0))
        made.writeframes((speech * (wanted // len(speech) + 1))[:wanted])
    return target.getvalue()

"""The sounds behind the studio's pages: a take as callers hear it, as it came, and its picture."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask import Response, abort, send_file

from ivr.console.pages import Pages
from ivr.console.rules import RECORDERS
from ivr.console.studio_place import StudioPages
from ivr.sound.live import Sound, sound_path
from ivr.sound.peaks import peaks
from ivr.sound.store import StoreAwayError
from ivr.sound.takes import TakeLostError
from ivr.storage.takes import Take

BARS = 160
STEP = 3  # width of a bar with the space after it
HIGH = 64
KEPT = "private, max-age=31536000, immutable"  # a take's files never change
INK = "#4c8f88"  # 3:1 on light ground and on dark
FULL = 71  # percent of full scale: the highest peak of a master, -3 dB


@dataclass(frozen=True, slots=True)
class SoundPages(StudioPages):
    """What players and pictures ask for; browsers keep it, since it never changes."""

    def add(self, pages: Pages) -> None:
        """Serve /staff/studio/<language>/<prompt>/takes/<take>/… and …/heard.wav."""
        one = "/studio/<language>/<prompt>/takes/<int(signed=True):take>"
        pages.add(f"{one}/sound.wav", self.sound, may=RECORDERS, name="take_sound")
        pages.add(f"{one}/original", self.original, may=RECORDERS, name="take_original")
        pages.add(f"{one}/waveform.svg", self.waveform, may=RECORDERS, name="take_waveform")
        pages.add("/studio/<language>/<prompt>/heard.wav", self.heard, may=RECORDERS, name="studio_heard")

    def sound(self, language: str, prompt: str, take: int) -> Response:
        """The take as callers hear it."""
        return _kept(_wav(self._master(language, prompt, take)))

    def original(self, language: str, prompt: str, take: int) -> Response:
        """What was recorded or sent, as it came, to download."""
        found = self.take(language, prompt, take)
        name = (
            f"{prompt}.{language}.{found.id}{PurePosixPath(found.original).suffix.replace('.original', '')}"
        )
        data = io.BytesIO(_read(self.desk.takes.original, found))
        # Never shown as anything: a stranger's file may be a page with a script in it.
        return send_file(data, "application/octet-stream", as_attachment=True, download_name=name)

    def waveform(self, language: str, prompt: str, take: int) -> Response:
        """Its picture."""
        sound = self._master(language, prompt, take)
        return _kept(Response(waveform(peaks(sound, BARS)), mimetype="image/svg+xml"))

    def heard(self, language: str, prompt: str) -> Response:
        """What callers of the language hear of the prompt now."""
        sound = self.desk.published().sounds.find(prompt, language)
        return _wav(self._file(sound)) if sound else abort(404)

    def _file(self, sound: Sound) -> bytes:
        settings = self.desk.settings
        path = sound_path(settings.audio_dir, settings.data_dir / "takes", sound.language, sound.file)
        return path.read_bytes() if path else abort(404)

    def _master(self, language: str, prompt: str, take: int) -> bytes:
        return _read(self.desk.takes.master, self.take(language, prompt, take))


def _read(file: Callable[[Take], bytes], take: Take) -> bytes:
    try:
        return file(take)
    except TakeLostError:
        abort(404)
    except StoreAwayError:
        abort(503)


def waveform(heights: tuple[int, ...]) -> str:
    """The picture of a sound: a bar for each height, in percent of full scale."""
    width = STEP * len(heights)
    bars = "".join(_bars(heights))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HIGH}" preserveAspectRatio="none">'
        f'<path d="{bars}" stroke="{INK}" stroke-width="2" stroke-linecap="round"/></svg>'
    )


def _bars(heights: tuple[int, ...]) -> Iterator[str]:
    for place, height in enumerate(heights):
        half = max(0.5, min(height, FULL) / FULL * (HIGH / 2 - 2))
        yield f"M{STEP * place + 1} {HIGH / 2 - half:.3g}v{2 * half:.3g}"


def _wav(data: bytes) -> Response:
    return send_file(io.BytesIO(data), "audio/wav", conditional=True)


def _kept(response: Response) -> Response:
    response.headers["Cache-Control"] = KEPT
    return response

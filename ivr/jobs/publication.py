"""What callers hear now: content and sounds, replaced only together and only by a pair that is whole."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.content import Content, ContentError, load
from ivr.flow.helpline import Helpline
from ivr.sound.live import LiveSounds, read_live
from ivr.sound.manifest import ManifestError, manifest_path
from ivr.storage.takes import Take

_LOG = logging.getLogger(__name__)
Takes = Callable[[], Sequence[Take]]
Stamp = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """One pair of content and sounds; `helpline` offers only the languages that have sound."""

    content: Content
    sounds: LiveSounds
    helpline: Helpline


def publish(content: Content, sounds: LiveSounds) -> Published:
    """The pair, and the menus for callers: languages without a voice are left out."""
    return Published(content, sounds, replace(content.helpline, languages=sounds.offered))


class Publication:
    """Holds the pair that callers hear; `refresh` takes over a newer one if it is at least as good.

    Words that have changed on disk wait until their sound is built: a caller never hears a robot instead of a
    prompt because somebody is editing. Content that cannot be read is refused with its reasons.
    """

    def __init__(self, prompts_dir: Path, audio_dir: Path, takes: Takes) -> None:
        """Raise ContentError for content that cannot be used, ManifestError for a damaged manifest."""
        self._prompts_dir, self._audio_dir, self._takes = prompts_dir, audio_dir, takes
        self._stamp: Stamp = ()
        content = load(prompts_dir)
        self._current = publish(content, read_live(content, audio_dir, takes()))

    def hear(self, takes: Takes) -> None:
        """From now on ask `takes` for the live takes."""
        self._takes = takes

    def current(self) -> Published:
        """The pair of this moment; at once, from memory."""
        return self._current

    def refresh(self) -> None:
        """Look whether content, manifests or takes have changed, and take over what is whole."""
        takes = tuple(self._takes())
        stamp = self._look(takes)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            content = load(self._prompts_dir)
            candidate = publish(content, read_live(content, self._audio_dir, takes))
        except (ContentError, ManifestError) as error:
            _LOG.error("The content on disk cannot be used, callers go on hearing the last: %s", error)
            return
        if _is_as_good(candidate, self._current):
            self._current = candidate
        else:
            _LOG.warning("The content on disk has no sound yet; run: ivr audio build")

    def _look(self, takes: Sequence[Take]) -> Stamp:
        words = sorted(self._prompts_dir.glob("*.toml"))
        manifests = [manifest_path(self._audio_dir, code) for code in self._current.content.languages]
        seen = [(path.name, *_stat(path)) for path in (*words, *manifests)]
        return (*seen, tuple((take.id, take.live) for take in takes))


def _is_as_good(candidate: Published, current: Published) -> bool:
    shipped = candidate.content.languages
    lost = [
        code for code in current.sounds.offered if code in shipped and code not in candidate.sounds.offered
    ]
    return not lost and _default_gaps(candidate) <= _default_gaps(current)


def _default_gaps(published: Published) -> int:
    """The default language is always offered, so what it lacks is counted by itself."""
    return len(published.sounds.missing(published.content.helpline.default_language))


def _stat(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size

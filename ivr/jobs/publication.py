"""What callers hear now: content and sounds, replaced only together and only by a pair that is whole."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.content import Content, ContentError, load
from ivr.flow.helpline import Helpline
from ivr.journal.disk import write_safely
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
    prompt because somebody is editing. Content that cannot be read is refused with its reasons. What is taken
    over is also copied to `last`, so that a process which starts while the content on disk is broken has it.
    """

    def __init__(self, prompts_dir: Path, audio_dir: Path, takes: Takes, last: Path | None = None) -> None:
        """Raise ContentError for content that cannot be used, ManifestError for a damaged manifest."""
        self._prompts_dir, self._audio_dir, self._takes, self._last = prompts_dir, audio_dir, takes, last
        self._stamp: Stamp = ()
        self._remark = ""
        content = self._first()
        self._current = publish(content, read_live(content, audio_dir, takes()))

    def hear(self, takes: Takes) -> None:
        """From now on ask `takes` for the live takes."""
        self._takes = takes

    def current(self) -> Published:
        """The pair of this moment; at once, from memory."""
        return self._current

    @property
    def remark(self) -> str:
        """Why callers do not hear what is on disk; empty: they do."""
        return self._remark

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
            self._remark = "the content on disk cannot be used, callers hear the last; run: ivr check"
            return
        if _is_as_good(candidate, self._current):
            self._take_over(candidate)
        else:
            _LOG.warning("The content on disk has no sound yet; run: ivr audio build")
            self._remark = "the content on disk has no sound yet, callers hear the last; run: ivr audio build"

    def _take_over(self, candidate: Published) -> None:
        if self._remark:
            _LOG.warning("Callers hear the content on disk again")
        self._current, self._remark = candidate, ""
        self._keep()

    def _first(self) -> Content:
        try:
            content = load(self._prompts_dir)
        except ContentError:
            if self._last is None or not self._last.is_dir():
                raise
            _LOG.exception("The content on disk cannot be used; callers hear what was last taken over")
            return load(self._last)
        return content

    def _keep(self) -> None:
        """A copy that cannot be made is only a pity: it serves a start while the content is broken."""
        if self._last is None:
            return
        try:
            for path in self._prompts_dir.glob("*.toml"):
                write_safely(self._last / path.name, path.read_bytes())
        except OSError as error:
            _LOG.warning("The content could not be copied to %s: %s", self._last, error.strerror)

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

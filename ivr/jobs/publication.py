"""What callers hear now: content and sounds, replaced only together and only by a pair that is whole."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock

from ivr.content import NO_EDITS, ContentError, Edits, load
from ivr.content.source import file_stamp
from ivr.jobs.as_good import is_as_good, keys_of
from ivr.jobs.readers import Readers, readers_of
from ivr.jobs.words_held import Published, holding, publish, unspoken
from ivr.jobs.words_kept import is_kept, keep_content, kept_edits
from ivr.sound.manifest import ManifestError, manifest_path
from ivr.storage.takes import Take

__all__ = ["Publication", "Published", "publish"]
_LOG = logging.getLogger(__name__)
NO_SOUND = "the content on disk has no sound yet, callers hear the last; run: ivr audio build"
Takes = Callable[[], Sequence[Take]]
EditsNow = Callable[[], Edits]
Stamp = tuple[object, ...]


class Publication:
    """Holds the pair that callers hear; `refresh` takes over a newer one if it is at least as good.

    Words that have changed on disk wait until their sound is built: a caller never hears a robot instead of a
    prompt because somebody is editing. Words that staff have edited wait each by itself, so that one that
    cannot be spoken holds up no other. Content that cannot be read is refused with its reasons. What is taken
    over is also copied to `last`, so that a process which starts while the content on disk is broken has it.
    """

    def __init__(
        self,
        prompts_dir: Path,
        audio_dir: Path,
        takes: Takes,
        last: Path | None = None,
        readers: Readers | None = None,
        *,
        looking: bool = False,
    ) -> None:
        """Raise ContentError for content that cannot be used, ManifestError for a damaged manifest.

        `readers` may have read the two folders before: what has not changed since is not read again.
        For mere `looking` nothing is copied.
        """
        readers = readers or readers_of(prompts_dir, audio_dir)
        self._prompts_dir, self._audio_dir, self._takes, self._last = prompts_dir, audio_dir, takes, last
        self._stamp: Stamp = ()
        self._remark, self._looking = "", looking
        self._refreshing = Lock()
        # With the words that callers heard last: those that storage has now may not be built here yet.
        self._taken = kept_edits(last) if last else NO_EDITS
        self._edits: EditsNow = lambda: self._taken
        self._sounds, self._words = readers.sounds, readers.words
        self._copied: Stamp = ()
        first = tuple(takes())
        self._recorded = keys_of(first)
        self._current = self._first(first)

    def hear(self, takes: Takes, edits: EditsNow | None = None) -> None:
        """From now on ask `takes` for the live takes, and `edits` for what staff have changed."""
        self._takes, self._edits = takes, edits or self._edits

    def current(self) -> Published:
        """The pair of this moment; at once, from memory."""
        return self._current

    @property
    def remark(self) -> str:
        """Why callers do not hear what is on disk; empty: they do."""
        return self._remark

    def refresh(self) -> None:
        """Look whether content, edits, manifests or takes have changed, and take over what is whole."""
        with self._refreshing:  # a slower, older look must not replace a newer one
            takes, edits = tuple(self._takes()), self._edits()
            stamp = self._look(takes, edits)
            if stamp != self._stamp:
                self._stamp = stamp
                self._renew(takes, edits)

    def _renew(self, takes: Sequence[Take], edits: Edits) -> None:
        try:
            wanted = self._candidate(takes, edits)
            held = unspoken(wanted, self._current, edits)
            heard = holding(edits, self._taken, held) if held else edits
            candidate = self._candidate(takes, heard) if held else wanted
        except (ContentError, ManifestError) as error:
            _LOG.error("The content on disk cannot be used, callers go on hearing the last: %s", error)
            self._remark = "the content on disk cannot be used, callers hear the last; run: ivr check"
            return
        withdrawn = self._recorded - keys_of(takes)
        if is_as_good(candidate, self._current, withdrawn) and not unspoken(candidate, self._current, edits):
            self._take_over(replace(candidate, wanted=wanted.content, held=held), heard)
            self._recorded = keys_of(takes)
            return
        self._current = replace(self._current, wanted=wanted.content, held=held)
        _LOG.warning("%s", NO_SOUND)
        self._remark = NO_SOUND

    def _candidate(self, takes: Sequence[Take], edits: Edits) -> Published:
        content = self._words.read(edits)
        return publish(content, self._sounds.read(content, takes))

    def _take_over(self, candidate: Published, heard: Edits) -> None:
        if self._remark:
            _LOG.warning("Callers hear the content on disk again")
        self._current, self._taken, self._remark = candidate, heard, ""
        stamp = (self._words.stamp, heard)
        if self._last and not self._looking and stamp != self._copied:
            keep_content(self._prompts_dir, heard, self._last)
            self._copied = stamp

    def _first(self, takes: Sequence[Take]) -> Published:
        """What is on disk; what was last taken over, if that cannot be used or callers would lose by it."""
        try:
            found = self._candidate(takes, self._taken)
        except ContentError:
            if not (kept := self._kept(takes)):
                raise
            _LOG.exception("The content on disk cannot be used; callers hear what was last taken over")
            return kept
        if (kept := self._kept(takes)) and not is_as_good(found, kept, ()):
            _LOG.warning("%s", NO_SOUND)
            self._remark = NO_SOUND
            return kept
        return found

    def _kept(self, takes: Sequence[Take]) -> Published | None:
        """What was last taken over, if that is not what is on disk and can still be used."""
        if self._last is None or not self._last.is_dir() or is_kept(self._prompts_dir, self._last):
            return None
        try:
            content = load(self._last, self._taken)
        except ContentError:
            return None  # of an older version, whose words are not ours
        return publish(content, self._sounds.read(content, takes))

    def _look(self, takes: Sequence[Take], edits: Edits) -> Stamp:
        paths = [manifest_path(self._audio_dir, code) for code in self._current.content.languages]
        manifests = [(path.name, *file_stamp(path)) for path in paths]
        return (*self._words.stamp, *manifests, edits, tuple((take.id, take.live) for take in takes))

"""The prompts as the recording line asks for them: by number, by code, the next one; and their sounds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import ceil
from pathlib import Path

from ivr.content.catalogue import Content, Prompt
from ivr.flow.studio_line_state import Among, Item
from ivr.jobs.publication import Published
from ivr.sound.manifest import Entry, manifest_path, readable_manifest
from ivr.sound.states import MISSING, STALE, LiveTakes, place_in, states_of, to_record
from ivr.storage.takes import DRAFT, Take

_CODE_LENGTH = 10


class Manifests:
    """What speech is built in `audio_dir`, read anew only when that has changed."""

    def __init__(self, audio_dir: Path) -> None:
        self._audio_dir = audio_dir
        self._held: dict[str, tuple[object, Mapping[str, Entry]]] = {}

    def __call__(self, language: str) -> Mapping[str, Entry]:
        """By prompt; none if the list is damaged, so that recording goes on."""
        path = manifest_path(self._audio_dir, language)
        stamp = _stamp(path)
        held = self._held.get(language)
        if held is None or held[0] != stamp:
            held = self._held[language] = stamp, readable_manifest(self._audio_dir, language)
        return held[1]


@dataclass(frozen=True, slots=True)
class StudioPrompts:
    """What there is to record; `live` are the takes callers hear, `manifest` lists a language's speech."""

    published: Callable[[], Published]
    live: Callable[[], LiveTakes]
    manifest: Callable[[str], Mapping[str, Entry]]

    def next(self, language: str, among: Among, after: int) -> Prompt | None:
        """The next prompt of those, in the order of recording, behind that number; 0: the first."""
        published, queue = self.published(), {Among.MISSING: MISSING, Among.STALE: STALE}[among]
        prompts = published.wanted.prompts.get(language, {})
        found = to_record(prompts, states_of(published.wanted, published.sounds, language), queue)
        before = after and self.numbered(language, after)
        passed = place_in(queue, before) if before else (after > 0, after)
        return next((each for each in found if place_in(queue, each) > passed), None)

    def numbered(self, language: str, number: int) -> Prompt | None:
        """The prompt of that number."""
        prompts = self._content().prompts.get(language, {}).values()
        return next((each for each in prompts if each.number == number), None)

    def coded(self, language: str, code: str) -> Prompt | None:
        """The prompt whose id has that code."""
        prompts = self._content().prompts.get(language, {}).values()
        return next((each for each in prompts if code_of_prompt(each.id) == code), None)

    def item(self, prompt: Prompt, newest: Take | None) -> Item:
        """What the line says of the prompt; `newest` is its newest take."""
        draft = newest.id if newest and newest.state == DRAFT else 0
        live = (prompt.language, prompt.id) in self.live()
        spoken = self.reading(prompt.language, prompt) is not None
        return Item(prompt.number, code_of_prompt(prompt.id), ceil(prompt.seconds), spoken, live, draft)

    def built(self, prompt: str, language: str) -> Entry | None:
        """The built speech of the prompt in that language."""
        return self.manifest(language).get(prompt)

    def reading(self, language: str, prompt: Prompt) -> tuple[str, str] | None:
        """The language and file of speech that says its words, or says them in another language."""
        content = self._content()
        for code in dict.fromkeys((*content.chain(language), content.helpline.default_language)):
            words, built = content.prompt(code, prompt.id), self.built(prompt.id, code)
            if words and built and built.words == words.words:
                return code, built.file
        return None

    def live_file(self, language: str, prompt: Prompt) -> str | None:
        """The file of the take that callers hear."""
        take = self.live().get((language, prompt.id))
        return take.file if take else None

    def _content(self) -> Content:
        """With every edit of staff's, also those that callers do not hear yet."""
        return self.published().wanted


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size


def code_of_prompt(prompt: str) -> str:
    """A short stable code of a prompt's id: URLs hold no words."""
    return sha256(prompt.encode()).hexdigest()[:_CODE_LENGTH]

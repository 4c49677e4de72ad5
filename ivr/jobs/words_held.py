"""Edited words whose speech is not built yet: until then callers hear those from before."""

from dataclasses import dataclass, field, replace

from ivr.content import Content, Edits
from ivr.content.edits import Key
from ivr.flow.helpline import Announced, Helpline
from ivr.sound.live import TAKE, LiveSounds


@dataclass(frozen=True, slots=True)
class Published:
    """One pair of content and sounds; `helpline` offers only the languages that have sound.

    `wanted` is the content with every edit of staff's, which is what their pages show; `held` are the
    (language, prompt) whose edited words callers do not hear yet, because their speech is not built.
    """

    content: Content
    sounds: LiveSounds
    helpline: Helpline
    wanted: Content
    held: frozenset[Key] = field(default=frozenset())


def publish(content: Content, sounds: LiveSounds) -> Published:
    """The pair, and the menus for callers: languages without a voice are left out."""
    offers = replace(content.helpline, languages=sounds.offered, announcements=_announced(content, sounds))
    return Published(content, sounds, offers, content)


def unspoken(candidate: Published, current: Published, edits: Edits) -> frozenset[Key]:
    """What was edited and has lost its sound, though callers could go on hearing that from before."""
    edited = {*edits.words, *edits.restored}
    return frozenset(key for key in edited if _is_unspoken(candidate, current, key))


def holding(edits: Edits, before: Edits, held: frozenset[Key]) -> Edits:
    """The edits, but the words of those held as they were before."""
    words = {key: text for key, text in edits.words.items() if key not in held}
    words |= {key: text for key, text in before.words.items() if key in held}
    restored = (edits.restored - held) | (before.restored & held)
    return replace(edits, words=words, restored=restored)


def _is_unspoken(candidate: Published, current: Published, key: Key) -> bool:
    language, prompt = key
    heard = current.sounds.own.get(language, {}).get(prompt)
    if heard is None or prompt in candidate.sounds.own.get(language, {}):
        return False
    # A recording is only lost if it names another key or emergency number: it is not heard a moment longer.
    return heard.source != TAKE and candidate.content.prompt(*key) is not None


def _announced(content: Content, sounds: LiveSounds) -> tuple[Announced, ...]:
    return tuple(
        Announced(
            prompt=each.prompt,
            starts=each.starts,
            ends=each.ends,
            languages=frozenset(code for code in content.languages if sounds.find(each.prompt, code)),
        )
        for each in content.announcements
        if not each.withdrawn
    )

"""Whether what could be published is as good for callers as what they hear."""

from collections.abc import Collection, Sequence

from ivr.content.edits import Key
from ivr.jobs.words_held import Published
from ivr.storage.takes import Take


def keys_of(takes: Sequence[Take]) -> frozenset[Key]:
    """The (language, prompt) of which there is a live take."""
    return frozenset((take.language, take.prompt) for take in takes if take.live)


def is_as_good(candidate: Published, current: Published, withdrawn: Collection[Key]) -> bool:
    """Whether callers lose no language and no prompt by it, but for the takes that staff have withdrawn.

    A bad recording goes at once, even if the language has to wait for a better one.
    """
    meant = candidate.content.languages.keys() - candidate.sounds.withdrawn
    lost = [code for code in current.sounds.offered if code in meant and code not in candidate.sounds.offered]
    # The default language is always offered, so what it lacks is counted by itself.
    default = candidate.content.helpline.default_language
    gaps = len(candidate.sounds.missing(default)) - len(_gone(candidate, current, default, withdrawn))
    return not any(_loses(candidate, current, code, withdrawn) for code in lost) and gaps <= len(
        current.sounds.missing(current.content.helpline.default_language)
    )


def _loses(candidate: Published, current: Published, code: str, withdrawn: Collection[Key]) -> bool:
    """Whether anything else than a withdrawn take is missing now."""
    return len(_new_gaps(candidate, current, code)) > len(_gone(candidate, current, code, withdrawn))


def _gone(candidate: Published, current: Published, code: str, withdrawn: Collection[Key]) -> frozenset[str]:
    return frozenset(each for each in _new_gaps(candidate, current, code) if (code, each) in withdrawn)


def _new_gaps(candidate: Published, current: Published, code: str) -> frozenset[str]:
    return frozenset(candidate.sounds.missing(code)) - frozenset(current.sounds.missing(code))

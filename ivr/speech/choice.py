"""Who speaks in this build: what was asked for, else the better voice if it answers, else the one at hand."""

from collections import Counter
from collections.abc import Callable, Iterable

from ivr.content.catalogue import Language
from ivr.speech.bench import Engines
from ivr.speech.engine import Engine, SpeechError
from ivr.speech.plan import LanguagePlan
from ivr.speech.recipe import ESPEAK, GTTS

Probe = Callable[[Language], str | None]


def choose(
    plans: Iterable[LanguagePlan], voice: str | None, online: Engine, why_not: Probe
) -> tuple[Engines, str]:
    """The engines and a word on why; a SpeechError if the voice asked for cannot be had."""
    speakers = [each.language for each in plans if _speaks(each) and GTTS in each.language.engines]
    if voice == ESPEAK or not speakers:
        return Engines(None), ""
    reason = why_not(speakers[0])
    if voice == GTTS:
        if reason:
            raise SpeechError(f"gTTS cannot be had: {reason}")
        return Engines(online, offline=False), ""
    if reason:
        return Engines(None), f"gTTS cannot be had, espeak-ng speaks instead: {reason}"
    return Engines(online), ""


def choose_alike(plan: LanguagePlan, online: Engine, why_not: Probe) -> Engines:
    """The engines for a few more prompts of a language: the voice that has spoken most of it, if it can."""
    spoken = Counter(each.engine for each in plan.entries.values() if each.engine in {GTTS, ESPEAK})
    most = spoken.most_common(1)[0][0] if spoken else None
    offline = most == ESPEAK and ESPEAK in plan.language.engines
    return choose([plan], ESPEAK if offline else None, online, why_not)[0]


def _speaks(plan: LanguagePlan) -> bool:
    return any(not order.prompt.wordless for order in plan.orders)

"""Who speaks in this build: what was asked for, else the better voice if it answers, else the one at hand."""

from collections.abc import Callable, Iterable

from ivr.content.catalogue import Language
from ivr.speech.build import Engines
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


def _speaks(plan: LanguagePlan) -> bool:
    return any(not order.prompt.wordless for order in plan.orders)

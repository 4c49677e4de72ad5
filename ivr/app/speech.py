"""What speaks edited words, put together from the settings."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from ivr.jobs.publication import Publication
from ivr.jobs.speaking import Speaking
from ivr.settings import Settings
from ivr.speech.build import Engines
from ivr.speech.plan import LanguagePlan


def speaking(settings: Settings, publication: Publication, now: Callable[[], datetime]) -> Speaking:
    """The builder of what staff have written, with the voices that spoke the rest."""
    return Speaking(settings.audio_dir, lambda: publication.current().wanted, now, _voices)


def _voices(plan: LanguagePlan) -> Engines:
    from ivr.speech.choice import choose_alike  # noqa: PLC0415 (slow to import, and rarely needed)
    from ivr.speech.google import Google  # noqa: PLC0415 (as above)
    from ivr.speech.probe import SECONDS, why_not  # noqa: PLC0415 (as above)
    from ivr.speech.wire import Wire  # noqa: PLC0415 (as above)

    once = Google(Wire(back_off=(), timeout=(SECONDS, SECONDS)))
    return choose_alike(plan, Google(Wire()), partial(why_not, once))

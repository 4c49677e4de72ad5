"""What speaks edited words, put together from the settings."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from ivr.jobs.publication import Publication
from ivr.jobs.speaking import Speaking
from ivr.settings import Settings
from ivr.sound.store import Store, StoreAwayError
from ivr.speech.bench import Engines
from ivr.speech.plan import LanguagePlan

_LOG = logging.getLogger(__name__)


def speaking(
    settings: Settings, publication: Publication, now: Callable[[], datetime], far: Store | None = None
) -> Speaking:
    """The builder of what staff have written, with the voices that spoke the rest.

    What it makes is put into `far` too: the network may ask another machine, which has not made it yet.
    """
    found = Speaking(settings.audio_dir, lambda: publication.current().wanted, now, _voices)
    if far:
        found.share = partial(_share, settings.audio_dir, far)
    return found


def _share(audio_dir: Path, far: Store, name: str) -> None:
    try:
        far.put(name, (audio_dir / name).read_bytes())
    except StoreAwayError as error:
        _LOG.warning("Other machines have to speak the new words before they can play them: %s", error)


def _voices(plan: LanguagePlan) -> Engines:
    from ivr.speech.choice import choose_alike  # noqa: PLC0415 (slow to import, and rarely needed)
    from ivr.speech.google import Google  # noqa: PLC0415 (as above)
    from ivr.speech.probe import SECONDS, why_not  # noqa: PLC0415 (as above)
    from ivr.speech.wire import Wire  # noqa: PLC0415 (as above)

    once = Google(Wire(back_off=(), timeout=(SECONDS, SECONDS)))
    return choose_alike(plan, Google(Wire()), partial(why_not, once))

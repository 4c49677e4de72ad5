"""The documents for when our own code has failed: made without the flow, and leading to a person."""

import logging
from dataclasses import dataclass

from ivr.flow.turns import Play
from ivr.telephony.twilio import verbs
from ivr.telephony.twilio.twiml import Sounds, sound

_LOG = logging.getLogger(__name__)
MOST_PHONES = 10  # numbers in one Dial (twilio.com/docs/voice/twiml/number)


@dataclass(frozen=True, slots=True)
class SoundsInTrouble:
    """The sounds as far as they can be had: what fails to be found is not there."""

    sounds: Sounds

    def url(self, prompt: str, language: str) -> str | None:
        """As Sounds has it, and None for whatever goes wrong."""
        try:
            return self.sounds.url(prompt, language)
        except Exception:  # noqa: BLE001 (whatever it is, the network's own voice speaks)
            _LOG.exception("The sound of %s could not be looked up", prompt)
            return None

    def words(self, prompt: str, language: str) -> str:
        """As Sounds has it, and the prompt's own name for whatever goes wrong."""
        try:
            return self.sounds.words(prompt, language)
        except Exception:  # noqa: BLE001 (whatever it is, the phones after it must ring)
            _LOG.exception("The words of %s could not be looked up", prompt)
            return prompt


def trouble(plays: tuple[Play, ...], onward: str, sounds: Sounds) -> str:
    """Say `plays`, then go to `onward`, the URL where a person is rung."""
    return verbs.document(*(sound(each, sounds) for each in plays), verbs.redirect(onward))


def last_resort(
    plays: tuple[Play, ...],
    phones: tuple[str, ...],
    sounds: Sounds,
    *,
    caller_id: str,
    seconds: int,
    screen: str | None,
    afterwards: tuple[Play, ...] = (),
) -> str:
    """Say `plays`, ring the first ten of `phones` in turn, say `afterwards`, hang up; `seconds` are for each.

    The fallback number goes last among `phones`; with none, only words and the end are left.
    One Dial, because after a conversation a second one would ring somebody else. `afterwards` is
    heard after a conversation too.
    """
    ringing = [verbs.number(each, screen) for each in dict.fromkeys(phones)][:MOST_PHONES]
    dialled = [verbs.dial(ringing, action=None, timeout=seconds, caller_id=caller_id, in_turn=True)]
    return verbs.document(
        *(sound(each, sounds) for each in plays),
        *(dialled if ringing else []),
        *(sound(each, sounds) for each in afterwards),
        verbs.hang_up(),
    )

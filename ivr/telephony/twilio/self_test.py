"""The helpline's call to itself, as it comes in: answered like a caller's, and counted as none."""

from collections.abc import Callable
from dataclasses import dataclass

from ivr.flow.turns import Play
from ivr.telephony.twilio import verbs
from ivr.telephony.twilio.desk import World
from ivr.telephony.twilio.parameters import Parameters
from ivr.telephony.twilio.twiml import sound


@dataclass(frozen=True, slots=True)
class SelfTestDesk:
    """`number` is what the helpline rings itself from, "" if it does not; `came_in` is told, at once."""

    number: Callable[[], str]
    world: Callable[[], World]
    came_in: Callable[[], None]


def self_test(desk: SelfTestDesk, parameters: Parameters) -> str | None:
    """The document for the helpline's own call; None for every other."""
    number = desk.number()
    if not number or parameters.get("From", "") != number:
        return None
    desk.came_in()
    world = desk.world()
    heard = Play("welcome", world.helpline.default_language)
    return verbs.document(sound(heard, world.sounds), verbs.hang_up())

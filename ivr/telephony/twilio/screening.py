"""What a counsellor hears before being connected: only who presses 1 gets the caller.

Runs on the counsellor's leg, under Number: Play, Say, Gather and Hangup only; a document that ends connects.
"""

from ivr.flow.turns import Play
from ivr.telephony.twilio import verbs
from ivr.telephony.twilio.twiml import Sounds, sound

PATIENCE = 6  # seconds; a voicemail's greeting is over by then, a person has found the key


def render_screen(plays: tuple[Play, ...], action: str, sounds: Sounds, patience: int = PATIENCE) -> str:
    """Ask for the 1; `action` gets the answer, an empty one too, and silence declines."""
    heard = [sound(each, sounds) for each in plays]
    asked = verbs.gather(heard, action=action, timeout=patience, digits=1, finish="")
    return verbs.document(asked, verbs.hang_up())


def render_accepted(plays: tuple[Play, ...], sounds: Sounds) -> str:
    """Say `plays`, then connect the two: that is what the end of this document means."""
    return verbs.document(*(sound(each, sounds) for each in plays))


def render_declined(plays: tuple[Play, ...], sounds: Sounds) -> str:
    """Say `plays`, then let the counsellor go; the caller's Dial goes on without them."""
    return verbs.document(*(sound(each, sounds) for each in plays), verbs.hang_up())

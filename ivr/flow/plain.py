"""Turns that are the same for everybody who comes to them in the same way."""

from ivr.flow.call import Call, Kind
from ivr.flow.helpline import Helpline
from ivr.flow.turns import Gather, Turn

_SAME_FOR_ALL = frozenset({Kind.START, Kind.LANGUAGE, Kind.MENU, Kind.SEGMENT, Kind.END})
_BEFORE_WELCOME = frozenset({Kind.START, Kind.LANGUAGE})


def is_plain(helpline: Helpline, before: Call, after: Call, turn: Turn) -> bool:
    """Whether only menus and words led there: not who is on duty, who calls, who waits, nor the moment.

    Between the places where information is heard, without a promise or a look for a person, nothing else is
    looked at; announcements are dated, and heard on the way from the languages. That a number is withheld is
    part of the call.
    """
    return (
        before.place.kind in _SAME_FOR_ALL
        and after.place.kind in _SAME_FOR_ALL
        and before.wait is None
        and after.wait is None
        and before.tries == after.tries
        and isinstance(turn.then, Gather)
        and not turn.happened
        and not (helpline.announcements and before.place.kind in _BEFORE_WELCOME)
    )

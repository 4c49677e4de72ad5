"""What people, the network and chance do in a script, as soon as it can be done."""

import re
from collections.abc import Callable

from ivr.storage.announcements import withdraw_announcement
from ivr.storage.engine import writing
from ivr.telephony.exchange.webhooks import Request
from tests.calls import harness
from tests.calls.playing import Played
from tests.calls.rest import Trouble
from tests.calls.script import CALLER, Step

TROUBLES = {
    "REST is down": Trouble.DOWN,
    "REST hangs": Trouble.HANGS,
    "REST is up again": Trouble.NONE,
}


def _presses(played: Played, step: Step) -> bool:
    key, _, at_once = step.detail.partition(" ")
    open_to = {"listening", "record"} if at_once else {"silence"}
    if not any((step.who, each) in played.can for each in open_to):
        return False
    played.can.discard((step.who, "silence"))
    played.does(step.who, {"do": "key", "key": key})
    return True


def _keys_in(played: Played, step: Step) -> bool:
    if (step.who, "silence") not in played.can:
        return False
    played.can.discard((step.who, "silence"))
    for key in step.detail:
        played.does(step.who, {"do": "key", "key": key})
    return True


def _is_silent(played: Played, step: Step) -> bool:
    if (step.who, "silence") not in played.can:
        return False
    played.can.discard((step.who, "silence"))
    return True


def _speaks(played: Played, step: Step) -> bool:
    if (step.who, "record") not in played.can:
        return False
    played.can.discard((step.who, "record"))
    found = re.match(r"(\d+)", step.detail)
    seconds = float(found[1]) if found else 0.0
    played.takes[step.who] = (played.takes[step.who][0], seconds)
    name = "hangup" if step.detail.endswith("hangs up") else "#"
    played.does(step.who, {"do": "wake", "seconds": seconds, "name": name})
    return True


def _says_nothing(played: Played, step: Step) -> bool:
    if (step.who, "record") not in played.can:
        return False
    played.can.discard((step.who, "record"))
    played.does(step.who, {"do": "wake", "seconds": 5, "name": "nothing"})
    return True


def _hangs_up(played: Played, step: Step) -> bool:
    played.does(step.who, {"do": "hangup"})
    return True


def _calls(played: Played, step: Step) -> bool:
    phone = played.parties[step.who].phone
    if phone is None or phone.busy:
        return False
    played.does(step.who, {"do": "call", "to": harness.HELPLINE})
    return True


def _answers(played: Played, step: Step) -> bool:
    if (step.who, "ringing") not in played.can:
        return False
    played.can.discard((step.who, "ringing"))
    played.does(step.who, {"do": "answer" if step.what == "answers" else "hangup"})
    return True


def _talk(played: Played, step: Step) -> bool:
    if CALLER in played.parties and not played.talks_with:
        return False
    played.pass_time(float(step.detail))
    return True


def _pass(played: Played, step: Step) -> bool:
    number, unit = step.detail.split()
    played.pass_time(int(number) * (60 if unit == "minutes" else 1))
    return True


def _repeats(played: Played, step: Step) -> bool:
    del step
    played.wire.repeat()
    return True


def _doubles(played: Played, step: Step) -> bool:
    del step
    played.wire.doubles = True
    return True


def _loses(played: Played, step: Step) -> bool:
    del step
    played.wire.loses = is_callback
    return True


def is_callback(request: Request) -> bool:
    """Whether it tells how a leg that was rung goes on; without it the helpline has to help itself."""
    return re.search(r"/voice/[a-z]+/e/", request.url) is not None


def _breaks(played: Played, step: Step) -> bool:
    played.breakable.broken = step.detail == "breaks"
    return True


def _rest(played: Played, step: Step) -> bool:
    played.rest.trouble = TROUBLES[step.detail]
    return True


def _limited(played: Played, step: Step) -> bool:
    played.rest.calls_left = {"no": 0, "one": 1}[step.detail]
    return True


def _storage(played: Played, step: Step) -> bool:
    here = played.stage.parts.settings.data_dir / "helpline.db"
    away = here.with_suffix(".away")
    source, target = (here, away) if step.detail == "away" else (away, here)
    source.rename(target)
    return True


def _withdraw(played: Played, step: Step) -> bool:
    parts = played.stage.parts
    with writing(parts.engine) as connection:
        return withdraw_announcement(connection, int(step.detail), "staff", parts.now())


def _test(played: Played, step: Step) -> bool:
    parts = played.stage.parts
    person = next(each for each in parts.snapshot.current().people if each.name == step.who)
    kind = {"test": "test", "greet": "welcome"}[step.what]
    played.tests.append(parts.checks.ring(person.phone, kind, person.languages[0], person.key, "staff"))
    return True


DEEDS: dict[str, Callable[[Played, Step], bool]] = {
    "presses": _presses,
    "keys in": _keys_in,
    "is silent": _is_silent,
    "speaks": _speaks,
    "says nothing": _says_nothing,
    "hangs up": _hangs_up,
    "calls": _calls,
    "answers": _answers,
    "declines": _answers,
    "talk": _talk,
    "pass": _pass,
    "repeats": _repeats,
    "doubles": _doubles,
    "loses": _loses,
    "breaks": _breaks,
    "rest": _rest,
    "limited": _limited,
    "storage": _storage,
    "withdraw": _withdraw,
    "test": _test,
    "greet": _test,
}

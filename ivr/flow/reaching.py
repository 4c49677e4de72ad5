"""The way to a person: in a queue while phones ring, or rung for one after the other, or nobody is there."""

from dataclasses import replace
from datetime import datetime

from ivr.flow import events as ev
from ivr.flow.call import Call, Kind, Place, Wait, at_place, below
from ivr.flow.helpline import Helpline, Welcome
from ivr.flow.moves import Next, arrive, leave_queue, to_main
from ivr.flow.opening import opening_prompts
from ivr.flow.ring_plan import next_person, ring, screened
from ivr.flow.saying import prompts
from ivr.flow.turns import Enqueue, HangUp, NobodyReached, Turn

LONGEST_DOCUMENT = 16  # seconds: a prompt of fifteen and one of silence
LEAST_WAIT = 15
TOLD_OFF = {Welcome.LIMITED: "limit.told", Welcome.BLOCKED: "blocked.told"}
MOST_TOLD_OFF = 2


def seek(helpline: Helpline, call: Call, at: datetime, *before: str) -> Next:
    """Look for a person for the caller."""
    if call.queued:
        return arrive(helpline, replace(at_place(call, Kind.WAIT), trail=()), at, *before)
    welcome = helpline.door.welcome()
    if welcome is not Welcome.FREE:
        return turned_away(helpline, call, at, welcome)
    seeking = replace(below(call), tries=min(call.tries, helpline.limits.tries) + 1, spent=0)
    if helpline.queueing and _somebody(helpline, seeking, at):
        return _enqueue(seeking, 0, *before)
    return _ring_first(helpline, seeking, at, *before)


def to_person(helpline: Helpline, call: Call, at: datetime) -> Next:
    """Put a caller through who has not asked for it."""
    return seek(helpline, call, at, "to.person")


def turned_away(helpline: Helpline, call: Call, at: datetime, welcome: Welcome) -> Next:
    """Say why nobody is rung, and listen: the emergency is always there; silence comes to an end."""
    told = replace(call, tries=min(call.tries + 1, MOST_TOLD_OFF))
    if told.tries >= MOST_TOLD_OFF:
        return arrive(helpline, at_place(told, Kind.AFTER), at, TOLD_OFF[welcome])
    return to_main(helpline, told, at, TOLD_OFF[welcome])


def back_to_waiting(helpline: Helpline, call: Call, at: datetime, *before: str) -> Next:
    """Into the queue once more, with the time already waited."""
    waited = call.wait.waited if call.wait else 0
    if waited >= bound(helpline):
        return nobody(helpline, call, at, *before)
    if helpline.queueing and _somebody(helpline, call, at):
        return _enqueue(call, waited, *before)
    return _ring_first(helpline, replace(call, spent=waited), at, *before)


def may_return(call: Call) -> bool:
    """Whether the caller has left the queue, and may go back to it."""
    return bool(call.wait and not call.queued and call.wait.waited)


def bound(helpline: Helpline) -> int:
    """The seconds after which no further wait document is begun."""
    return max(helpline.limits.ring_total - LONGEST_DOCUMENT, LEAST_WAIT)


def nobody(helpline: Helpline, call: Call, at: datetime, *before: str) -> Next:
    """Say so, and offer a promise."""
    on_duty = bool(helpline.roster.on_duty(at, call.language))
    why = ("nobody.answered",) if on_duty else ("closed.nobody", *opening_prompts(helpline, at))
    after, turn = arrive(helpline, at_place(waited_out(call), Kind.CLOSED), at, *before, *why)
    if not (on_duty or helpline.fallback_number):
        return after, turn
    return after, replace(turn, happened=(NobodyReached(call.language),))


def waited_out(call: Call) -> Call:
    """The call after a wait that is over for good."""
    wait = call.wait and replace(call.wait, base=0, waited=0, tick=0, beat=0, told=0, queued=False)
    return replace(call, spent=0, wait=wait)


def leave_for_nobody(call: Call) -> Next:
    """Out of the queue, because nobody has come."""
    return leave_queue(at_place(call, Kind.CLOSED))


def leave_for_phones(call: Call) -> Next:
    """Out of the queue, to have phones rung one after the other."""
    waited = call.wait.waited if call.wait else 0
    return leave_queue(replace(at_place(call, Kind.RING), spent=waited))


def queue_ended(helpline: Helpline, call: Call, event: ev.QueueEnded) -> Next:
    """Where a caller goes who is out of the queue, for whatever reason."""
    if event.outcome is ev.QueueOutcome.REACHED:
        return conversation_over(helpline, call, event.at)
    if event.outcome is ev.QueueOutcome.FAILED:
        spent = call.wait.waited if call.wait else 0
        return ring_next(helpline, replace(waited_out(call), spent=spent), event)
    if event.outcome is not ev.QueueOutcome.LEFT:
        return waited_out(call), Turn((), HangUp())
    return _after_leaving(helpline, call, event)


def _after_leaving(helpline: Helpline, call: Call, event: ev.QueueEnded) -> Next:
    if call.queued:  # where to is not known here: a promise can be chosen
        return arrive(helpline, at_place(waited_out(call), Kind.CLOSED), event.at)
    if call.place.kind is Kind.CLOSED:
        return nobody(helpline, call, event.at)
    if call.place.kind is Kind.RING:
        return ring_next(helpline, call, event)
    reminder = ("emergency.reminder",) if call.overdose else ()
    there = replace(call, wait=call.wait and replace(call.wait, tick=0, beat=0))
    return arrive(helpline, there, event.at, *reminder)


def nobody_came(helpline: Helpline, call: Call, event: ev.NobodyCame) -> Next:
    """Everybody has been rung: the network has taken the caller out of the queue."""
    return nobody(helpline, call, event.at)


def dial_ended(helpline: Helpline, call: Call, event: ev.DialEnded) -> Next:
    """The next phone, unless the two have spoken."""
    if event.outcome is ev.DialOutcome.REACHED:
        return conversation_over(helpline, call, event.at)
    if event.outcome is ev.DialOutcome.DECLINED:
        return ring_next(helpline, screened(call, event.seconds), event)
    return ring_next(helpline, call, event)


def conversation_over(helpline: Helpline, call: Call, at: datetime) -> Next:
    """No line closes without a word."""
    kind = Kind.QUESTION if helpline.question else Kind.AFTER
    return arrive(helpline, at_place(waited_out(call), kind), at, "after.conversation")


def ring_next(helpline: Helpline, call: Call, event: ev.Event) -> Next:
    """Ring the next phone by itself."""
    counted = replace(call, tries=max(call.tries, 1))
    person = next_person(helpline, counted, event.at)
    if person is None:
        return nobody(helpline, counted, event.at)
    ringing, dial = ring(helpline, counted, person)
    return ringing, Turn(prompts(call, ["ring.next"]), dial)


def _ring_first(helpline: Helpline, call: Call, at: datetime, *before: str) -> Next:
    person = next_person(helpline, call, at)
    if person is None:
        # Nobody is told that they are put through to a person when there is none.
        return nobody(helpline, call, at, *(name for name in before if name != "to.person"))
    ringing, dial = ring(helpline, call, person)
    return ringing, Turn(prompts(call, [*before, "ring.looking"]), dial)


def _enqueue(call: Call, base: int, *before: str) -> Next:
    entry = call.wait.entry + 1 if call.wait else 1
    told = call.wait.told if call.wait and base else 0
    wait = Wait(entry, base, base, told=told)
    afresh = replace(call, silences=0, wrongs=0, trail=(), announced=False)
    waiting = replace(afresh, place=Place(Kind.WAIT), wait=wait)
    return waiting, Turn(prompts(call, before), Enqueue(entry))


def _somebody(helpline: Helpline, call: Call, at: datetime) -> bool:
    if call.tries > helpline.limits.tries:
        return False
    return bool(helpline.fallback_number or helpline.roster.on_duty(at, call.language))

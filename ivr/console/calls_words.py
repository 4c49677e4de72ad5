"""How pages call what happens on calls."""

from collections.abc import Mapping

OUTCOME_WORDS: Mapping[str, str] = {
    "reached": "talked with a counsellor",
    "callback": "asked for a call-back",
    "message": "left a message",
    "nobody": "nobody was on duty",
    "unanswered": "nobody answered",
    "abandoned": "gave up waiting",
    "refused": "turned away",
    "heard": "heard information",
    "left": "left without",
    "open": "still on the line",
    "staff": "staff, to record",
}

OUTCOME_STATES: Mapping[str, str] = {
    "reached": "good",
    "callback": "good",
    "message": "good",
    "heard": "good",
    "nobody": "bad",
    "unanswered": "bad",
    "abandoned": "warning",
    "refused": "warning",
}

_KINDS: Mapping[str, str] = {
    "language": "the choice of language",
    "menu": "menu",
    "segment": "segment",
    "end": "after the segment",
    "ring": "phones ring one after the other",
    "wait": "waiting for a counsellor",
    "closed": "told that nobody is there",
    "message": "asked for a message",
    "fetch": "waiting to hear their message",
    "review": "keep the message or not",
    "after": "afterwards: anything else",
    "goodbye": "goodbye",
    "safe": "call-back: is it safe",
    "when": "call-back: when",
    "number": "call-back: to which number",
    "keying": "call-back: keying in a number",
    "check": "call-back: is the number right",
    "question": "asked whether it helped",
    "start": "the beginning",
}
_EVENTS: Mapping[str, str] = {
    "answered": "The call came in",
    "pressed": "Pressed",
    "silence": "No key",
    "continued": "Went on",
    "recorded": "Spoke a message",
    "nothing-recorded": "Said nothing after the tone",
    "dial-ended": "A phone rung by itself was done",
    "queue-ended": "Out of the queue",
    "nobody-came": "Everybody had been rung",
    "recording-arrived": "The message can be heard",
    "not-kept": "The message or call-back could not be kept",
    "troubled": "Something failed on our side",
    "lost-turn": "The network came back without news",
    "taken": "A counsellor pressed 1",
    "ended": "The call ended",
    "lost": "The end was never told",
}
_FACTS: Mapping[str, str] = {
    "asked": "looks for a person",
    "refused": "turned away",
    "reached": "talked with a counsellor",
    "gone": "hung up while waiting",
    "over": "the line closed",
    "message": "message kept",
    "callback": "call-back promised",
    "unanswered": "nobody answered",
    "closed": "nobody on duty",
    "staff": "went on to the recording line",
    "helped": "said that it helped",
    "not-helped": "said that it did not help",
}


def place_words(place: str) -> str:
    """A place as an event names it: "segment overdose/2" as "segment overdose, part 2"."""
    kind, _, rest = place.partition(" ")
    name, _, part = rest.partition("/")
    words = " ".join(filter(None, (_KINDS.get(kind, kind), name)))
    return f"{words}, part {part}" if part else words


def event_words(event: str, pressed: str) -> str:
    """What happened: "Pressed 2"."""
    return " ".join(filter(None, (_EVENTS.get(event, event), pressed)))


def fact_words(facts: str) -> str:
    """What it brought; "" if nothing of note."""
    return ", ".join(_FACTS[each] for each in facts.split() if each in _FACTS)

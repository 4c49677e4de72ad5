"""What a caller hears at each place, and how long we listen there."""

from collections.abc import Callable, Iterable
from datetime import datetime

from ivr.flow.call import Call, Kind
from ivr.flow.helpline import Helpline
from ivr.flow.turns import Gather, Go, HangUp, Play, PlayBack, Record, Turn
from ivr.flow.words import ENDS_MESSAGE, LANGUAGES_A_PAGE

Plays = tuple[Play | PlayBack, ...]
BETWEEN_PARTS = 1
FETCH_PAUSE = 2
LONGEST_NUMBER = 20  # keys: fifteen digits, and some that are cleared again
NEWS = "news"
COMFORT = "wait.comfort"
WAIT_PARTS = (
    *("wait.finding", "wait.listen", "wait.callback", "wait.message", "wait.stay"),
    *(COMFORT, COMFORT, NEWS, COMFORT, COMFORT, NEWS, COMFORT),
)


def say(helpline: Helpline, call: Call, at: datetime, *before: str) -> Turn:
    """The turn of a place where the helpline speaks; `before` are prompts that come first."""
    return SAYING[call.place.kind](helpline, call, at, prompts(call, before))


def prompts(call: Call, names: Iterable[str]) -> Plays:
    """Prompts in the caller's language."""
    return tuple(Play(name, call.language) for name in names)


def language_page(helpline: Helpline, page: int) -> tuple[str, ...]:
    """The languages of one page of the language menu, whether offered or not; their places are their keys."""
    shipped = helpline.shipped_languages or helpline.languages
    if len(shipped) <= LANGUAGES_A_PAGE:
        return shipped if page == 0 else ()
    size = LANGUAGES_A_PAGE - 1
    return shipped[page * size : (page + 1) * size]


def language_pages(helpline: Helpline) -> tuple[int, ...]:
    """The pages on which there is a language to choose."""
    pages, page = [], 0
    while shipped := language_page(helpline, page):
        if any(each in helpline.languages for each in shipped):
            pages.append(page)
        page += 1
    return tuple(pages)


def _languages(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del at
    page = language_page(helpline, call.place.part)
    choices = tuple(Play("language.choice", each) for each in page if each in helpline.languages)
    more = len(language_pages(helpline)) > 1
    last = prompts(call, ["language.more"] if more else [])
    return Turn((*before, *choices, *last), Gather(helpline.limits.language_seconds))


def _menu(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del at
    menu = helpline.menus[call.place.name]
    names = [menu.opening] if menu.opening else []
    names += [choice.prompt for choice in menu.choices]
    if menu.id != helpline.main or call.silences:
        names.append("menu.help")
    return Turn((*before, *prompts(call, names)), Gather(helpline.limits.key_seconds))


def _segment(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del at
    prompt = helpline.segments[call.place.name].prompts[call.place.part]
    return Turn((*before, Play(prompt, call.language)), Gather(BETWEEN_PARTS))


def _end(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del at
    return Turn((*before, *prompts(call, ["segment.end"])), Gather(helpline.limits.key_seconds))


def _closed(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    names = ["emergency.reminder"] if call.overdose else []
    names.append("message.offer")
    if helpline.roster.on_duty(at, call.language):
        names.append("again.counsellor")
    names.append("again.menu")
    if helpline.callbacks:
        names.append("callback.offer")
    return Turn((*before, *prompts(call, names)), Gather(helpline.limits.key_seconds))


def _message(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del at
    limits = helpline.limits
    record = Record(limits.message_seconds, limits.message_silence, finish=ENDS_MESSAGE)
    return Turn((*before, *prompts(call, ["message.speak"])), record)


def _fetch(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del helpline, at
    return Turn(before, Go(FETCH_PAUSE if call.place.part else 0))


def _review(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del at
    heard = (*prompts(call, ["message.listen"]), PlayBack(call.recording))
    choices = prompts(call, ["message.keep", "message.again"])
    return Turn((*before, *heard, *choices), Gather(helpline.limits.key_seconds))


def _waiting(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del at
    return Turn((*before, *prompts(call, [wait_prompt(helpline, call)])), Gather(BETWEEN_PARTS))


def wait_prompt(helpline: Helpline, call: Call) -> str:
    """What is heard at this part of the wait: who is being done what for, the keys, something soft, news."""
    name = WAIT_PARTS[call.place.part % len(WAIT_PARTS)]
    if name == "wait.callback" and not helpline.callbacks:
        return "wait.stay"
    return _news(helpline, call) if name == NEWS else name


def _news(helpline: Helpline, call: Call) -> str:
    """How long they may still wait, if that has become less; a promise that grows would be none."""
    waited, told = (call.wait.waited, call.wait.told) if call.wait else (0, 0)
    minutes = max(1, -(-(helpline.limits.ring_total - waited) // 60))
    return f"wait.minutes.{minutes}" if not told or minutes < told else "wait.still"


def _safe(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del at
    return _asked(helpline, call, before, "callback.safe", "answer.yes", "answer.no")


def _when(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del at
    names = ("callback.now", "callback.morning", "callback.afternoon", "callback.evening")
    return _asked(helpline, call, before, *names)


def _number(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del at
    return _asked(helpline, call, before, "callback.this", "callback.other")


def _keying(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del at
    listen = Gather(helpline.limits.key_seconds, digits=LONGEST_NUMBER, finish="#")
    return Turn((*before, *prompts(call, ["callback.key"])), listen)


def _check(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del at
    return _asked(helpline, call, before, "callback.right", "callback.change")


def _question(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del at
    return _asked(helpline, call, before, "question.helped", "answer.yes", "answer.no")


def _asked(helpline: Helpline, call: Call, before: Plays, *names: str) -> Turn:
    return Turn((*before, *prompts(call, names)), Gather(helpline.limits.key_seconds))


def _after(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del at
    return Turn((*before, *prompts(call, ["after.choice"])), Gather(helpline.limits.key_seconds))


def _goodbye(helpline: Helpline, call: Call, at: datetime, before: Plays) -> Turn:
    del helpline, at
    return Turn((*before, *prompts(call, ["goodbye"])), HangUp())


SAYING: dict[Kind, Callable[[Helpline, Call, datetime, Plays], Turn]] = {
    Kind.LANGUAGE: _languages,
    Kind.MENU: _menu,
    Kind.SEGMENT: _segment,
    Kind.END: _end,
    Kind.CLOSED: _closed,
    Kind.MESSAGE: _message,
    Kind.FETCH: _fetch,
    Kind.REVIEW: _review,
    Kind.AFTER: _after,
    Kind.GOODBYE: _goodbye,
    Kind.WAIT: _waiting,
    Kind.SAFE: _safe,
    Kind.WHEN: _when,
    Kind.NUMBER: _number,
    Kind.KEYING: _keying,
    Kind.CHECK: _check,
    Kind.QUESTION: _question,
}

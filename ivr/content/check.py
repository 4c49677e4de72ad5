"""The proof that no caller gets stuck: every place with every event, every word and second looked at."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ivr.content.catalogue import Content, Prompt
from ivr.content.load import HELPLINE
from ivr.content.problems import Problem
from ivr.flow.call import LISTENING, Call
from ivr.flow.helpline import Announced, Helpline
from ivr.flow.roster import Counsellor
from ivr.flow.turns import Gather, HangUp
from ivr.flow.walk import Step, Walk, walk
from ivr.flow.words import BACK, COUNSELLOR, EMERGENCY, SEGMENT_SECONDS

DEEPEST = 3
MOST_WAYS = 40  # walked in half a minute at most; three levels of five choices have 31
MOMENT = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANNOUNCED_FOR = timedelta(days=1)
Seconds = Callable[[str, str], float | None]
"""Prompt, language → seconds of the language's own live sound, or None."""


@dataclass(frozen=True, slots=True)
class OnePerson:
    """A roster for the proof: always the same people, however many."""

    people: int

    def on_duty(self, at: datetime, language: str | None = None) -> tuple[Counsellor, ...]:
        """As many as were asked for."""
        del at, language
        return tuple(Counsellor(f"p{n}", "", "+12025550101", ()) for n in range(self.people))

    def opens(self, at: datetime) -> datetime | None:
        """In three hours."""
        return at + timedelta(hours=3)


class AnyNumber:
    """Everything longer than a key is a number."""

    def read(self, keys: str) -> str | None:
        """The same number for all of them."""
        return "+12025550101" if len(keys) > 1 else None

    def told(self, sender: str) -> str | None:
        """Every caller's own."""
        return sender


def check(content: Content, seconds: Seconds) -> tuple[Problem, ...]:
    """Every problem of the content and the flow, warnings last."""
    found = [*content.remarks, *_depth(content.helpline), *_flow(content.helpline)]
    found += [*_too_long(content, seconds), *_segments_too_long(content, seconds)]
    found += [*_unreviewed(content)]
    return tuple(sorted(found, key=lambda each: (each.warning, each)))


def _flow(helpline: Helpline) -> Iterator[Problem]:
    if _ways(helpline) > MOST_WAYS:
        message = f"there are more than {MOST_WAYS} ways through the menus; take out choices that lead back"
        yield Problem(HELPLINE, 0, helpline.main, message)
        return
    reached: set[str] = set()
    stuck: dict[Problem, None] = {}
    for people, queueing in ((0, False), (1, True)):
        world = replace(_small(helpline), roster=OnePerson(people), queueing=queueing, numbers=AnyNumber())
        found = walk(world, MOMENT)
        reached |= {call.place.name for call in found.turns}
        stuck.update(dict.fromkeys(walk_problems(found)))
    yield from stuck
    for name in (*helpline.menus, *helpline.segments):
        if name not in reached:
            yield Problem(HELPLINE, 0, name, "no caller can get here; let a choice lead to it, or remove it")


def _small(helpline: Helpline) -> Helpline:
    """The same places and ways on, with the fewest states: every language alike, every count at its least.

    Something is announced, because that is one more thing to be remembered of a call.
    """
    alike = (helpline.default_language,) * len(helpline.languages)
    limits = replace(helpline.limits, tries=1, silences=1, wrong_keys=2)
    news = (Announced("announcement", MOMENT, MOMENT + ANNOUNCED_FOR, frozenset(alike)),)
    return replace(helpline, languages=alike, shipped_languages=alike, limits=limits, announcements=news)


def _ways(helpline: Helpline) -> int:
    """How many trails lead to a menu; menus that lead to each other in circles make far more than menus."""
    count = 0
    waiting: list[tuple[str, ...]] = [(helpline.main,)]
    while waiting and count <= MOST_WAYS:
        count, trail = count + 1, waiting.pop()
        targets = {choice.leads_to for choice in helpline.menus[trail[-1]].choices}
        waiting += [(*trail, each) for each in targets if each in helpline.menus and each not in trail]
    return count


def walk_problems(found: Walk) -> Iterator[Problem]:
    """Places where a caller could get stuck: no way on, no way to a person, or silence that never ends."""
    keys: dict[Call, set[str]] = {}
    for step in found.steps:
        keys.setdefault(step.before, set()).add(step.event)
    for call, turn in found.turns.items():
        one_key = isinstance(turn.then, Gather) and turn.then.digits == 1
        if one_key and not {COUNSELLOR, EMERGENCY, BACK} <= keys.get(call, set()):
            yield _stuck(call, "not every key works here that must work everywhere")
        if call.place.kind in LISTENING and call not in keys and not isinstance(turn.then, HangUp):
            yield _stuck(call, "there is no way on from here")
    for call in silent_circle(found.steps):
        yield _stuck(call, "a caller who does nothing comes back here for ever")


def silent_circle(steps: list[Step]) -> tuple[Call, ...]:
    """Every state on a circle that a caller goes round without doing anything, or nothing."""
    edges = {(step.before, step.after) for step in steps if step.silent}
    round_and_round = _led_to({(after, before) for before, after in _led_to(edges)})
    return tuple({call: None for edge in round_and_round for call in edge})


def _led_to(edges: set[tuple[Call, Call]]) -> set[tuple[Call, Call]]:
    """The edges left when those that begin where no edge ends are taken away, again and again."""
    onward: dict[Call, list[Call]] = {}
    for before, after in edges:
        onward.setdefault(before, []).append(after)
    waiting = Counter(after for _, after in edges)
    free = [call for call in onward if not waiting[call]]
    while free:
        for target in onward.pop(free.pop()):
            waiting[target] -= 1
            if not waiting[target] and target in onward:
                free.append(target)
    return {(before, after) for before, targets in onward.items() for after in targets}


def _stuck(call: Call, message: str) -> Problem:
    name = call.place.name or call.place.kind.name.lower()
    return Problem(HELPLINE, 0, name, message)


def _depth(helpline: Helpline) -> Iterator[Problem]:
    level, seen = {helpline.main}, {helpline.main}
    for _ in range(DEEPEST):
        choices = [choice for name in level for choice in helpline.menus[name].choices]
        level = {each.leads_to for each in choices if each.leads_to in helpline.menus} - seen
        seen |= level
    for name in sorted(level):
        yield Problem(HELPLINE, 0, name, f"this menu is deeper than {DEEPEST}; move it up")


def _too_long(content: Content, seconds: Seconds) -> Iterator[Problem]:
    for language, prompts in content.prompts.items():
        for prompt in prompts.values():
            heard = seconds(prompt.id, language)
            if heard is not None and heard > prompt.seconds:
                yield _long(prompt, f"takes {heard:.1f} s; at most {prompt.seconds:g} s: shorten it")


def _segments_too_long(content: Content, seconds: Seconds) -> Iterator[Problem]:
    for language in content.languages:
        for segment in content.helpline.segments.values():
            heard = [seconds(prompt, language) or 0.0 for prompt in segment.prompts]
            if sum(heard) > SEGMENT_SECONDS:
                message = f"its prompts take {sum(heard):.1f} s together; at most {SEGMENT_SECONDS} s"
                yield Problem(f"{language}.toml", 0, segment.id, message)


def _long(prompt: Prompt, message: str) -> Problem:
    return Problem(f"{prompt.language}.toml", 0, prompt.id, message)


def _unreviewed(content: Content) -> Iterator[Problem]:
    for code, language in content.languages.items():
        if not language.reviewed_by:
            message = "nobody who speaks the language has reviewed it; say who did"
            yield Problem(f"{code}.toml", 0, "language.reviewed_by", message, warning=True)

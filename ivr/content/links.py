"""The rules of helpline.toml that hold between its values: ids, keys, languages."""

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from ivr.content.positions import Path
from ivr.content.problems import Problem
from ivr.content.schema import HelplineFile, MenuTable
from ivr.content.source import Source
from ivr.flow.helpline import code_of
from ivr.flow.words import COUNSELLOR, EMERGENCY

ACTIONS = ("counsellor", "message")
MOST_CHOICES = 5


def link_problems(source: Source, helpline: HelplineFile) -> tuple[Problem, ...]:
    """Every double or missing id, key and language."""
    found = (*_ids(helpline), *_targets(helpline), *_keys(helpline), *_languages(helpline))
    return tuple(source.problem(path, message) for path, message in found)


def _ids(helpline: HelplineFile) -> Iterator[tuple[Path, str]]:
    places = [("menus", n, each.id) for n, each in enumerate(helpline.menus)]
    places += [("segments", n, each.id) for n, each in enumerate(helpline.segments)]
    names = Counter(name for _, _, name in places)
    codes = Counter(code_of(name) for name in names)
    for table, n, name in places:
        if name in ACTIONS:
            yield (table, n, "id"), f"{name!r} is what the helpline itself does; rename this one"
        elif names[name] > 1:
            yield (table, n, "id"), f"{name!r} is the id of more than one menu or segment; rename one"
        elif codes[code_of(name)] > 1:
            yield (table, n, "id"), f"{name!r} has the same short code as another id; rename it"


def _targets(helpline: HelplineFile) -> Iterator[tuple[Path, str]]:
    menus = {each.id for each in helpline.menus}
    segments = {each.id for each in helpline.segments}
    if helpline.main not in menus:
        yield ("main",), f"there is no menu {helpline.main!r}{_near(helpline.main, menus)}"
    if helpline.emergency not in segments:
        yield (
            ("emergency",),
            f"there is no segment {helpline.emergency!r}{_near(helpline.emergency, segments)}",
        )
    for n, menu in enumerate(helpline.menus):
        for m, choice in enumerate(menu.choices):
            if choice.leads_to not in {*menus, *segments, *ACTIONS}:
                path = ("menus", n, "choices", m, "leads_to")
                near = _near(choice.leads_to, {*menus, *segments, *ACTIONS})
                yield path, f"there is no menu or segment {choice.leads_to!r}{near}"


def _near(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(sorted(known))}"


def _keys(helpline: HelplineFile) -> Iterator[tuple[Path, str]]:
    for n, menu in enumerate(helpline.menus):
        yield from _menu_keys(helpline, n, menu)


def _menu_keys(helpline: HelplineFile, n: int, menu: MenuTable) -> Iterator[tuple[Path, str]]:
    fixed = {COUNSELLOR: "counsellor", EMERGENCY: helpline.emergency}
    keys = Counter(choice.key for choice in menu.choices)
    own = [choice for choice in menu.choices if choice.key not in fixed]
    if len(own) > MOST_CHOICES:
        yield ("menus", n), f"has {len(own)} choices; at most {MOST_CHOICES}: move some into another menu"
    for m, choice in enumerate(menu.choices):
        path = ("menus", n, "choices", m, "key")
        if keys[choice.key] > 1:
            yield path, f"key {choice.key} stands twice in menu {menu.id!r}; give each choice its own"
        elif choice.key in fixed and choice.leads_to != fixed[choice.key]:
            yield path, f"key {choice.key} means {fixed[choice.key]} everywhere; use 1 to {MOST_CHOICES}"
        elif choice.key not in fixed and choice.key not in "12345":
            yield path, f"key {choice.key} is not for choices; use 1 to {MOST_CHOICES}"
    expected = [str(number + 1) for number in range(len(own))]
    if sorted(each.key for each in own) != expected and max(keys.values()) == 1:
        yield ("menus", n), f"keys of menu {menu.id!r} leave a gap; number its choices {', '.join(expected)}"


def _languages(helpline: HelplineFile) -> Iterator[tuple[Path, str]]:
    codes = Counter(each.code for each in helpline.languages)
    chains = {each.code: each.fallback for each in helpline.languages}
    for n, each in enumerate(helpline.languages):
        if codes[each.code] > 1:
            yield ("languages", n, "code"), f"{each.code!r} stands twice; keep one"
        if each.fallback and each.fallback not in codes:
            yield (
                ("languages", n, "fallback"),
                f"there is no language {each.fallback!r}{_near(each.fallback, codes)}",
            )
        elif _circles(each.code, chains):
            yield ("languages", n, "fallback"), f"{each.code!r} falls back to itself; end the circle"
        for engine in each.engines:
            if not getattr(each, engine):
                message = f'engine {engine!r} needs its voice; add {engine} = "…"'
                yield ("languages", n, "engines"), message


def _circles(code: str, chains: dict[str, str | None]) -> bool:
    seen = {code}
    following = chains.get(code)
    while following and following not in seen:
        seen.add(following)
        following = chains.get(following)
    return following == code

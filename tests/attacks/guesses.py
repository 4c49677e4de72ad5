"""Where the helpline can be asked, from the application itself: its routes, and the fields they read."""

import random
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from werkzeug.routing import Rule

from tests.attacks.hostile import ENCODED, word

_READ = re.compile(r"""(?:args|form|values|fields|asked|files)(?:\.get(?:list)?\(|\[)\s*["']([a-z_]+)["']""")
_FIELD = re.compile(r"^    (\w+) = \w+Field\(", re.MULTILINE)
_INPUT = re.compile(r"""<(?:input|select|textarea|button)[^>]* name="([a-z_]+)\"""")
_NEIGHBOUR = re.compile(r"^from (ivr\.console\.\w+) import", re.MULTILINE)
_WORDS = re.compile(r'"([a-z_]{2,12})"')
USUAL = {
    "language": ("en", "af"),
    "prompt": ("welcome", "overdose.signs"),
    "what": tuple("gtrndcsaqwomMABCDhkluvxyz"),
    "key": ("1",),
    "filename": ("console.css", "studio.css"),
    "take": ("1", "-1"),
    "file": ("0" * 64 + ".wav",),
}


def routes(app: Any) -> list[tuple[str, Rule]]:
    """Every method of every route."""
    rules = sorted(app.url_map.iter_rules(), key=lambda each: str(each.rule))
    return [(method, rule) for rule in rules for method in sorted(rule.methods or ()) if method != "OPTIONS"]


def fields_of(app: Any, rule: Rule) -> tuple[str, ...]:
    """The fields that the page behind the route may read, or a module beside it, or a form of them."""
    return _fields(app.view_functions[rule.endpoint].__module__)


@cache
def _fields(module: str) -> tuple[str, ...]:
    found: set[str] = set()
    for each in _around(module):
        path = Path(sys.modules[each].__file__ or "")
        text = path.read_text()
        found.update(_READ.findall(text), _FIELD.findall(text), _listed(text))
        for name in re.findall(r'"(\w+/\w+\.html)"', text):
            found.update(_INPUT.findall((path.parent / "templates" / name).read_text()))
    return tuple(sorted(found - {"csrf_token"})) or ("page",)


def _around(module: str, deep: int = 2) -> set[str]:
    if not module.startswith("ivr.console"):
        return {module} if module.startswith("ivr.") else set()
    text = Path(sys.modules[module].__file__ or "").read_text()
    near = set(_NEIGHBOUR.findall(text)) - {"ivr.console.pages", "ivr.console.desk"}
    return {module}.union(*(_around(each, deep - 1) for each in near if deep))


def _listed(text: str) -> set[str]:
    """Names that are read one after the other: `for name in ("from", "to")`."""
    return set(_WORDS.findall("".join(re.findall(r'\((?:"[a-z_]+",? ?)+\)', text))))


def path_to(rule: Rule, chance: random.Random, usual: Mapping[str, tuple[str, ...]]) -> str:
    """A path that leads there, or nearly."""
    return "".join(_parts(rule, chance, usual))


def _parts(rule: Rule, chance: random.Random, usual: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for fixed, number, name in re.findall(r"([^<]+)|<(?:(int)[^:>]*:|path:)?(\w+)>", str(rule.rule)):
        if fixed:
            yield fixed
        elif number:
            yield chance.choice(("1", "2", "3", "0", "-1", "2147483648", "9" * 30))
        elif chance.random() < 0.1:
            yield chance.choice(ENCODED)
        else:
            yield quote(word(chance, usual.get(name, ("1",)))[:3000], safe="", errors="replace")

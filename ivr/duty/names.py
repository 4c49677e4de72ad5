"""When two written names are the same name, and whose a name is."""

from collections.abc import Iterable, Mapping
from unicodedata import normalize

from ivr.duty.problems import BadEventError
from ivr.flow.roster import Counsellor


def same_name(name: str) -> str:
    """What is equal for two spellings that differ only in case, spaces or how letters are composed."""
    return " ".join(normalize("NFC", name).split()).casefold()


def keys_by_name(people: Iterable[Counsellor]) -> dict[str, tuple[str, ...]]:
    """The keys of those who have each name, as `same_name` has it."""
    found: dict[str, tuple[str, ...]] = {}
    for person in people:
        name = same_name(person.name)
        found[name] = (*found.get(name, ()), person.key)
    return found


def key_of(name: str, names: Mapping[str, tuple[str, ...]]) -> str:
    """The key of the one counsellor of that name; a BadEventError if there is none, or are several."""
    keys = names.get(same_name(name), ())
    if len(keys) == 1:
        return keys[0]
    if keys:
        raise BadEventError(f"{len(keys)} counsellors are called {name!r}; give each another name")
    raise BadEventError(f"no counsellor is called {name!r}; import this counsellor first")

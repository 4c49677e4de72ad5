"""What pydantic finds, in the words of somebody who edits menus: what is wrong, and what to write."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

Context = Mapping[str, Any]

_ADVICE: dict[str, Callable[[Context], str]] = {
    "missing": lambda _: "is missing; add it",
    "extra_forbidden": lambda _: "is not known here; remove it, or correct its name",
    "string_type": lambda _: 'must be text in quotes, as "…"',
    "int_type": lambda _: "must be a whole number, without quotes",
    "greater_than_equal": lambda about: f"must be at least {about['ge']}; write a larger number",
    "less_than_equal": lambda about: f"must be at most {about['le']}; write a smaller number",
    "literal_error": lambda about: f"must be one of {about['expected']}",
    "list_type": lambda _: 'must be a list: ["…", "…"], or tables with two brackets, as [[menus]]',
    "too_short": lambda _: "must not be empty; write at least one",
    "string_too_long": lambda about: f"is too long; write at most {about['max_length']} letters",
    "model_type": lambda _: "must be a table with keys of its own; see the shipped helpline.toml",
    "value_error": lambda about: str(about["error"]),
}


def advice(error: ErrorDetails) -> str:
    """One sentence for one error; pydantic's own for a kind of error that no rule of ours raises."""
    say = _ADVICE.get(error["type"])
    return say(error.get("ctx", {})) if say else error["msg"]

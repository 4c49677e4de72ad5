"""What every page of calls is made with."""

from typing import Any

from ivr.console.desk import Desk
from ivr.console.pages import page, who
from ivr.console.rules import LISTENERS


def calls_page(desk: Desk, template: str, **values: Any) -> str:
    """The page; it knows the names of languages, and whether its reader may see single calls."""
    languages = desk.published().content.languages

    def language_name(code: str) -> str:
        found = languages.get(code)
        return (found.name if found else "") or code or "–"

    return page(
        template,
        languages=languages,
        language_name=language_name,
        may_listen=LISTENERS.allows(who()),
        **values,
    )

"""How a call begins: the languages, page by page, then the welcome, what is announced, and the main menu."""

from dataclasses import replace
from datetime import datetime

from ivr.flow import events as ev
from ivr.flow.announcing import announced
from ivr.flow.call import Call, Kind, Place, at_place, below
from ivr.flow.helpline import Helpline
from ivr.flow.moves import Next, arrive
from ivr.flow.saying import language_page, language_pages
from ivr.flow.words import MORE_LANGUAGES

LANGUAGE_SILENCES = 1


def answered(helpline: Helpline, call: Call, event: ev.Answered | ev.Lost) -> Next:
    """Ask for the language, unless there is only one."""
    known = replace(call, withheld=isinstance(event, ev.Answered) and event.withheld)
    if len(helpline.languages) == 1:
        return _welcome(helpline, known, event.at)
    pages = language_pages(helpline)
    return arrive(helpline, at_place(known, Kind.LANGUAGE, part=pages[0]), event.at)


def language_key(helpline: Helpline, call: Call, key: str, at: datetime) -> Next | None:
    """The language on this key, or the next page of them."""
    pages = language_pages(helpline)
    if len(pages) > 1 and key == MORE_LANGUAGES:
        return arrive(helpline, at_place(call, Kind.LANGUAGE, part=_following(pages, call.place.part)), at)
    page = language_page(helpline, call.place.part)
    chosen = page[int(key) - 1] if key.isdigit() and 0 < int(key) <= len(page) else None
    if chosen not in helpline.languages:
        return None
    known = call.announced and chosen == call.language
    return _welcome(helpline, replace(call, language=chosen, announced=known), at)


def silent_at_languages(helpline: Helpline, call: Call, event: ev.TimedOut) -> Next:
    """Every page once more, then the default language."""
    pages = language_pages(helpline)
    silences = call.silences + 1
    if silences > max(LANGUAGE_SILENCES, len(pages) - 1):
        return _welcome(helpline, call, event.at)
    page = Place(Kind.LANGUAGE, part=_following(pages, call.place.part))
    return arrive(helpline, replace(call, silences=silences, place=page), event.at)


def _welcome(helpline: Helpline, call: Call, at: datetime) -> Next:
    news = () if call.announced else announced(helpline, call.language, at)
    asked = below(call)
    asked = replace(asked, announced=bool(asked.trail and (call.announced or news)))
    return arrive(helpline, at_place(asked, Kind.MENU, helpline.main), at, "welcome", *news)


def _following(pages: tuple[int, ...], page: int) -> int:
    return pages[(pages.index(page) + 1) % len(pages)] if page in pages else pages[0]

"""The first page: what waits for whoever is signed in, each with the way there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from ivr.console.desk import Desk
from ivr.console.pages import Pages, page, who
from ivr.console.roster_facts import GAP_HOURS
from ivr.console.rules import LISTENERS, RECORDERS, ROTA_KEEPERS, SIGNED_IN, Rule
from ivr.duty.roster import gaps_ahead
from ivr.jobs.publication import Published
from ivr.storage.engine import reading
from ivr.storage.live_calls import count_waiting
from ivr.storage.staff_promises import count_pending, oldest_pending

GOOD, WARNING, BAD = "good", "warning", "bad"


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that waits or is well; `place` is where under /staff it is seen to."""

    title: str
    big: str
    text: str
    place: str
    tone: str = GOOD


def add_pages(pages: Pages, desk: Desk) -> None:
    """Add the first page."""
    pages.add("/", Home(desk).home, may=SIGNED_IN, menu="Today")


@dataclass(frozen=True, slots=True)
class Home:
    """The page, on the desk."""

    desk: Desk

    def home(self) -> str:
        """Who is on duty, and what waits."""
        held = self.desk.held()
        return page(
            "home.html",
            cards=list(self._cards()),
            people=held.roster.on_duty(self.desk.now()),
            made_up=self.desk.settings.exchange_mode and not held.people,
        )

    def _cards(self) -> Iterator[Card]:
        if _may(LISTENERS):
            yield from self._callers()
        if _may(ROTA_KEEPERS):
            yield self._gaps()
        if _may(RECORDERS):
            yield from self._voices()

    def _callers(self) -> Iterator[Card]:
        with reading(self.desk.engine) as connection:
            waiting = count_waiting(connection, self.desk.now())
            count, since = sum(count_pending(connection).values()), oldest_pending(connection)
        yield Card("Callers waiting now", str(waiting), "", "calls", WARNING if waiting else GOOD)
        overdue = self.desk.published().content.service.notify.overdue_minutes
        late = since is not None and self.desk.now() - since > timedelta(minutes=overdue)
        told = f"the oldest has waited longer than {overdue} minutes" if late else "none is overdue"
        yield Card("Promises to keep", str(count), told if count else "", "promises", BAD if late else GOOD)

    def _gaps(self) -> Card:
        found = gaps_ahead(self.desk.held().roster, self.desk.now(), GAP_HOURS)
        first = f"the first begins on {found[0][0]:%a %d %b at %H:%M}" if found else ""
        told = first or "somebody is always on duty while it is open"
        return Card("Times with nobody on duty, next 7 days", str(len(found)), told, "roster", _tone(found))

    def _voices(self) -> Iterator[Card]:
        held = self.desk.published()
        for code, language in held.content.languages.items():
            told, tone = _voice(held, code)
            missing = str(len(held.sounds.missing(code)))
            name = f"{language.name or code}: prompts that callers need and that have no sound"
            yield Card(name, missing, told, f"studio?language={code}", tone)


def _voice(held: Published, code: str) -> tuple[str, str]:
    """Whether callers hear the language, and its recordings as they should."""
    if code not in held.helpline.languages:
        return "callers cannot choose it", BAD
    stale = len(held.sounds.outdated.get(code, ()))
    return (f"{stale} recordings are of other words", WARNING) if stale else ("callers can choose it", GOOD)


def _may(rule: Rule) -> bool:
    return rule.allows(who())


def _tone(found: object) -> str:
    return BAD if found else GOOD

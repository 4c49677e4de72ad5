"""The helpline as callers find it now, from memory: menus, people, sounds."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from ivr.app.parts import Parts
from ivr.app.who import helpline_of
from ivr.content.service import Service
from ivr.flow.ring_plan import FALLBACK
from ivr.flow.roster import Counsellor, Roster
from ivr.jobs.numbers import Numbers, numbers_for
from ivr.jobs.publication import Published
from ivr.journal.snapshot import Facts
from ivr.telephony.twilio.desk import World

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class People:
    """Whom a Dial can name at one moment."""

    counsellors: Mapping[str, Counsellor]
    fallback: str | None

    def phone(self, key: str) -> str | None:
        """The phone behind a key of the ring plan; those that may not be rung are not here."""
        if key == FALLBACK:
            return self.fallback
        found = self.counsellors.get(key)
        return found.phone if found else None

    def languages(self, key: str) -> tuple[str, ...]:
        """What they speak; nothing is known of the fallback number."""
        found = self.counsellors.get(key)
        return found.languages if found else ()


@dataclass(frozen=True, slots=True)
class Sounds:
    """Where the network fetches what is live, and the words for when there is no sound."""

    published: Published
    audio_url: str

    def url(self, prompt: str, language: str) -> str | None:
        """The absolute URL of the sound that a caller of that language hears."""
        sound = self.published.sounds.find(prompt, language)
        return f"{self.audio_url}/{sound.language}/{sound.file}" if sound else None

    def words(self, prompt: str, language: str) -> str:
        """The words, of a language that stands in if need be."""
        content = self.published.content
        found = (content.prompt(code, prompt) for code in content.chain(language))
        return next((each.text for each in found if each), prompt)


class LatestWorld:
    """The world of this moment; should it ever fail to be made, the last one that could be."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._last = self._made()

    def __call__(self) -> World:
        """At once, from memory, and never an exception; a new one if what it is made of is new."""
        last = self._last
        published, snapshot = self._parts.publication.current(), self._parts.snapshot.current()
        same = last.facts is snapshot.facts and last.roster is snapshot.roster
        if same and last.published is published:
            return last.world
        try:
            self._last = self._made()
        except Exception:  # noqa: BLE001 (whatever it is, callers go on in the world as it was)
            _LOG.exception("The world could not be made new")
        return self._last.world

    def _made(self) -> "_Made":
        published, snapshot = self._parts.publication.current(), self._parts.snapshot.current()
        return _Made(published, snapshot.facts, snapshot.roster, world(self._parts))


@dataclass(frozen=True, slots=True)
class _Made:
    """A world, and what it was made of; that may have become newer while it was made."""

    published: Published
    facts: Facts
    roster: Roster
    world: World


def world(parts: Parts) -> World:
    """The helpline as callers find it now: memory only."""
    published, snapshot = parts.publication.current(), parts.snapshot.current()
    open_, people = helpline_of(parts.settings, published, snapshot)
    numbers = _numbers_of(parts.settings.helpline_number, published.content.service)
    studio = parts.studio.is_used()
    helpline = replace(open_, numbers=numbers, studio=studio)
    sounds = Sounds(published, parts.settings.audio_url)
    return World(helpline, People(people, helpline.fallback_number), sounds)


def _numbers_of(helpline: str, service: Service) -> Numbers:
    own = (*service.missed_call.numbers, *service.staff.numbers)
    return _numbers(helpline, tuple(service.callback.countries), own)


@cache
def _numbers(helpline: str, countries: tuple[str, ...], own: tuple[str, ...]) -> Numbers:
    return numbers_for(helpline, countries, own)

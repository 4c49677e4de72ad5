"""The network of a script: the real exchange before the real helpline, and what in them can break."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from ivr.jobs.fetching import DROPPED, RECORDINGS
from ivr.jobs.publication import Publication, Published
from ivr.storage.errors import StorageError
from ivr.telephony.exchange.sounds import Media
from ivr.telephony.exchange.webhooks import Answer, Request, Unreachable
from tests.app.stage import Stage
from tests.calls.harness import silence_wav
from tests.calls.rest import Later

SECONDS_OF_A_PROMPT = 2.0
RINGING = frozenset({"keep_callbacks", "ring_back", "note_callbacks"})
SELDOM = 15.0  # seconds between two looks of any other task that nobody has woken, at least
A_SECOND = timedelta(seconds=1)  # between two looks of the threads that keep new what callers are served from
FETCHES = frozenset({RECORDINGS, DROPPED})


class BrokenMenus(dict[str, Any]):
    """Menus that can no longer be read."""

    def __getitem__(self, name: str) -> Any:
        raise RuntimeError("broken by the script")


@dataclass
class Breakable:
    """What callers hear, until the script breaks it."""

    publication: Publication
    broken: bool = False

    def current(self) -> Published:
        found = self.publication.current()
        if not self.broken:
            return found
        return replace(found, helpline=replace(found.helpline, menus=BrokenMenus(found.helpline.menus)))

    def refresh(self) -> None:
        self.publication.refresh()


class Woken:
    """Which tasks were asked to look at once."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def send(self, name: str) -> None:
        self.names.add(name)


@dataclass
class Wire:
    """Carries webhooks to the helpline, at the exchange's time; between two of them its threads work.

    `loses` says of a request that it never arrives, `delays` that it does so later; `doubles` has each
    arrive twice, the second time to get the very same answer.
    """

    stage: Stage
    town: Any = None
    later: Later | None = None
    sent: list[tuple[Request, bytes]] = field(default_factory=list)
    loses: Callable[[Request], bool] = lambda request: False
    delays: Callable[[Request], float] = lambda request: 0.0
    doubles: bool = False
    woken: Woken = field(default_factory=Woken)
    looked: dict[str, float] = field(default_factory=dict)
    refreshed: datetime | None = None
    fetch_again: datetime | None = None

    def __post_init__(self) -> None:
        self._began = self.stage.clock.at

    async def send(self, request: Request) -> Answer:
        if self.loses(request):
            raise Unreachable("rt", "lost on its way")
        if seconds := self.delays(request):
            await self._on_its_way(seconds)
        self.work()
        answer = self._once(request)
        self.sent.append((request, answer.body))
        if self.doubles:
            self.repeat()
        self.work()
        return answer

    async def _on_its_way(self, seconds: float) -> None:
        self.town.clock.release()  # others go on meanwhile
        try:
            await self.town.clock.sleep(seconds)
        finally:
            self.town.clock.hold()

    def work(self) -> None:
        """What the helpline's threads do by now."""
        self.stage.clock.at = self._began + timedelta(seconds=self.town.clock.now())
        self._work()
        while self.later and self.later.work(self._do_later):
            self._work()

    def _work(self) -> None:
        parts = self.stage.parts
        if self._is_second():
            self._look(parts.snapshot.refresh)
            self._look(parts.publication.refresh)
        self._look(parts.journal.drain)
        self._fetch()
        self._look(parts.ringing.work)

    def _is_second(self) -> bool:
        at = self.stage.clock.at
        if self.refreshed and abs(at - self.refreshed) < A_SECOND:
            return False
        self.refreshed = at
        return True

    def _fetch(self) -> None:
        """As its task does: when woken, and when it wanted to look again."""
        at, woken = self.stage.clock.at, self.woken.names & FETCHES
        if woken or (self.fetch_again and at >= self.fetch_again):
            self.woken.names -= woken
            self.fetch_again = at + A_SECOND  # unless it comes to its end
            self._look(self._fetch_now)

    def _fetch_now(self) -> None:
        pause = self.stage.parts.fetching.work()
        self.fetch_again = self.stage.clock.at + pause if pause else None

    def look(self) -> None:
        """What its tasks do by now: each looks when it was woken, and now and then."""
        self.work()
        tasks = self.stage.parts.tasks
        for name in tasks.names:
            task = tasks._tasks[name]
            if name in self.woken.names or self._is_time(name, task.every):
                self.woken.names.discard(name)
                self.looked[name] = self.town.clock.now()
                self._look(task.look)
        self.work()

    def _is_time(self, name: str, every: float) -> bool:
        pause = every if name in RINGING else max(every, SELDOM)
        return self.town.clock.now() >= self.looked.get(name, -pause) + pause

    def _look(self, look: Callable[[], Any]) -> None:
        try:
            look()
        except (SQLAlchemyError, StorageError):
            return  # as a thread would, it works again another time

    def repeat(self) -> None:
        """The last request once more; it has to get the very same answer."""
        request, body = self.sent[-1]

        assert body == self._once(request).body

    def _do_later(self, job: Callable[[], Any], seconds: float) -> None:
        async def done() -> None:
            await self.town.clock.sleep(seconds)
            self.work()
            job()
            self.work()

        self.town.switch.errand(done())

    def _once(self, request: Request) -> Answer:
        with self.stage.client.open(
            urlsplit(request.url).path,
            method=request.method,
            data=dict(request.form),
            headers=dict(request.headers),
        ) as got:
            assert got.status_code in {200, 204}
            return Answer(got.status_code, got.headers.get("Content-Type", ""), got.data)


@dataclass
class AppShelf:
    """The helpline's own sounds, each two seconds long, so that nobody need wait for real speech."""

    stage: Stage

    async def fetch(self, url: str) -> Media:
        status, body, headers = self.stage.get(url)
        long = body if "/heard/" in url else silence_wav(SECONDS_OF_A_PROMPT)
        return Media(status, headers["Content-Type"], "no-store", long)

"""The network of a script: the real exchange before the real helpline, and what in them can break."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from ivr.jobs.publication import Publication, Published
from ivr.telephony.exchange.sounds import Media
from ivr.telephony.exchange.webhooks import Answer, Request
from tests.app.stage import Stage
from tests.calls.harness import silence_wav

SECONDS_OF_A_PROMPT = 2.0


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


@dataclass
class Provider:
    """The recordings of the exchange, as the fetching job sees them."""

    town: Any = None

    def fetch(self, recording: str) -> bytes:
        found = self.town.switch.recordings.get(recording)
        if not found or not found.wav:
            raise LookupError(recording)
        return bytes(found.wav)

    def delete(self, recording: str) -> None:
        self.town.switch.recordings.delete(recording)


@dataclass
class Wire:
    """Carries webhooks to the helpline, at the exchange's time; between two of them its threads work."""

    stage: Stage
    town: Any = None
    sent: list[tuple[Request, bytes]] = field(default_factory=list)

    async def send(self, request: Request) -> Answer:
        self.stage.clock.at = self._began + timedelta(seconds=self.town.clock.now())
        self.stage.background()
        answer = self._once(request)
        self.sent.append((request, answer.body))
        return answer

    def __post_init__(self) -> None:
        self._began = self.stage.clock.at

    def repeat(self) -> None:
        """The last request once more; it has to get the very same answer."""
        request, body = self.sent[-1]

        assert body == self._once(request).body

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

"""An application of fixed pages, for tests of the network alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ivr.telephony.exchange.webhooks import Answer, Request, Unreachable


@dataclass
class Pages:
    """Answers each path with its document; an exception or Answer is raised or given as it is."""

    documents: Mapping[str, str | Answer | Unreachable]
    asked: list[Request] = field(default_factory=list)

    async def send(self, request: Request) -> Answer:
        self.asked.append(request)
        page = self.documents[urlsplit(request.url).path]
        if isinstance(page, Unreachable):
            raise page
        if isinstance(page, Answer):
            return page
        return Answer(200, "text/xml; charset=utf-8", page.encode())

    def of(self, path: str) -> list[Mapping[str, str]]:
        """The forms sent to that path."""
        return [each.form for each in self.asked if urlsplit(each.url).path == path]

    @property
    def paths(self) -> list[str]:
        return [urlsplit(each.url).path for each in self.asked]

"""A network in this process: callers and counsellors who do what chance tells them, each webhook signed.

Documents are read as text, which takes less time than the turns that are measured. A call is closed after
MOST turns at the latest, and nothing of a call is kept once it is over.
"""

import random
import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.app.stage import NUMBER, PUBLIC, sign

MOST = 40  # turns of one call
STAYS = 0.1  # of those who are to wait for a person: each of them costs as much as fifty turns
KEYS = "111222233344455550789***###"
ACTION = re.compile(r'action="([^"]+)"')
WAIT = re.compile(r'waitUrl="([^"]+)"')
ONWARD = re.compile(r"<Redirect[^>]*>([^<]+)<")
QUEUE = re.compile(r"<Queue[^>]*>([^<]+)<")
Fields = dict[str, str]
Application = Callable[[dict[str, Any], Callable[..., Any]], list[bytes]]


def named(kind: str, what: str) -> str:
    """An id as networks give, the same for the same."""
    return kind + sha256(what.encode()).hexdigest()[:32]


@dataclass(slots=True)
class Leg:
    """A call on the line: what it asks next, and since how many webhooks of the queue it waits."""

    sid: str
    number: str
    url: str
    fields: Fields
    turns: int = 0
    waited: int = -1
    after_queue: str = ""
    status_url: str = "/voice/status"


@dataclass
class Rest:
    """The network's REST API: who is to be rung becomes a leg beside the callers, or does not pick up."""

    chance: random.Random
    lines: deque[Leg] = field(default_factory=deque)
    placed: int = 0

    def place(self, to: str, url: str, status_url: str, seconds: int) -> str:
        """A phone that is to ring."""
        del seconds
        self.placed += 1
        sid = named("CA", f"leg {self.placed}")
        if self.chance.random() < 0.5:
            self.lines.append(Leg(sid, to, url, {}, status_url=status_url))
        else:
            unanswered = {"CallStatus": "no-answer"}
            self.lines.append(Leg(sid, to, status_url, unanswered, MOST, status_url=status_url))
        return sid

    def stop(self, sid: str) -> bool:
        """A phone that is to ring no more: too late."""
        del sid
        return False

    def redirect(self, sid: str, url: str) -> bool:
        """A call that is to go on elsewhere: that of a counsellor who has nobody to talk to."""
        for leg in self.lines:
            if leg.sid == sid:
                leg.url, leg.fields, leg.waited = url, {}, -1
        return True

    def delete_queue(self, sid: str) -> bool:
        """A queue that is over."""
        return bool(sid)


@dataclass
class Network:
    """Keeps so many callers on the line, and the phones that `rest` was asked to ring."""

    app: Application
    rest: Rest
    chance: random.Random
    callers: int
    bridged: set[str] = field(default_factory=set)
    statuses: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    begun: int = 0
    turns: int = 0

    def turn(self) -> None:
        """One webhook of whoever's turn it is."""
        lines = self.rest.lines
        leg = lines.popleft() if len(lines) >= self.callers else self._caller()
        leg.turns += 1
        document = self._post(leg, leg.url, leg.fields)
        if leg.turns < MOST and self._goes_on(leg, document):
            lines.append(leg)
        else:
            self.bridged.discard(leg.sid)
            self._post(leg, leg.status_url, {"CallStatus": "completed"})

    def _caller(self) -> Leg:
        self.begun += 1
        sid = named("CA", f"caller {self.begun}")
        number = "anonymous" if self.chance.random() < 0.1 else f"+2783{self.chance.randrange(10**7):07}"
        return Leg(sid, number, "/voice", {})

    def _post(self, leg: Leg, url: str, fields: Mapping[str, str]) -> str:
        sent = {"CallSid": leg.sid, "From": leg.number, "To": NUMBER, "Direction": "inbound", **fields}
        written = url.partition("#")[0] if "://" in url else PUBLIC + url
        target, body = urlsplit(written), urlencode(sent).encode()
        environ = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": target.path,
            "QUERY_STRING": target.query,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_X_TWILIO_SIGNATURE": sign(written, sent),
            "HTTP_I_TWILIO_IDEMPOTENCY_TOKEN": named("", f"{leg.sid} {leg.turns} {url}"),
            "wsgi.input": BytesIO(body),
        }
        answer = self.app(environ, lambda status, _: self.statuses.add(status))
        self.turns += 1
        return b"".join(answer).decode()

    def _goes_on(self, leg: Leg, document: str) -> bool:
        """Whether the call lasts; where it goes on is written into it."""
        acted, onward = ACTION.search(document), ONWARD.search(document)
        wait, chance = WAIT.search(document), self.chance.random()
        if wait and acted and chance < STAYS:
            leg.after_queue, leg.waited = unescape(acted[1]), 0
            return self._to(leg, "queued", wait[1], **self._queue(leg))
        if leg.waited >= 0:
            return self._waits(leg, document, acted, onward, chance)
        if wait or chance < 0.03 or not (acted or onward):
            return False
        if acted and ("<Record" in document or "<Dial" in document):
            return self._speaks(leg, document, acted[1], chance)
        if acted and chance < 0.85:
            return self._to(leg, "pressed", acted[1], Digits=self.chance.choice(KEYS))
        return onward is not None and self._to(leg, "silent", onward[1])

    def _waits(self, leg: Leg, document: str, acted: Any, onward: Any, chance: float) -> bool:
        leg.waited += 1
        result = "bridged" if leg.sid in self.bridged else "hangup" if chance < 0.5 else ""
        result = "leave" if "<Leave" in document else result
        if result or not onward:
            told = {"QueueResult": result or "error", "QueueTime": str(5 * leg.waited)}
            self.bridged.discard(leg.sid)
            leg.waited = -1
            return self._to(leg, f"queue {result}", leg.after_queue, **told)
        if acted and chance < 0.3:
            return self._to(
                leg, "pressed waiting", acted[1], Digits=self.chance.choice(KEYS), **self._queue(leg)
            )
        return self._to(leg, "waits", onward[1], **self._queue(leg))

    def _speaks(self, leg: Leg, document: str, action: str, chance: float) -> bool:
        if "<Record" in document:
            return self._records(leg, action, chance)
        return self._dials(leg, document, action, chance)

    def _records(self, leg: Leg, action: str, chance: float) -> bool:
        told = {
            "RecordingSid": named("RE", f"{leg.sid} {leg.turns}"),
            "RecordingDuration": "12",
            "Digits": "hangup" if chance < 0.3 else "#",
        }
        return self._to(leg, "recorded", action, **told)

    def _dials(self, leg: Leg, document: str, action: str, chance: float) -> bool:
        queue = QUEUE.search(document)
        if queue:
            self.bridged.add(unescape(queue[1]).partition("-")[0])
        talked = bool(queue) or chance < 0.5
        told = {"DialCallStatus": "completed" if talked else "no-answer", "DialBridged": str(talked).lower()}
        return self._to(leg, "dialled", action, DialCallDuration="60", **told)

    def _queue(self, leg: Leg) -> Fields:
        return {"QueueSid": f"QU{leg.sid[2:]}", "QueueTime": str(5 * leg.waited)}

    def _to(self, leg: Leg, kind: str, url: str, **fields: str) -> bool:
        self.kinds.add(kind)
        leg.url, leg.fields = unescape(url), fields
        return True

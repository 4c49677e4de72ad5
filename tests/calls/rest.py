"""The network's REST API for scripts: whatever the helpline asks there reaches the exchange of the script.

    with over(Rest(town)): ...

The helpline's own clients send real requests; only the wire between the two is missing, so that what reads
errors and answers is tested too, and time stands still meanwhile.
"""

import json
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import HTTPAdapter

from ivr.telephony.exchange import rest_calls
from ivr.telephony.exchange.numbers import new_sid
from ivr.telephony.exchange.rest import Api, RestError

API_URL = "http://127.0.0.1:9"  # nobody listens there
HANGING = 6.0  # seconds after which the helpline's clients have given up
Answered = tuple[int, dict[str, Any] | bytes]


class Trouble(Enum):
    """What is the matter with the REST API."""

    NONE = "up"
    DOWN = "down"
    HANGS = "hangs"


@dataclass
class Rest:
    """One exchange's REST API; phones in `bad` are no numbers; `texted` is told of messages."""

    town: Any = None
    trouble: Trouble = Trouble.NONE
    calls_left: int | None = None
    bad: set[str] = field(default_factory=set)
    texted: Callable[[str, str], None] = lambda to, body: None
    asked: list[tuple[str, str]] = field(default_factory=list)

    def send(self, request: requests.PreparedRequest) -> requests.Response:
        """The answer to one request, or an error of the wire."""
        assert str(request.url).startswith(API_URL), request.url
        if self.trouble is Trouble.DOWN:
            raise requests.ConnectionError(request=request)
        if self.trouble is Trouble.HANGS:
            raise requests.ReadTimeout(request=request)
        path = urlsplit(str(request.url)).path.partition("/Accounts/")[2].partition("/")[2]
        return _response(request, *self._answer(str(request.method), path, _form(request)))

    def _answer(self, method: str, path: str, form: dict[str, str]) -> Answered:
        self.asked.append((method, path))
        kind, _, name = path.partition("/")
        try:
            return RESOURCES[kind.partition(".")[0]](self, method, name.partition(".")[0], form)
        except RestError as error:
            return error.status, {"code": error.code, "message": error.message, "status": error.status}

    def _calls(self, method: str, sid: str, form: dict[str, str]) -> Answered:
        api = Api(self.town.switch, self.town.calls)
        if not sid and method == "GET":
            return 200, {"calls": [], "next_page_uri": None, "page": 0}  # none is old enough to be asked for
        if not sid:
            return 201, rest_calls.shown(api, self._placed(api, form))
        call = api.switch.calls.get(sid)
        if call is None:
            raise RestError(404, 20404, "not found")
        if method == "POST":
            rest_calls._update(api, call, form)
        return 200, rest_calls.shown(api, call)

    def _placed(self, api: Api, form: dict[str, str]) -> Any:
        if self.calls_left == 0:
            raise RestError(429, 10004, "Call concurrency limit exceeded")
        if form["To"] in self.bad:
            raise RestError(400, 21211, "Invalid 'To' phone number")
        self.calls_left = self.calls_left and self.calls_left - 1
        return api.calls.order(rest_calls._order(api, form))

    def _messages(self, method: str, sid: str, form: dict[str, str]) -> Answered:
        del sid
        if method == "GET":
            return 200, {"messages": [], "next_page_uri": None, "page": 0}
        self.texted(form["To"], form["Body"])
        return 201, {"sid": new_sid("SM"), "to": form["To"], "body": form["Body"]}

    def _queues(self, method: str, sid: str, form: dict[str, str]) -> Answered:
        del method, form
        queues = self.town.switch.queues
        found = next((each for each in queues.values() if each.sid == sid), None)
        if found is None:
            raise RestError(404, 20404, "not found")
        if found.members:
            raise RestError(400, 22002, "not empty")
        del queues[found.name]
        return 204, b""

    def _recordings(self, method: str, sid: str, form: dict[str, str]) -> Answered:
        del form
        found = self.town.switch.recordings.get(sid)
        if found is None or (method == "GET" and not found.wav):
            raise RestError(404, 20404, "not found")
        if method == "DELETE":
            self.town.switch.recordings.delete(sid)
            return 204, b""
        found.fetched.set()
        return 200, bytes(found.wav)


RESOURCES: dict[str, Callable[[Rest, str, str, dict[str, str]], Answered]] = {
    "Calls": Rest._calls,
    "Messages": Rest._messages,
    "Queues": Rest._queues,
    "Recordings": Rest._recordings,
}


@contextmanager
def over(rest: Rest) -> Iterator[None]:
    """While inside, all that is sent over HTTP reaches that API, at once."""
    wire = HTTPAdapter.send
    HTTPAdapter.send = lambda self, request, **_: rest.send(request)  # type: ignore[method-assign]
    try:
        yield
    finally:
        HTTPAdapter.send = wire  # type: ignore[method-assign]


@dataclass
class Later(Executor):
    """Does in `work` what it was handed: the helpline's threads that wait for the network."""

    rest: Rest
    lag: float = 0.0
    jobs: deque[tuple[Future[Any], Callable[[], Any]]] = field(default_factory=deque)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        self.jobs.append((done, partial(fn, *args, **kwargs)))
        return done

    def work(self, later: Callable[[Callable[[], Any], float], None]) -> bool:
        """Whether there was anything to do; what takes long (`lag`, or a time-out) is handed to `later`."""
        worked = bool(self.jobs)
        while self.jobs:
            done, job = self.jobs.popleft()
            seconds = HANGING if self.rest.trouble is Trouble.HANGS else self.lag
            if seconds:
                later(job, seconds)
            else:
                done.set_result(job())
        return worked


def _form(request: requests.PreparedRequest) -> dict[str, str]:
    body = request.body or b""
    fields = parse_qsl(body.decode() if isinstance(body, bytes) else body, keep_blank_values=True)
    events = " ".join(value for name, value in fields if name == "StatusCallbackEvent")
    return {**dict(fields), "StatusCallbackEvent": events}


def _response(
    request: requests.PreparedRequest, status: int, body: dict[str, Any] | bytes
) -> requests.Response:
    answer = requests.Response()
    answer.request, answer.url, answer.status_code = request, str(request.url), status
    answer._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer._content_consumed = True
    answer.encoding = "utf-8"
    return answer

"""Asks every route of the helpline for things that make no sense, as nobody, as staff and as the network."""

import io
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from werkzeug.routing import Rule

from ivr.storage.accounts import Role
from tests.app.stage import sign
from tests.attacks.guesses import USUAL, fields_of, path_to, routes
from tests.attacks.hostile import FILES, NAMES, word
from tests.console.staging import ConsoleStage, Visitor

MOST_ONWARD = 300
_ONWARD = re.compile(r"https://helpline\.example(/voice/[^<\"#]+)")
PATIENCE = 20.0  # seconds for one answer on a machine that does much else
TELEPHONY = ("/voice", "/sms")
TOLD = (
    "CallSid",
    "From",
    "To",
    "Digits",
    "CallStatus",
    "RecordingSid",
    "RecordingUrl",
    "RecordingDuration",
    "RecordingStatus",
    "DialBridged",
    "DialCallStatus",
    "DialCallDuration",
    "QueueResult",
    "QueueSid",
    "QueueTime",
    "Direction",
    "MessageSid",
    "Body",
    "ParentCallSid",
    "DequeingCallSid",
    "Timestamp",
    "SequenceNumber",
)
USUAL_TOLD = {
    "CallSid": ("CA" + "1" * 32,),
    "From": ("+27823334444", "+27821110001", "anonymous"),
    "To": ("+12025550100",),
    "Digits": ("1", "0", "9", "**", "hangup", "4321#"),
    "CallStatus": ("completed", "in-progress", "busy"),
    "RecordingSid": ("RE" + "1" * 32,),
    "Body": ("on", "off", "who"),
}


@dataclass
class Prober:
    """One attacker with a notebook: `trouble` is what they would be glad about."""

    stage: ConsoleStage
    chance: random.Random
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)
    asked: int = 0
    slowest: float = 0.0

    def __post_init__(self) -> None:
        self._routes = routes(self.stage.app)
        self._onward: list[str] = []
        self._usual = {**USUAL, **self.known}
        self._staff: dict[Role | None, Visitor] = {}
        self._tokens: dict[Role | None, str] = {}

    def probe(self, times: int) -> list[str]:
        """Ask so often; everything that was answered with an error, or late."""
        for _ in range(times):
            method, rule = self.chance.choice(self._routes)
            telephony = str(rule.rule).startswith(TELEPHONY)
            (self._webhook if telephony else self._page)(method, rule)
        return self.trouble

    def _webhook(self, method: str, rule: Rule) -> None:
        path, fields = path_to(rule, self.chance, self._usual), self._told()
        if self._onward and self.chance.random() < 0.6:
            path = self.chance.choice(
                self._onward
            )  # where a document of ours leads, with what makes no sense
        signature = sign(self.stage.stage.public + path, fields if method == "POST" else {})
        signed = self.chance.random() < 0.9
        headers = {"X-Twilio-Signature": signature if signed else "x" * self.chance.randrange(40)}
        form = {"data": fields} if method == "POST" else {}
        self._ask(self.stage.stage.client, method, path, headers=headers, **form)

    def _told(self) -> dict[str, str]:
        names = self.chance.sample(TOLD, self.chance.randrange(len(TOLD)))
        return {each: word(self.chance, USUAL_TOLD.get(each, ())) for each in names}

    def _page(self, method: str, rule: Rule) -> None:
        role = self.chance.choice((Role.ADMINISTRATOR, Role.ADMINISTRATOR, *Role, None))
        visitor = self._visitor(role)
        fields = fields_of(self.stage.app, rule)
        query = self._some(fields) if self.chance.random() < 0.6 else {}
        form: dict[str, Any] = {}
        if method == "POST":
            form = {"data": {"csrf_token": self._tokens[role], **self._some(fields), **self._files()}}
        self._ask(visitor.client, method, path_to(rule, self.chance, self._usual), query_string=query, **form)

    def _some(self, fields: tuple[str, ...]) -> dict[str, Any]:
        names = self.chance.sample(fields, self.chance.randint(0, min(len(fields), 12)))
        return {each: word(self.chance, self._usual.get(each, ("1", "yes"))) for each in names}

    def _files(self) -> dict[str, Any]:
        if self.chance.random() < 0.8:
            return {}
        name = self.chance.choice(("recording", "recordings", "file"))
        return {name: (io.BytesIO(self.chance.choice(FILES)), self.chance.choice(NAMES))}

    def _visitor(self, role: Role | None) -> Visitor:
        """Somebody who is signed in: who was signed out by what they did begins anew."""
        visitor = self._staff.get(role)
        if visitor is None or visitor.get("/staff/account").status_code != 200:
            visitor = self.stage.signed_in(*[role] if role else [], name=f"Prober {self.asked}")
            self._staff[role], self._tokens[role] = visitor, visitor.token()
        return visitor

    def _ask(self, client: Any, method: str, path: str, **how: Any) -> None:
        begun = perf_counter()
        try:
            with client.open(path, method=method, base_url=self.stage.stage.public, **how) as answer:
                status, length = answer.status_code, len(answer.data)
                self._follow(answer.text if path.startswith("/voice") else "")
            self._check(f"{method} {path[:200]}", status, length, answer.headers, how)
        except Exception as error:  # noqa: BLE001 (what comes through is what is looked for)
            self.trouble.append(
                f"{method} {path[:200]}: {type(error).__name__} {str(error)[:300]} {_told(how)}"
            )
        self.asked += 1
        took = perf_counter() - begun
        self.slowest = max(self.slowest, took)
        if took > PATIENCE:
            self.trouble.append(f"{method} {path[:200]}: took {took:.1f} s {_told(how)}")

    def _follow(self, document: str) -> None:
        """Remember some of the places that it leads to."""
        for path in _ONWARD.findall(document):
            self._onward.insert(self.chance.randint(0, len(self._onward)), path)
        del self._onward[MOST_ONWARD:]

    def _check(self, what: str, status: int, length: int, headers: Any, how: Any) -> None:
        if status >= 500 and not (status == 503 and "/heard" in what):
            self.trouble.append(f"{what}: {status} {_told(how)}")
        if length > 2_000_000:
            self.trouble.append(f"{what}: {length} bytes")
        if "X-Evil" in headers:
            self.trouble.append(f"{what}: a header of the stranger's")
        onward = headers.get("Location", "")
        if urlsplit(onward).netloc not in {"", urlsplit(self.stage.stage.public).netloc} or "\\" in onward:
            self.trouble.append(f"{what}: leads away to {onward[:100]}")


def _told(how: dict[str, Any]) -> str:
    return repr({name: value for name, value in how.items() if name != "headers"})[:600]

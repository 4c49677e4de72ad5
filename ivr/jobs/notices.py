"""What staff are told: `notify` keeps it in the outbox, in the transaction of what it is about."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from ivr.content.catalogue import Content
from ivr.content.notices import Notices, chain_of
from ivr.flow.roster import Counsellor
from ivr.privacy import without_numbers
from ivr.storage.notice_facts import promise_to_tell
from ivr.storage.notices import EMAIL, SMS, Notice, Recipient, keep_notice

Kind = Literal[
    "promise-new",
    "promise-overdue",
    "promise-refused",
    "gap-ahead",
    "nobody-reachable",
    "conversation-urgent",
    "bad-number",
    "repeated-misses",
    "pin-locked",
    "subscription-failed",
    "self-test-failed",
    "low-balance",
]
Fact = str | int | bool | datetime
PERSON = "person:"
_ALSO_TOLD = {"pin-locked": "pin-locked"}


def notify(connection: Connection, kind: Kind, key: str, **facts: Fact) -> bool:
    """Have staff told, once for a kind and key; False if that was asked for before, by whomever.

    What is committed with `connection` is told within seconds, and tried for a day. The facts of each kind:
    promise-new, promise-overdue: `promise`, its id (what else is told of it is looked up, unless given);
    gap-ahead: `start`, `end`, and of several `gaps`; nobody-reachable: `language`; promise-refused: none;
    conversation-urgent: `conversation`, its id, `person` (the counsellor's key), `language`;
    bad-number: `person` (the counsellor's key);
    repeated-misses: `person`, `count`, and `paused`, False for the last on duty, who is not paused (who is
    paused is told too); pin-locked: `person`, who is told too, and `count`; subscription-failed:
    `subscription`, its name; self-test-failed: `reason`; low-balance: `balance`. Numbers are taken out.
    """
    whole = {**_of_promise(connection, facts.get("promise")), **facts}
    plain = {name: _plain(name, fact) for name, fact in whole.items()}
    return keep_notice(connection, kind, key, plain)


def _of_promise(connection: Connection, promise: Fact | None) -> dict[str, Fact]:
    found = promise_to_tell(connection, int(str(promise))) if promise is not None else None
    return {"what": found.kind, "language": found.language, "since": found.since} if found else {}


def recipients(
    notice: Notice, content: Content, notices: Notices, people: dict[str, Counsellor]
) -> Iterator[Recipient]:
    """Who gets which text about it: staff as in helpline.toml, and who is paused or locked out."""
    paused = notice.facts.get("paused", True)
    repeated = notice.kind == "repeated-misses"
    table = content.service.notify
    text = "repeated-misses-last" if repeated and not paused else notice.kind
    language = chain_of(content, [table.language])[0]
    yield from (Recipient(text, SMS, each, language) for each in table.sms)
    yield from (Recipient(text, EMAIL, each, language) for each in table.email)
    person = people.get(str(notice.facts.get("person", "")))
    told = "you-are-paused" if repeated and paused else _ALSO_TOLD.get(notice.kind)
    if told and person:
        own = next((each for each in person.languages if each in notices.texts), language)
        yield Recipient(told, SMS, f"{PERSON}{person.key}", own)


def _plain(name: str, fact: Fact) -> str | int:
    if isinstance(fact, datetime):
        return fact.isoformat(timespec="seconds")
    if isinstance(fact, str) and name != "person":  # a key may happen to be all digits
        return without_numbers(fact)
    return fact

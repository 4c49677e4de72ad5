"""What staff are told: an outbox that tells each thing once, and keeps what could not be delivered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from ivr.storage.tables_notices import deliveries, notices

WAITING, SENT, GIVEN_UP = STATES = ("waiting", "sent", "given-up")
SMS, EMAIL = "sms", "email"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to be told; `created` is None until it was first seen."""

    id: int
    kind: str
    facts: Mapping[str, Any]
    created: datetime | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets which text, how, in which language; `address` as in the table."""

    text: str
    channel: str
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one recipient, with the notice that it tells; `tries` have been begun."""

    id: int
    kind: str
    facts: Mapping[str, Any]
    created: datetime
    recipient: Recipient
    state: str
    tries: int
    sent_at: datetime | None
    error: str


def keep_notice(connection: Connection, kind: str, key: str, facts: Mapping[str, Any]) -> bool:
    """Keep what is to be told; False if a notice of that kind and key was kept before, by whomever."""
    if is_kept(connection, kind, key):
        return False
    try:
        with connection.begin_nested():
            connection.execute(insert(notices).values(kind=kind, key=key, facts=dict(facts)))
    except IntegrityError:
        return False  # somebody else was first
    return True


def is_kept(connection: Connection, kind: str, key: str) -> bool:
    """Whether there is a notice of that kind and key."""
    same = and_(notices.c.kind == kind, notices.c.key == key)
    return connection.scalar(select(notices.c.id).where(same)) is not None


def facts_of(connection: Connection, kind: str, key: str) -> Mapping[str, Any] | None:
    """What the notice of that kind and key tells; None if there is none."""
    same = and_(notices.c.kind == kind, notices.c.key == key)
    facts: Mapping[str, Any] | None = connection.scalar(select(notices.c.facts).where(same))
    return facts


def unaddressed(connection: Connection, limit: int = 50) -> tuple[Notice, ...]:
    """Notices that have no recipients yet, oldest first."""
    query = select(notices.c.id, notices.c.kind, notices.c.facts, notices.c.created)
    query = query.where(notices.c.addressed_at.is_(None)).order_by(notices.c.id).limit(limit)
    return tuple(Notice(**row) for row in connection.execute(query).mappings())


def first_seen(connection: Connection, notice: int, at: datetime) -> None:
    """Note when it was first seen, unless that is known."""
    unseen = and_(notices.c.id == notice, notices.c.created.is_(None))
    connection.execute(update(notices).where(unseen).values(created=at))


def address(connection: Connection, notice: int, recipients: Iterable[Recipient], at: datetime) -> bool:
    """Make a message for each recipient; False if somebody else has, or if it is not there."""
    first_seen(connection, notice, at)
    ours = and_(notices.c.id == notice, notices.c.addressed_at.is_(None))
    if connection.execute(update(notices).where(ours).values(addressed_at=at)).rowcount != 1:
        return False
    rows = [_row(notice, each, at) for each in dict.fromkeys(recipients)]
    if rows:
        connection.execute(insert(deliveries), rows)
    return True


def told_since(connection: Connection, kind: str, since: datetime) -> bool:
    """Whether somebody was to be told of another thing of that kind since then."""
    query = select(deliveries.c.id).join(notices, _of_notice())
    found = query.where(notices.c.kind == kind, notices.c.addressed_at >= since).limit(1)
    return connection.scalar(found) is not None


def due_deliveries(connection: Connection, at: datetime, limit: int = 20) -> tuple[Delivery, ...]:
    """Messages to be sent now, the longest waiting first."""
    due = _deliveries().where(deliveries.c.state == WAITING, deliveries.c.next_at <= at)
    return _read(connection, due.order_by(deliveries.c.next_at, deliveries.c.id).limit(limit))


def claim_delivery(connection: Connection, delivery: Delivery, at: datetime, lease: timedelta) -> bool:
    """Whether it is ours to send: until `at + lease` nobody else is told so."""
    free = and_(
        deliveries.c.id == delivery.id,
        deliveries.c.state == WAITING,
        deliveries.c.tries == delivery.tries,
        deliveries.c.next_at <= at,
    )
    values = {"tries": deliveries.c.tries + 1, "next_at": at + lease}
    return connection.execute(update(deliveries).where(free).values(**values)).rowcount == 1


def delivered(connection: Connection, delivery: int, at: datetime) -> None:
    """Note that it was sent."""
    _change(connection, delivery, {"state": SENT, "sent_at": at, "error": ""})


def not_delivered(connection: Connection, delivery: int, next_at: datetime | None, error: str) -> None:
    """Note why it was not sent; without `next_at` it is given up."""
    later: dict[str, Any] = {"next_at": next_at} if next_at else {"state": GIVEN_UP}
    _change(connection, delivery, {**later, "error": error})


def list_deliveries(connection: Connection, *, failed: bool = False) -> tuple[Delivery, ...]:
    """Every message, oldest first; with `failed` those that have failed at least once and were not sent."""
    query = _deliveries().order_by(deliveries.c.id)
    if failed:
        query = query.where(deliveries.c.state != SENT, deliveries.c.error != "")
    return _read(connection, query)


def list_untold(connection: Connection) -> tuple[Notice, ...]:
    """Notices that nobody was configured to be told, or not yet, oldest first.

    Those that were left out, because one like it had been told or what they are about is settled, are none.
    """
    open_or_late = or_(notices.c.addressed_at.is_(None), notices.c.addressed_at > notices.c.created)
    nobody = ~select(deliveries.c.id).where(deliveries.c.notice_id == notices.c.id).exists()
    query = select(notices.c.id, notices.c.kind, notices.c.facts, notices.c.created)
    rows = connection.execute(query.where(nobody, open_or_late).order_by(notices.c.id)).mappings()
    return tuple(Notice(**row) for row in rows)


def _row(notice: int, recipient: Recipient, at: datetime) -> dict[str, Any]:
    return {
        "notice_id": notice,
        "text": recipient.text,
        "channel": recipient.channel,
        "recipient": recipient.address,
        "language": recipient.language,
        "state": WAITING,
        "tries": 0,
        "next_at": at,
        "error": "",
    }


def _deliveries() -> Select[Any]:
    return select(deliveries, notices.c.kind, notices.c.facts, notices.c.created).join(notices, _of_notice())


def _of_notice() -> ColumnElement[bool]:
    return deliveries.c.notice_id == notices.c.id


def _read(connection: Connection, query: Select[Any]) -> tuple[Delivery, ...]:
    return tuple(
        Delivery(
            id=row.id,
            kind=row.kind,
            facts=row.facts,
            created=row.created,
            recipient=Recipient(row.text, row.channel, row.recipient, row.language),
            state=row.state,
            tries=row.tries,
            sent_at=row.sent_at,
            error=row.error,
        )
        for row in connection.execute(query)
    )


def _change(connection: Connection, delivery: int, values: Mapping[str, Any]) -> None:
    connection.execute(update(deliveries).where(deliveries.c.id == delivery).values(**values))

"""The outbox tells each thing once, hands each message to one sender, and keeps what failed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from ivr.storage.engine import reading, writing
from ivr.storage.notices import (
    EMAIL,
    SMS,
    Delivery,
    Recipient,
    address,
    claim_delivery,
    delivered,
    due_deliveries,
    keep_notice,
    list_deliveries,
    list_untold,
    not_delivered,
    unaddressed,
)

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
LEASE = timedelta(minutes=3)
THANDI = Recipient("gap-ahead", SMS, "+27820000001", "en")
OFFICE = Recipient("gap-ahead", EMAIL, "office@helpline.example", "en")


def keep(engine: Engine, key: str = "monday") -> bool:
    with writing(engine) as connection:
        return keep_notice(connection, "gap-ahead", key, {"start": "2026-11-23T08:00:00+00:00"})


def addressed(engine: Engine, *to: Recipient) -> tuple[Delivery, ...]:
    keep(engine)
    with writing(engine) as connection:
        [notice] = unaddressed(connection)
        assert address(connection, notice.id, to, AT)
    return due(engine, AT)


def due(engine: Engine, at: datetime) -> tuple[Delivery, ...]:
    with reading(engine) as connection:
        return due_deliveries(connection, at)


def claim(engine: Engine, delivery: Delivery, at: datetime) -> bool:
    with writing(engine) as connection:
        return claim_delivery(connection, delivery, at, LEASE)


def test_one_kind_and_key_is_told_once_whoever_asks_at_the_same_moment(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(lambda _: keep(engine), range(8)))

    assert [False] * 7 + [True] == sorted(kept)
    assert keep(engine, "tuesday")


def test_a_notice_is_addressed_once_to_each_recipient(engine: Engine) -> None:
    found = addressed(engine, THANDI, OFFICE, THANDI)
    with writing(engine) as connection:
        again = address(connection, 1, (THANDI,), AT)

    assert ([THANDI, OFFICE], False) == ([each.recipient for each in found], again)
    assert ("gap-ahead", AT, 0) == (found[0].kind, found[0].created, found[0].tries)


def test_a_message_is_claimed_by_one_until_its_lease_is_over(engine: Engine) -> None:
    [delivery] = addressed(engine, THANDI)

    assert [True, False] == [claim(engine, delivery, AT), claim(engine, delivery, AT)]
    assert () == due(engine, AT + LEASE - timedelta(seconds=1))
    [again] = due(engine, AT + LEASE)
    assert (1, False, True) == (
        again.tries,
        claim(engine, delivery, AT + LEASE),
        claim(engine, again, AT + LEASE),
    )


def test_what_was_sent_is_not_due_again(engine: Engine) -> None:
    [delivery] = addressed(engine, THANDI)
    with writing(engine) as connection:
        delivered(connection, delivery.id, AT)

    assert () == due(engine, AT + timedelta(days=2))


def test_what_failed_is_listed_until_it_is_sent(engine: Engine) -> None:
    first, second = addressed(engine, THANDI, OFFICE)
    with writing(engine) as connection:
        not_delivered(connection, first.id, AT + LEASE, "TimeoutError")
        not_delivered(connection, second.id, None, "MailRefusedError")
        failed = list_deliveries(connection, failed=True)
        delivered(connection, first.id, AT)
        later = list_deliveries(connection, failed=True)

    assert [("waiting", "TimeoutError"), ("given-up", "MailRefusedError")] == [
        (each.state, each.error) for each in failed
    ]
    assert ["given-up"] == [each.state for each in later]


def test_a_notice_without_recipients_is_listed_as_untold(engine: Engine) -> None:
    keep(engine)
    with reading(engine) as connection:
        assert ["gap-ahead"] == [each.kind for each in list_untold(connection)]

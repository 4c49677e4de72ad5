"""Messages that were settled long ago and can still be heard are counted, so that somebody decides."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine

from ivr.storage.engine import writing
from ivr.storage.promise_states import give_up, keep
from ivr.storage.promises import Message, fetched, store_message
from ivr.storage.settled import settled_messages

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def message(connection: Connection, number: int, *, here: bool = True) -> int:
    recording = f"RE{number:032}"
    store_message(connection, Message(f"CA{number:032}", recording, 9, "en", 1, NOON - 100 * DAY))
    if here:
        fetched(connection, recording, f"{recording}.wav", NOON - 100 * DAY)
    return number


def test_what_was_kept_or_given_up_before_then_is_counted(engine: Engine) -> None:
    with writing(engine) as connection:
        keep(connection, message(connection, 1), NOON - 91 * DAY)
        give_up(connection, message(connection, 2), NOON - 91 * DAY, "nobody answers")

        assert 2 == settled_messages(connection, NOON - 90 * DAY)


def test_what_was_settled_later_or_waits_or_has_no_sound_is_not(engine: Engine) -> None:
    with writing(engine) as connection:
        keep(connection, message(connection, 1), NOON - 89 * DAY)
        keep(connection, message(connection, 2, here=False), NOON - 91 * DAY)
        message(connection, 3)

        assert 0 == settled_messages(connection, NOON - 90 * DAY)

"""What staff record by phone, as it is stored: each once, fetched by one, settled, forgotten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from ivr.storage.engine import reading, writing
from ivr.storage.studio_recordings import (
    DRAFTED,
    WAITING,
    StudioRecording,
    claim_recording,
    due_recordings,
    find_recording,
    keep_recording,
    settle_recording,
    try_again,
)

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
SECOND, LEASE = timedelta(seconds=1), timedelta(minutes=2)
RECORDING = StudioRecording(
    "RE" + "1" * 32, 7, "Nomsa", "zu", {"id": "welcome", "values": [["key", "1"]]}, AT
)


def test_a_recording_told_twice_is_one_and_keeps_what_it_was_first(engine: Engine) -> None:
    with writing(engine) as connection:
        keep_recording(connection, RECORDING)
        keep_recording(connection, replace(RECORDING, language="en"))

    with reading(engine) as connection:
        assert (RECORDING,) == due_recordings(connection, AT)
        assert WAITING == RECORDING.state


def test_only_one_of_two_who_claim_it_fetches_it_until_the_lease_is_over(engine: Engine) -> None:
    with writing(engine) as connection:
        keep_recording(connection, RECORDING)
        claims = [claim_recording(connection, RECORDING, AT, LEASE) for _ in range(2)]
        during = due_recordings(connection, AT + LEASE - SECOND)
        later = claim_recording(connection, RECORDING, AT + LEASE, LEASE)

    assert [True, False] == claims
    assert () == during
    assert later


def test_one_that_is_not_there_yet_is_looked_for_again(engine: Engine) -> None:
    with writing(engine) as connection:
        keep_recording(connection, RECORDING)
        try_again(connection, RECORDING, AT + SECOND)

        assert () == due_recordings(connection, AT)
        assert [1] == [each.tries for each in due_recordings(connection, AT + SECOND)]


def test_what_became_of_it_is_known(engine: Engine) -> None:
    with writing(engine) as connection:
        keep_recording(connection, RECORDING)
        settle_recording(connection, RECORDING.id, DRAFTED, -5, ("quiet", "late"))
        found = find_recording(connection, RECORDING.id)
        assert found
        assert (DRAFTED, -5, ("quiet", "late")) == (found.state, found.take_id, found.findings)
        assert () == due_recordings(connection, AT + LEASE)

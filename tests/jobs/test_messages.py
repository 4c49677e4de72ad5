"""Where callers' recordings lie, and for how long which secret name leads to them."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.jobs.messages import Messages, secret_of

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
ONE, OTHER = "RE" + "1" * 32, "RE" + "2" * 32
SOUND = b"RIFF a caller's own voice"


def messages(folder: Path, at: datetime = AT) -> Messages:
    return Messages(folder / "messages", b"a secret", lambda: at)


def written_at(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()), follow_symlinks=False)


def kept(folder: Path, at: datetime) -> str:
    """The token of a recording that arrived at that moment."""
    written_at(folder / "messages" / messages(folder).keep(ONE, SOUND), at)
    return messages(folder).token(ONE)


def test_a_recording_is_kept_byte_for_byte_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "messages" / messages(tmp_path).keep(ONE, SOUND)

    assert SOUND == file.read_bytes()
    assert 0o600 == file.stat().st_mode & 0o777


def test_its_token_leads_to_it_for_ten_minutes(tmp_path: Path) -> None:
    token = kept(tmp_path, AT)

    assert SOUND == messages(tmp_path, AT + timedelta(minutes=9, seconds=59)).heard(token).read_bytes()
    assert messages(tmp_path, AT + timedelta(minutes=10, seconds=1)).heard(token) is None


@pytest.mark.parametrize("guess", ["", "0" * 40, ONE, "../secret-key", "é" * 40, "A" * 40])
def test_nothing_else_leads_anywhere(tmp_path: Path, guess: str) -> None:
    kept(tmp_path, AT)

    assert messages(tmp_path).heard(guess) is None


def test_a_token_cannot_be_made_without_the_secret(tmp_path: Path) -> None:
    other = Messages(tmp_path / "messages", b"another secret", lambda: AT)

    assert messages(tmp_path).token(ONE) != other.token(ONE)
    assert messages(tmp_path).token(ONE) != messages(tmp_path).token(OTHER)


@pytest.mark.parametrize("name", ["RE1", "../../etc/passwd", "RE" + "1" * 32 + "/x"])
def test_what_is_no_recordings_id_names_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="RE and 32"):
        messages(tmp_path).keep(name, SOUND)


def test_a_tick_is_answered_as_it_was_first_although_the_recording_has_come_since(tmp_path: Path) -> None:
    before = messages(tmp_path).arrived(ONE, 1)
    kept(tmp_path, AT)

    assert (False, False) == (before, messages(tmp_path).arrived(ONE, 1))
    assert (True, True) == (messages(tmp_path).arrived(ONE, 2), messages(tmp_path).arrived(ONE, 2))


def test_a_tick_is_answered_as_it_was_first_although_the_recording_is_gone(tmp_path: Path) -> None:
    kept(tmp_path, AT)
    before = messages(tmp_path).arrived(ONE, 1)
    messages(tmp_path).remove(ONE)

    assert (True, True) == (before, messages(tmp_path).arrived(ONE, 1))


def test_ticks_at_the_same_moment_get_one_answer_while_the_recording_comes(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(messages(tmp_path).arrived, ONE, 1) for _ in range(40)]
        kept(tmp_path, AT)
        asked += [pool.submit(messages(tmp_path).arrived, ONE, 1) for _ in range(40)]

    assert 1 == len({each.result() for each in asked})


def test_where_nothing_can_be_noted_a_tick_is_answered_all_the_same(tmp_path: Path) -> None:
    kept(tmp_path, AT)
    (tmp_path / "messages" / "asked").write_text("a file where a folder should be")

    assert messages(tmp_path).arrived(ONE, 1)


def test_answers_are_forgotten_after_a_day(tmp_path: Path) -> None:
    messages(tmp_path).arrived(ONE, 1)
    messages(tmp_path).arrived(OTHER, 1)
    written_at(tmp_path / "messages" / "asked" / f"{ONE}.1", AT - timedelta(hours=25))
    written_at(tmp_path / "messages" / "asked" / f"{OTHER}.1", AT - timedelta(hours=23))

    messages(tmp_path).forget_answers()

    assert [f"{OTHER}.1"] == [path.name for path in (tmp_path / "messages" / "asked").iterdir()]


def test_the_secret_of_the_settings_comes_first_else_one_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"

    assert b"given" == secret_of("given", path)
    made = secret_of("", path)
    assert len(made) >= 32
    assert made == secret_of("", path)
    assert 0o600 == path.stat().st_mode & 0o777


def test_a_counsellor_hears_an_old_message_for_ten_to_twenty_minutes(tmp_path: Path) -> None:
    messages(tmp_path).keep(ONE, SOUND)
    later = AT + timedelta(days=3, minutes=9)
    token = messages(tmp_path, later).lend(ONE)
    last = later + timedelta(minutes=11)

    assert token == messages(tmp_path, later + timedelta(seconds=59)).lend(ONE)
    assert messages(tmp_path, last - timedelta(seconds=1)).heard(token)
    assert messages(tmp_path, last).heard(token) is None


def test_what_is_lent_does_not_say_what_it_is_and_its_end_cannot_be_moved(tmp_path: Path) -> None:
    messages(tmp_path).keep(ONE, SOUND)
    token = messages(tmp_path).lend(ONE)
    longer = f"{int(token[:8], 16) + 1:08x}{token[8:]}"

    assert ONE[2:] not in token
    assert messages(tmp_path).heard(longer) is None

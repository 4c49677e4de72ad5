"""What a terminal says about a call."""

import pytest

from ivr.cli.call_words import describe_sound, say_time


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.0, "0:00.0"), (59.94, "0:59.9"), (59.97, "1:00.0"), (601.25, "10:01.2")]
)
def test_a_time_never_has_sixty_seconds(seconds: float, said: str) -> None:
    assert said == say_time(seconds)


def test_a_callers_message_is_not_told_by_its_secret_address() -> None:
    message = {"sound": "http://127.0.0.1:5000/heard/0123456789abcdef", "seconds": 5.0}

    assert "hears their own message (5.0 s)" == describe_sound(message, None)

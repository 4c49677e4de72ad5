"""The sounds that the network fetches, and callers' own recordings."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.people import NOON
from tests.app.stage import Stage, make_stage, recording

SOUND = b"RIFF\x00\xff as it was said"


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    return make_stage(tmp_path, audio, database)


def arrived(stage: Stage, *, minutes_ago: float = 0) -> str:
    """The path under which a caller hears their recording, which came so long ago."""
    messages = stage.parts.messages
    file = messages.folder / messages.keep(recording(1), SOUND)
    at = (NOON - timedelta(minutes=minutes_ago)).timestamp()
    os.utime(file, (at, at))
    return f"/heard/{messages.token(recording(1))}"


def test_a_sound_may_be_kept_for_ever(stage: Stage) -> None:
    file = next((stage.parts.settings.audio_dir / "af").glob("*.wav"))

    status, body, headers = stage.get(f"/audio/af/{file.name}")

    assert (200, file.read_bytes()) == (status, body)
    assert "audio/wav" == headers["Content-Type"]
    assert {"public", "immutable", "max-age=31536000"} == set(headers["Cache-Control"].split(", "))


@pytest.mark.parametrize(
    "path",
    [
        "/audio/af/" + "0" * 64 + ".wav",
        "/audio/af/manifest.json",
        "/audio/af/..%2f..%2fprompts%2fen.toml",
        "/audio/../secret-key",
        "/audio/%2e%2e/secret-key",
        "/audio/af/" + "é" * 64 + ".wav",
    ],
)
def test_nothing_but_sounds_is_handed_out(stage: Stage, path: str) -> None:
    assert 404 == stage.get(path)[0]


@pytest.mark.parametrize("path", ["/audio/af/" + "0" * 64 + ".wav", "/heard/" + "A" * 43])
def test_that_a_sound_is_not_there_is_kept_by_nobody_because_it_may_be_on_its_way(
    stage: Stage, path: str
) -> None:
    status, _, headers = stage.get(path)

    assert (404, "no-store") == (status, headers["Cache-Control"])


def test_a_caller_hears_their_own_recording_byte_for_byte_and_nobody_keeps_it(stage: Stage) -> None:
    status, body, headers = stage.get(arrived(stage))

    assert (200, SOUND) == (status, body)
    assert ("audio/wav", "no-store") == (headers["Content-Type"], headers["Cache-Control"])
    assert "ETag" not in headers


@pytest.mark.parametrize(("minutes", "status"), [(9.9, 200), (10.1, 404)])
def test_it_can_be_heard_for_ten_minutes(stage: Stage, minutes: float, status: int) -> None:
    assert status == stage.get(arrived(stage, minutes_ago=minutes))[0]


@pytest.mark.parametrize("guess", ["0" * 40, recording(1), "x", "..%2fsecret-key"])
def test_a_guess_hears_nothing(stage: Stage, guess: str) -> None:
    arrived(stage)

    assert 404 == stage.get(f"/heard/{guess}")[0]

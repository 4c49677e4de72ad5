"""Announcements as staff make them on a page, and as a caller hears them."""

import re
from pathlib import Path

from ivr.content.catalogue import Prompt
from ivr.sound.manifest import Entry, read_manifest, write_manifest
from ivr.storage.announcements import find_announcement
from ivr.storage.engine import reading
from tests.app.stage import Stage, action
from tests.console.staging import ConsoleStage

ALL = "/staff/announcements"
ONE = f"{ALL}/1"
WORDS = "A dangerous supply is about. Never use alone."
FORM = {
    "title": "Dangerous supply",
    "starts": "2026-01-05T14:00",
    "ends": "2026-01-06T18:00",
    "words-en": WORDS,
}


def own_sounds(folder: Path, audio: Path) -> Path:
    """The lists of sounds, to be added to; the sounds themselves are never asked for."""
    for code in ("en", "af", "zu", "sw"):
        write_manifest(folder / "sounds", code, read_manifest(audio, code))
    return folder / "sounds"


def spoken(stage: ConsoleStage, code: str = "en") -> None:
    """The background has built what was typed."""
    parts = stage.stage.parts
    prompt = parts.publication.current().wanted.prompt(code, "announcement.1")
    assert isinstance(prompt, Prompt)
    entry = Entry(prompt.words, prompt.words, "espeak", 4.0, -20.0, -3.0)
    folder = parts.settings.audio_dir
    write_manifest(folder, code, {**read_manifest(folder, code), prompt.id: entry})
    (folder / code / entry.file).write_bytes(b"RIFF")
    stage.stage.background()


def heard_by_a_caller(stage: Stage, key: str = "1") -> list[str]:
    """What the next caller hears after they have chosen a language."""
    first = stage.document("/voice")
    return stage.heard(stage.document(action(first), Digits=key))


def version_on(page: str) -> str:
    """What the form says it was made of."""
    found = re.search(r'name="version" value="([^"]+)"', page)
    assert found, page
    return found[1]


def stored(stage: ConsoleStage) -> tuple[str, str]:
    """Title and English words."""
    with reading(stage.engine) as connection:
        found = find_announcement(connection, 1)
    assert found
    return found.announcement.title, found.announcement.texts["en"]

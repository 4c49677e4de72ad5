"""Puts what a script has announced where staff would have put it: recorded, in the languages it is for."""

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from ivr.content.catalogue import Prompt
from ivr.storage.announcements import add_announcement
from ivr.storage.engine import engine_for, writing
from ivr.storage.take_turns import add_live_take
from ivr.storage.takes import NewTake
from tests.app.stage import Stage
from tests.calls.harness import silence_wav
from tests.calls.script import News

A_YEAR = timedelta(days=365)


def announce(news: Iterable[News], stage: Stage) -> None:
    """Store each, with a take in each of its languages."""
    at = stage.clock.at
    with writing(engine_for(stage.parts.settings.database_url)) as connection:
        for each in news:
            starts, ends = each.starts or at - A_YEAR, each.ends or at + A_YEAR
            texts = dict.fromkeys(each.languages, "")
            number = add_announcement(connection, "news", starts, ends, texts, "staff", at)
            for language in each.languages:
                add_live_take(connection, _take(stage, number, language))


def _take(stage: Stage, number: int, language: str) -> NewTake:
    prompt = Prompt(f"announcement.{number}", language, "", "", 30.0, 9000 + number)
    file = sha256(f"{language} {number}".encode()).hexdigest() + ".wav"
    folder = stage.parts.settings.data_dir / "takes" / language
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(silence_wav(2))
    return NewTake(
        prompt=prompt.id,
        language=language,
        words=prompt.words,
        values_hash=prompt.values_hash,
        text="",
        file=file,
        original="",
        seconds=2.0,
        level=-20.0,
        problems=(),
        source="phone",
        made_by="staff",
        made_at=stage.clock.at,
    )

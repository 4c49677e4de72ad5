"""Callers' recordings and what becomes of them, put together from the settings."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from ivr.jobs.message_answers import MessageAnswers
from ivr.jobs.messages import Messages
from ivr.settings import Settings
from ivr.sound.store import Store


def messages_of(
    settings: Settings,
    far: Store | None,
    engine: Engine,
    now: Callable[[], datetime],
    keys: tuple[bytes, ...],
) -> Messages:
    """Callers' recordings, on this disk and in the store of takes, if machines share one."""
    answers = MessageAnswers(engine, now) if far else None
    return Messages(settings.data_dir / "messages", keys[0], now, keys[1:], far, answers)

"""Builds of a small helpline's speech, with voices that are here and voices that may fail."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ivr.content.catalogue import Content, Language, Prompt
from ivr.speech.bench import Engines, Outcome
from ivr.speech.build import build
from ivr.speech.plan import plan

ALL = ("en", "tn", "zu")
OFFLINE = Engines(None)
Edit = Callable[[str, str, str], Content]


class Online:
    """The online engine: speaks `mp3`, or fails with what stands in `failures` for the words."""

    name = "gtts"

    def __init__(self, mp3: bytes, failures: Mapping[str, Exception] | None = None) -> None:
        self.mp3, self.failures = mp3, failures or {}
        self.asked: list[str] = []

    def speak(self, text: str, language: Language) -> bytes:
        self.asked.append(text)
        if text in self.failures:
            raise self.failures[text]
        return self.mp3


def run(
    content: Content,
    audio_dir: Path,
    engines: Engines = OFFLINE,
    voice: str | None = None,
    processes: int = 2,
) -> dict[tuple[str, str], Outcome]:
    outcomes: list[Outcome] = []
    build(plan(content, audio_dir, ALL, voice), audio_dir, engines, processes, outcomes.append)
    return {(each.order.language.code, each.order.prompt.id): each for each in outcomes}


def wanted(
    content: Content, audio_dir: Path, voice: str | None = None, force: bool = False
) -> list[tuple[str, str]]:
    return [
        (each.language.code, order.prompt.id)
        for each in plan(content, audio_dir, ALL, voice, force)
        for order in each.orders
    ]


def with_comfort(content: Content) -> Content:
    prompts = {
        code: {**texts, "comfort": Prompt("comfort", code, "", "", 15, 9, needed=False, wordless=True)}
        for code, texts in content.prompts.items()
    }
    return Content(content.helpline, content.languages, prompts)

"""Whether Google's voice can be had now, in five seconds at most."""

from queue import Empty, Queue
from threading import Thread

from ivr.content.catalogue import Language
from ivr.speech.engine import Engine, SpeechError

SECONDS = 5.0
WORD = "1"


def why_not(engine: Engine, language: Language, seconds: float = SECONDS) -> str | None:
    """None if the engine speaks a word of the language within `seconds`, else the reason why not."""
    answers: Queue[str | None] = Queue()
    # Looking up a host name has no time-out of its own, so a thread asks that nobody has to wait for.
    Thread(target=_ask, args=(engine, language, answers), daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except Empty:
        return f"no answer in {seconds:g} seconds"


def _ask(engine: Engine, language: Language, answers: "Queue[str | None]") -> None:
    try:
        engine.speak(WORD, language)
    except SpeechError as error:
        answers.put(str(error))
    else:
        answers.put(None)

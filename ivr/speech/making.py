"""What a child process of the build does: one prompt, spoken and mastered, put in its place whole."""

import os
import signal
from multiprocessing import parent_process
from threading import Thread

from ivr.sound.files import write_whole
from ivr.sound.manifest import Entry
from ivr.sound.master import master, soft_master
from ivr.speech.comfort import compose
from ivr.speech.recipe import TONES
from ivr.speech.work import Work


def do(work: Work) -> Entry:
    """The manifest's entry of the file that is now there; SpeechError or SoundError if there is none."""
    done = soft_master(compose()) if work.engine == TONES else master(work.audio or _speak(work))
    entry = Entry(
        work.key, work.words, work.engine, round(done.seconds, 3), round(done.level, 2), round(done.peak, 2)
    )
    write_whole(work.folder / entry.file, done.wav)
    return entry


def start() -> None:
    """Leave Ctrl-C to the process that keeps the manifest, and end when it has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # A killed parent leaves the queue of tasks open, and its children would wait for ever.
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _speak(work: Work) -> bytes:
    from ivr.speech.espeak import speak  # noqa: PLC0415 (a build from fetched sound needs no espeak-ng)

    return speak(work.text, work.voice, work.words_per_minute)

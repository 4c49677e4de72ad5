"""Google's translation voice through gTTS, with certificates, time-outs and patience added.

gTTS 2.5.4 by itself checks no certificate, waits for ever, sends one request a clause, and takes a consent
page for silence.
"""

import re
from collections.abc import Iterator

import requests
from gtts import gTTS
from gtts.lang import tts_langs

from ivr.content.catalogue import Language
from ivr.speech.engine import SpeechError
from ivr.speech.packing import pack
from ivr.speech.recipe import GTTS
from ivr.speech.wire import Wire

ACCENT = re.compile(r"[a-z]{2,3}(\.[a-z]{2})?")
PATH = "/_/TranslateWebserverUi/data/batchexecute"


class Google:
    """The engine "gtts"; `base_url` replaces the service's address, for a stand-in."""

    name = GTTS

    def __init__(self, wire: Wire, base_url: str = "") -> None:
        self._wire = wire
        self._base_url = base_url

    def speak(self, text: str, language: Language) -> bytes:
        """The text as MP3, fetched whole; SpeechError says what the service answered instead."""
        if not any(letter.isalnum() for letter in text):
            raise SpeechError("there is nothing to speak in it")
        accent = language.accent or "com"
        if not ACCENT.fullmatch(accent):
            raise SpeechError(f"{language.code}: accent {accent!r} is no ending of Google's, as co.za or com")
        if language.gtts_code not in tts_langs():
            raise SpeechError(f"{language.code}: gTTS has no language {language.gtts_code!r}")
        base = self._base_url or f"https://translate.google.{accent}"
        return b"".join(_Speech(text, language.gtts_code, base, self._wire).stream())


class _Speech(gTTS):  # type: ignore[misc]  # gTTS has no types
    def __init__(self, text: str, code: str, base_url: str, wire: Wire) -> None:
        # Its pre-processors delete the full stop after "first" and "must"; the pause would be lost.
        super().__init__(text, lang=code, lang_check=False, pre_processor_funcs=[], tokenizer_func=pack)
        self._url = base_url + PATH
        self._wire = wire

    def _tokenize(self, text: str) -> list[str]:
        return pack(text)

    def stream(self) -> Iterator[bytes]:
        """All parts of the sound, or an error before the first: never half a prompt."""
        return iter([self._wire.fetch(self._addressed(each)) for each in self._prepare_requests()])

    def _addressed(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.prepare_url(self._url, None)
        return request

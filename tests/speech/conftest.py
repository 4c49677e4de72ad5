"""A small helpline to speak, and a stand-in for Google's voice."""

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import av
import pytest

from ivr.content.catalogue import Content, Language, Prompt
from ivr.flow.helpline import Helpline
from ivr.sound.decode import decode, frame_of
from ivr.speech.espeak import speak

LANGUAGES = {
    "en": Language("en", "English", None, ("gtts", "espeak"), "en", "co.za", "en", 150),
    "tn": Language("tn", "Setswana", "en", ("espeak",), "", "", "tn", 150),
    "zu": Language("zu", "isiZulu", "en"),
}
WORDS = {
    "en": {"welcome": "You are not alone.", "menu": "Press 0 to speak to a counsellor."},
    "tn": {"welcome": "Ga o nosi.", "menu": "Tobetsa 0 go bua le mogakolodi."},
    "zu": {"welcome": "Awuwedwa.", "menu": "Cindezela u-0."},
}


@pytest.fixture
def content() -> Content:
    """Three languages: one that both engines speak, one that only espeak-ng speaks, one that none speaks."""
    prompts = {
        code: {name: Prompt(name, code, text, "", 10, n) for n, (name, text) in enumerate(texts.items(), 1)}
        for code, texts in WORDS.items()
    }
    return Content(Helpline("Themba", tuple(LANGUAGES), "main", "overdose", {}, {}), LANGUAGES, prompts)


@pytest.fixture(scope="session")
def mp3() -> bytes:
    """A second of speech as the service sends it."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp3") as out:
        stream = out.add_stream("libmp3lame", rate=24000, layout="mono")
        resampler = av.AudioResampler("s16p", "mono", 24000, 1152)
        sound = frame_of(decode(speak("You are not alone.", "en", 150)))
        for frame in [*resampler.resample(sound), *resampler.resample(None), None]:
            for packet in stream.encode(frame):
                out.mux(packet)
    return buffer.getvalue()


class StandIn(HTTPServer):
    """Answers as the service does; `answers` are given first, each (status, headers, body), then sound."""

    def __init__(self, mp3: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mp3 = mp3
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[str] = []
        self.delay = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def sound(self, audio: bytes | None = None) -> bytes:
        """The form of an answer: a JSON array in a string in a JSON array, after a line against hijacking."""
        encoded = base64.b64encode(self.mp3 if audio is None else audio).decode()
        inner = json.dumps([encoded])
        return b")]}'\n\n" + json.dumps([["wrb.fr", "jQ1olc", inner]], separators=(",", ":")).encode() + b"\n"


class _Handler(BaseHTTPRequestHandler):
    server: StandIn

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        words = json.loads(json.loads(parse_qs(body)["f.req"][0])[0][0][1])
        self.server.asked.append(f"{words[1]} {words[0]}")
        plain = (200, {}, self.server.sound())
        status, headers, answer = self.server.answers.pop(0) if self.server.answers else plain
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(answer))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service(mp3: bytes) -> Iterator[StandIn]:
    """The stand-in, running on loopback."""
    server = StandIn(mp3)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.at = 0.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += seconds

    def monotonic(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def edited(content: Content) -> Callable[..., Content]:
    """The content with the words of a prompt changed."""

    def edit(code: str, name: str, text: str) -> Content:
        texts = dict(content.prompts[code])
        old = texts[name]
        texts[name] = Prompt(name, code, text, old.note, old.seconds, old.number, old.values)
        return Content(content.helpline, content.languages, {**content.prompts, code: texts})

    return edit

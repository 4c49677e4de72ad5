"""A browser, the phone's page over a stand-in exchange, and the whole helpline as a process of its own."""

import io
import shutil
import threading
import wave
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_socket import socket_allow_hosts
from werkzeug.serving import BaseWSGIServer, make_server

from ivr.telephony.exchange.page import ExchangeAddress, Words, phone_blueprint
from tests.browser.serving import environ_of, run_ivr, served

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
COUNSELLORS = {"Thandi": "+27821110001", "Sipho": "+27821110002", "Naledi": "+27821110003"}
WELCOME = {"prompt": "language.ask", "language": "en", "words": "For English, press 1."}


def neighbour(name: str) -> ModuleType:
    """The module beside this file: test folders are no packages."""
    spec = spec_from_file_location(f"browser_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


stand_in = neighbour("stand_in")


@pytest.fixture(autouse=True)
def _only_loopback() -> None:
    """A browser and two servers need sockets; only this machine can be connected to."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module: Playwright keeps an event loop running, in which no async test could run."""
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        pytest.fail("These tests need Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(5000)
    yield context
    context.close()


@pytest.fixture
def exchange() -> Iterator[object]:
    with stand_in.StandInExchange() as exchange:
        yield exchange


class Helpline:
    """A small web server with the phone's page; `address` is where it says the exchange is."""

    def __init__(self, address: ExchangeAddress | None) -> None:
        self.address = address
        self.app = self._app()
        self.server = _serve(self.app)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def sound(self, name: str) -> str:
        return f"{self.url}/audio/{name}"

    def _app(self) -> Flask:
        app = Flask("stand-in helpline")
        words = {"welcome.wav": Words(**WELCOME)}
        blueprint = phone_blueprint(
            words=lambda sound: words.get(sound.rpartition("/")[2]),
            exchange=lambda: self.address,
            helpline_number="+12025550100",
            audio_origin="http://127.0.0.1:5000",
        )
        app.register_blueprint(blueprint)
        app.add_url_rule("/audio/missing.wav", "missing", lambda: Response(status=404))
        app.add_url_rule("/audio/<name>", "audio", lambda name: _sound(8.0 if name == "long.wav" else 0.2))
        return app

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def helpline(exchange: object) -> Iterator[Helpline]:
    helpline = Helpline(ExchangeAddress(exchange.url, stand_in.TOKEN))
    yield helpline
    helpline.close()


@pytest.fixture
def silence() -> Callable[[float], bytes]:
    """Makes a WAV file of so many silent seconds."""
    return _silence


@pytest.fixture
def starting_helpline() -> Iterator[Helpline]:
    """A helpline whose exchange is not there yet; a test may add URLs to its `app`, and set `address`."""
    helpline = Helpline(None)
    yield helpline
    helpline.close()


@pytest.fixture
def page(context: BrowserContext, helpline: Helpline) -> Page:
    page = context.new_page()
    page.goto(f"{helpline.url}/phone")
    page.get_by_text("The exchange is ready.").wait_for()
    return page


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Speech in two languages, as `make run` builds it: one language leaves no choice."""
    folder = tmp_path_factory.mktemp("sounds")
    languages = ("--language", "en", "--language", "af")
    run_ivr(environ_of(folder, folder / "audio"), "audio", "build", "--voice", "espeak", *languages)
    return folder / "audio"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> Iterator[str]:
    """The base URL of a whole helpline, served as `make run` does."""
    folder = tmp_path_factory.mktemp("helpline")
    environ = environ_of(folder, sounds)
    run_ivr(environ, "migrate")
    with served(environ, folder) as url:
        yield url


@pytest.fixture
def staffed(tmp_path: Path, sounds: Path) -> Iterator[str]:
    """The base URL of a helpline with three counsellors, on duty all the time."""
    people = "".join(
        f"{name},{phone},en,{place}\n" for place, (name, phone) in enumerate(COUNSELLORS.items(), 1)
    )
    (tmp_path / "people.csv").write_text(f"name,phone,languages,priority\n{people}")
    shifts = "".join(
        f"BEGIN:VEVENT\nUID:{name}\nSUMMARY:{name}\nDTSTART:20200101T000000Z\nDTEND:20200102T000000Z\n"
        "RRULE:FREQ=DAILY\nEND:VEVENT\n"
        for name in COUNSELLORS
    )
    (tmp_path / "shifts.ics").write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\n{shifts}END:VCALENDAR\n")
    environ = environ_of(tmp_path, sounds)
    run_ivr(environ, "migrate")
    run_ivr(environ, "counsellors", "import", str(tmp_path / "people.csv"))
    run_ivr(environ, "roster", "import", str(tmp_path / "shifts.ics"))
    with served(environ, tmp_path) as url:
        yield url


def _serve(app: Flask) -> BaseWSGIServer:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


def _sound(seconds: float) -> Response:
    return Response(_silence(seconds), content_type="audio/wav")


def _silence(seconds: float) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(int(16000 * seconds)))
    return written.getvalue()

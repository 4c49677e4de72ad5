"""`ivr call` against a running exchange and a tiny helpline, both on this machine."""

import asyncio
import io
import re
import threading
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web
from click.testing import CliRunner, Result

from ivr.cli.call import call
from ivr.cli.call_heard import Heard, key_tone, read_samples
from ivr.telephony.exchange.account import Account
from ivr.telephony.exchange.config import ExchangeConfig
from ivr.telephony.exchange.server import serving

RATE = 8000
MENU = (
    "<Response><Gather numDigits='1' timeout='5' action='/key' actionOnEmptyResult='true'>"
    "<Play>/audio/en/menu.wav</Play></Gather><Redirect>/voice</Redirect></Response>"
)
DIAL = "<Response><Dial timeout='20'><Number url='/screen'>+12025550101</Number></Dial></Response>"
SCREEN = (
    "<Response><Gather numDigits='1' timeout='3' action='/accept'><Play>/audio/en/screen.wav</Play></Gather>"
    "<Hangup/></Response>"
)


def wav(samples: np.ndarray) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(RATE)
        made.writeframes((samples * 32767).astype("<i2").tobytes())
    return target.getvalue()


LOUD = wav(np.full(2 * RATE, 0.5))


@dataclass
class Helpline:
    """A helpline of three documents; key 1 is a broken one, 0 a dial, anything else the menu again."""

    url: str = ""

    async def voice(self, request: web.Request) -> web.Response:
        return web.Response(text=MENU, content_type="text/xml")

    async def key(self, request: web.Request) -> web.Response:
        digits = (await request.post()).get("Digits")
        return web.Response(text={"0": DIAL, "1": "<Oops/>"}.get(str(digits), MENU), content_type="text/xml")

    async def screen(self, request: web.Request) -> web.Response:
        return web.Response(text=SCREEN, content_type="text/xml")

    async def accept(self, request: web.Request) -> web.Response:
        return web.Response(text="<Response/>", content_type="text/xml")

    async def audio(self, request: web.Request) -> web.Response:
        return web.Response(body=LOUD, content_type="audio/wav")

    async def words(self, request: web.Request) -> web.Response:
        name = request.query["sound"].rpartition("/")[2].removesuffix(".wav")
        return web.json_response(
            {"prompt": name, "language": "en", "words": f"These are the words of {name}."}
        )

    async def healthz(self, request: web.Request) -> web.Response:
        return web.Response()

    def application(self) -> web.Application:
        made = web.Application()
        for path in ("voice", "key", "screen", "accept"):
            made.router.add_post(f"/{path}", getattr(self, path))
        made.router.add_get("/audio/en/{file}", self.audio)
        made.router.add_get("/phone/words", self.words)
        made.router.add_get("/healthz", self.healthz)
        return made


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Path]:
    """The DATA_DIR of a helpline that runs in a thread of its own."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    async def live() -> None:
        runner = web.AppRunner(Helpline().application())
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/voice"
        account = Account("AC" + "2" * 32, "secret")
        config = ExchangeConfig(
            account,
            "127.0.0.1",
            0,
            "+12025550100",
            url,
            "",
            "",
            tmp_path,
            lambda media: media,
            lambda text: LOUD,
        )
        async with serving(config):
            ready.set()
            await stop.wait()
        await runner.cleanup()
        await asyncio.sleep(0.1)  # a loop lets go of closed connections a round later

    thread = threading.Thread(target=lambda: loop.run_until_complete(live()))
    thread.start()
    ready.wait(10)
    yield tmp_path
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


def place(data_dir: Path, *arguments: str) -> Result:
    environment = {"DATA_DIR": str(data_dir), "TWILIO_ACCOUNT_SID": "", "TWILIO_AUTH_TOKEN": ""}
    return CliRunner().invoke(call, arguments, env=environment)


def test_each_prompt_is_printed_with_its_time_and_its_words(town: Path) -> None:
    heard = place(town, "--keys", "5,h")

    assert 0 == heard.exit_code
    times = re.findall(r"(\d:\d\d\.\d)  hears \[en menu\] These are the words of menu\.", heard.output)
    assert ["0:00.0", "0:02.0"] == times
    assert "0:02.0  presses 5" in heard.output


def test_a_used_up_script_ends_after_two_silences_and_says_so(town: Path) -> None:
    heard = place(town, "--keys", "5")

    assert 0 == heard.exit_code
    assert "0:16.0  hangs up" in heard.output
    assert "The script was used up" in heard.output


def test_a_counsellor_answers_by_itself_and_the_two_are_connected(town: Path) -> None:
    heard = place(town, "--keys", "0")

    assert 0 == heard.exit_code
    assert "counsellor's phone: hears [en screen] These are the words of screen." in heard.output
    assert re.search(r"0:08\.\d  connected\n", heard.output)
    assert "+12025550101" not in heard.output
    assert re.search(r"0:14\.\d  conversation over", heard.output)


@pytest.mark.parametrize(
    ("habit", "outcome"), [("busy", "busy"), ("silent", "no-answer"), ("declines", "completed")]
)
def test_a_counsellor_may_have_other_habits(town: Path, habit: str, outcome: str) -> None:
    heard = place(town, "--keys", "0", "--counsellor", habit)

    assert 0 == heard.exit_code
    assert f"ringing ended: {outcome}" in heard.output
    assert "  connected" not in heard.output


def test_what_was_heard_is_written_in_its_real_proportions(town: Path, tmp_path: Path) -> None:
    target = tmp_path / "heard.wav"

    place(town, "--keys", "w,h", "--record", str(target))

    with wave.open(str(target)) as made:
        assert (8000, 1, 2) == (made.getframerate(), made.getnchannels(), made.getsampwidth())
        samples = np.frombuffer(made.readframes(made.getnframes()), "<i2")
    seconds = [bool(np.abs(each).mean() > 8000) for each in np.array_split(samples[: 9 * RATE], 9)]
    assert [True, True, False, False, False, False, False, True, True] == seconds


def test_broken_twiml_is_shown_and_the_command_fails(town: Path) -> None:
    heard = place(town, "--keys", "1")

    assert 1 == heard.exit_code
    assert "ERROR 12100" in heard.output
    assert "<Oops/>" in heard.output
    assert "the root is <Oops>" in heard.output


def test_a_number_nobody_has_fails(town: Path) -> None:
    heard = place(town, "--keys", "1", "--to", "+12025550177")

    assert 1 == heard.exit_code
    assert "nobody has the number +12025550177" in heard.output
    assert "the call failed" not in heard.output


def test_without_a_terminal_it_is_said_that_nobody_presses_keys(town: Path) -> None:
    heard = place(town)

    assert 0 == heard.exit_code
    assert "no key is pressed; --keys gives a script" in heard.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--record", "/proc/nowhere/heard.wav"), "--record: /proc/nowhere/heard.wav cannot be written"),
        (("--keys", "1,x"), "--keys: 'x' is no entry"),
        (("--from", "12"), "'12' is not a telephone number"),
    ],
)
def test_what_cannot_be_done_is_said_before_the_call(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    heard = place(tmp_path, *arguments)

    assert 1 == heard.exit_code
    assert said in heard.output
    assert "calling" not in heard.output


def test_a_live_account_is_not_called_through_the_exchange(tmp_path: Path) -> None:
    environment = {
        "DATA_DIR": str(tmp_path),
        "TWILIO_ACCOUNT_SID": "AC" + "3" * 32,
        "TWILIO_AUTH_TOKEN": "secret",
        "HELPLINE_NUMBER": "+12025550111",
    }

    refused = CliRunner().invoke(call, ["--keys", "1"], env=environment)

    assert 1 == refused.exit_code
    assert "TWILIO_API_URL is not on this machine" in refused.output


def test_nothing_is_left_of_a_recording_that_was_not_made(tmp_path: Path) -> None:
    place(tmp_path, "--from", "12", "--record", str(tmp_path / "heard.wav"))

    assert [] == list(tmp_path.iterdir())


def test_a_stopped_sound_is_heard_only_till_then() -> None:
    heard = Heard()

    heard.play(0.0, 1, LOUD)
    heard.take({"is": "stop", "play": 1, "at": 0.5})

    samples = read_samples(heard.wav(2.0))
    assert RATE // 2 == int((np.abs(samples) > 0.25).sum())


def test_the_far_phone_rings_one_second_in_five() -> None:
    heard = Heard()

    heard.take({"is": "dialing", "phones": 1, "at": 0.0})
    heard.take({"is": "connected", "to": "+12025550100", "at": 5.0})
    heard.take({"is": "ended", "at": 5.0})

    samples = read_samples(heard.wav(5.0))
    assert [True, False, False, False, False] == [bool(each.any()) for each in np.array_split(samples, 5)]


@pytest.mark.parametrize(("key", "hertz"), [("1", (697, 1209)), ("9", (852, 1477)), ("0", (941, 1336))])
def test_a_key_sounds_as_its_two_tones(key: str, hertz: tuple[int, int]) -> None:
    spectrum = np.abs(np.fft.rfft(key_tone(key), RATE))

    assert set(hertz) == {round(each) for each in np.argsort(spectrum)[-2:]}

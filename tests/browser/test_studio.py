"""Recording with a microphone in the studio, until a caller hears it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from ivr.sound.decode import decode
from ivr.sound.samples import Samples, write_wav
from ivr.sound.take_files import names_of
from ivr.speech.espeak import speak
from ivr.storage.accounts import Role
from tests.browser.conftest import CHROMIUMS, QUIET
from tests.browser.staff import Office, office
from tests.browser.studio_heard import (
    KEY_TONE,
    PATIENCE,
    RATE,
    WORDS,
    distance,
    envelope,
    likeness,
    live,
    samples,
    takes,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the microphone hears, again and again: the words, and a pause in a quiet room."""
    spoken = decode(speak(WORDS, "en", 150))
    room = np.random.default_rng(1).normal(0, 0.0004, 2 * spoken.rate)
    sound = np.concatenate([room[: spoken.rate // 2], 0.6 * spoken.values, room])
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    path.write_bytes(write_wav(Samples(sound, spoken.rate)))
    return path


@pytest.fixture(scope="module")
def speaking(voice: Path) -> Iterator[BrowserContext]:
    """Chromium with somebody at its microphone."""
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        pytest.fail("These tests need Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        microphone = f"--use-file-for-fake-audio-capture={voice}"
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, microphone])
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        yield context
        browser.close()


@pytest.fixture(scope="module")
def helpline(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> Iterator[Office]:
    """English and Afrikaans are spoken by a generated voice, isiZulu not at all."""
    with office(tmp_path_factory.mktemp("studio"), sounds) as made:
        yield made


@pytest.fixture(scope="module")
def recorder(speaking: BrowserContext, helpline: Office) -> Page:
    return helpline.signed_in(speaking, "Thandi", Role.RECORDER)


def test_what_is_recorded_and_kept_is_exactly_what_the_next_caller_hears(
    recorder: Page, helpline: Office, voice: Path, tmp_path: Path
) -> None:
    recorder.goto(f"{helpline.url}/staff/studio/en/welcome")
    recorder.get_by_role("button", name="Record", exact=True).click()
    expect(recorder.get_by_text("Speak now.")).to_be_visible()
    expect(recorder.locator("[data-hint]").first).to_have_text("Good", timeout=PATIENCE)
    recorder.wait_for_timeout(3500)
    recorder.get_by_role("button", name="Stop").click()
    expect(recorder.get_by_role("heading", name="Waits for you")).to_be_visible(timeout=PATIENCE)
    assert set() == live(helpline, "en")

    recorder.get_by_role("button", name="Keep: callers hear it").click()
    expect(recorder.get_by_text("callers hear welcome from now on")).to_be_visible()

    (take,) = takes(helpline, "welcome", "en")
    assert ("browser", "Thandi", True) == (take.source, take.made_by, take.live)
    kept = samples((Path(helpline.environ["DATA_DIR"]) / "takes" / names_of(take)[1]).read_bytes())
    helpline.run("call", "--keys", "1,w,h", "--record", str(tmp_path / "heard.wav"))
    heard = samples((tmp_path / "heard.wav").read_bytes())
    assert 1 >= distance(kept[KEY_TONE:], heard)
    said = decode(voice.read_bytes())
    step = said.rate / RATE
    whole = np.interp(np.arange(0, len(said.values), step), np.arange(len(said.values)), said.values)
    twice = np.tile(np.rint(whole * 20000).astype("<i2"), 2)
    assert 0.9 < likeness(envelope(kept), envelope(twice.tobytes()))


def test_a_session_is_walked_by_keyboard_alone(recorder: Page, helpline: Office) -> None:
    recorder.goto(f"{helpline.url}/staff/studio/zu/session?what=missing&after=1")
    stage, keys = recorder.locator("[data-stage]"), recorder.keyboard
    expect(stage).to_contain_text("No. 3")
    assert "Siyakwamukela ku-Themba" in recorder.locator(":focus").inner_text()

    for number in (3, 4):
        expect(stage).to_contain_text(f"No. {number}")
        keys.press(" ")
        expect(stage).to_have_attribute("data-state", "recording", timeout=PATIENCE)
        recorder.wait_for_timeout(4500)
        keys.press(" ")
        expect(recorder.locator(".draft")).to_be_visible(timeout=PATIENCE)
        assert number == 4 or set() == live(helpline, "zu")
        keys.press("Enter")
    expect(stage).to_contain_text("No. 5")
    assert {"welcome", "main.overdose"} == live(helpline, "zu")

    keys.press("s")
    expect(stage).to_contain_text("No. 6")
    keys.press("b")
    expect(stage).to_contain_text("No. 5")
    expect(recorder.locator("progress")).to_have_attribute("value", "2")


def test_a_key_just_after_the_longest_recording_begins_no_new_one(recorder: Page, helpline: Office) -> None:
    recorder.goto(f"{helpline.url}/staff/studio/zu/session?what=all&at=main.counsellor")
    stage, keys = recorder.locator("[data-stage]"), recorder.keyboard
    stage.evaluate("each => { each.dataset.longest = -3 }")  # the longest is twice that and ten: 4 s
    keys.press(" ")
    expect(stage).to_have_attribute("data-state", "recording", timeout=PATIENCE)
    expect(stage).not_to_have_attribute("data-state", "recording", timeout=PATIENCE)
    keys.press(" ")
    expect(recorder.locator(".draft")).to_be_visible(timeout=PATIENCE)
    keys.press(" ")

    expect(stage).to_have_attribute("data-state", "idle")
    recorder.wait_for_timeout(600)
    keys.press(" ")
    expect(stage).to_have_attribute("data-state", "recording", timeout=PATIENCE)


def test_leaving_in_mid_session_keeps_the_draft_and_callers_hear_what_they_heard(
    recorder: Page, helpline: Office
) -> None:
    address = f"{helpline.url}/staff/studio/zu/session?what=missing&at=main.stopping"
    recorder.goto(address)
    recorder.keyboard.press(" ")
    expect(recorder.locator("[data-stage]")).to_have_attribute("data-state", "recording", timeout=PATIENCE)
    recorder.wait_for_timeout(4500)
    recorder.keyboard.press(" ")
    expect(recorder.locator(".draft")).to_be_visible(timeout=PATIENCE)
    recorder.goto("about:blank")

    assert "main.stopping" not in live(helpline, "zu")
    assert ["draft"] == [take.state for take in takes(helpline, "main.stopping", "zu")]
    recorder.goto(address)
    expect(recorder.locator(".draft")).to_be_visible()
    recorder.keyboard.press("Enter")
    expect(recorder.locator("[data-stage]")).to_contain_text("No. 7")
    assert "main.stopping" in live(helpline, "zu")


def test_a_recording_that_cannot_be_sent_is_not_lost(recorder: Page, helpline: Office) -> None:
    recorder.goto(f"{helpline.url}/staff/studio/af/welcome")
    recorder.context.set_offline(True)
    recorder.get_by_role("button", name="Record", exact=True).click()
    expect(recorder.get_by_text("Speak now.")).to_be_visible()
    recorder.wait_for_timeout(4500)
    recorder.get_by_role("button", name="Stop").click()
    expect(recorder.get_by_text("cannot be reached")).to_be_visible()
    assert () == takes(helpline, "welcome", "af")

    recorder.context.set_offline(False)
    recorder.get_by_role("button", name="Send again").click()

    expect(recorder.get_by_role("heading", name="Waits for you")).to_be_visible(timeout=PATIENCE)
    assert 1 == len(takes(helpline, "welcome", "af"))


def test_who_was_signed_out_meanwhile_signs_in_elsewhere_and_loses_nothing(
    recorder: Page, helpline: Office
) -> None:
    recorder.goto(f"{helpline.url}/staff/studio/af/session?what=all&at=main.drugs")
    stage = recorder.locator("[data-stage]")
    recorder.keyboard.press(" ")
    expect(stage).to_have_attribute("data-state", "recording", timeout=PATIENCE)
    recorder.context.clear_cookies()
    recorder.wait_for_timeout(4500)
    recorder.keyboard.press(" ")
    expect(recorder.get_by_text("You are signed out.")).to_be_visible(timeout=PATIENCE)
    assert () == takes(helpline, "main.drugs", "af")

    helpline.signed_in(recorder.context, "Sipho", Role.RECORDER).close()
    recorder.keyboard.press(" ")

    expect(recorder.locator(".draft")).to_be_visible(timeout=PATIENCE)
    assert ["Sipho"] == [take.made_by for take in takes(helpline, "main.drugs", "af")]


def test_who_was_signed_out_is_told_so_even_where_the_refusal_breaks_the_connection(
    recorder: Page, helpline: Office
) -> None:
    recorder.goto(f"{helpline.url}/staff/studio/af/session?what=all&at=main.drugs")
    stage = recorder.locator("[data-stage]")
    recorder.keyboard.press("r")
    expect(stage).to_have_attribute("data-state", "recording", timeout=PATIENCE)
    recorder.context.clear_cookies()
    recorder.route("**/takes", lambda route: route.abort("connectionreset"))
    recorder.wait_for_timeout(1000)

    recorder.keyboard.press(" ")

    expect(recorder.get_by_text("You are signed out.")).to_be_visible(timeout=PATIENCE)
    recorder.unroute("**/takes")
    helpline.signed_in(recorder.context, "Zodwa", Role.RECORDER).close()


def test_what_is_being_recorded_is_dropped_with_escape(recorder: Page, helpline: Office) -> None:
    recorder.goto(f"{helpline.url}/staff/studio/af/session?what=all&at=main.about")
    stage = recorder.locator("[data-stage]")
    recorder.keyboard.press("r")
    expect(stage).to_have_attribute("data-state", "recording", timeout=PATIENCE)
    recorder.keyboard.press("Enter")
    recorder.keyboard.press("s")
    expect(stage).to_have_attribute("data-state", "recording")

    recorder.keyboard.press("Escape")

    expect(stage).to_have_attribute("data-state", "idle")
    assert () == takes(helpline, "main.about", "af")
    recorder.keyboard.press("s")
    expect(stage).not_to_contain_text("main.about")

import time
from dataclasses import replace
from typing import Any

import pytest
import requests

from ivr.content.catalogue import Content, Language
from ivr.speech.engine import RefusedError, SpeechError
from ivr.speech.google import Google
from ivr.speech.probe import why_not
from ivr.speech.wire import Wire

StandIn = Any
Clock = Any

LONG = (
    "If somebody does not wake up, ring for help at once. Then turn them on their side. "
    "Stay with them, and talk to them."
)
CONSENT = b"<html><title>Before you continue to Google</title></html>"


@pytest.fixture
def google(service: StandIn, clock: Clock) -> Google:
    return Google(Wire(sleep=clock.sleep, monotonic=clock.monotonic), service.url)


@pytest.fixture
def english(content: Content) -> Language:
    return content.languages["en"]


def test_speech_comes_back_as_the_service_sent_it(
    google: Google, service: StandIn, english: Language, mp3: bytes
) -> None:
    assert mp3 == google.speak("You are not alone.", english)
    assert ["en You are not alone."] == service.asked


def test_long_words_go_in_whole_sentences_and_keep_every_stop(
    google: Google, service: StandIn, english: Language, mp3: bytes
) -> None:
    assert mp3 * 2 == google.speak(LONG, english)
    assert [
        "en If somebody does not wake up, ring for help at once. Then turn them on their side.",
        "en Stay with them, and talk to them.",
    ] == service.asked


def test_requests_are_half_a_second_apart(
    google: Google, service: StandIn, clock: Clock, english: Language
) -> None:
    google.speak(LONG, english)
    google.speak("Once more.", english)

    assert [pytest.approx(0.5)] * 2 == clock.waits


@pytest.mark.parametrize("status", [302, 408, 425, 429, 500, 502, 503])
def test_a_service_that_is_busy_is_asked_again(
    google: Google, service: StandIn, english: Language, mp3: bytes, status: int
) -> None:
    service.answers = [(status, {"Location": "http://192.0.2.1/sorry"}, b"busy")] * 2

    assert mp3 == google.speak("Hello.", english)
    assert 3 == len(service.asked)


def test_the_service_cannot_send_us_elsewhere(google: Google, service: StandIn, english: Language) -> None:
    service.answers = [(307, {"Location": f"{service.url}/elsewhere"}, b"")]

    with pytest.raises(SpeechError, match="307"):
        google.speak("Hello.", english)


def test_the_pauses_grow_with_each_try(
    google: Google, service: StandIn, clock: Clock, english: Language
) -> None:
    service.answers = [(503, {}, b"")] * 5

    with pytest.raises(SpeechError, match="answers 503"):
        google.speak("Hello.", english)
    assert 5 == len(service.asked)
    for least, waited in zip([1, 2, 4, 8], clock.waits, strict=True):
        assert least <= waited < 1.3 * least


def test_the_pause_that_the_service_asks_for_is_kept(
    google: Google, service: StandIn, clock: Clock, english: Language
) -> None:
    service.answers = [(429, {"Retry-After": "37"}, b"")]

    google.speak("Hello.", english)

    assert 37.0 in clock.waits


def test_a_service_that_asks_for_an_hour_is_left_alone(
    google: Google, service: StandIn, english: Language
) -> None:
    service.answers = [(429, {"Retry-After": "3600"}, b"")]

    with pytest.raises(RefusedError, match="3600"):
        google.speak("Hello.", english)


def test_a_service_that_forbids_is_asked_once(google: Google, service: StandIn, english: Language) -> None:
    service.answers = [(403, {}, b"")] * 3

    with pytest.raises(RefusedError, match="403"):
        google.speak("Hello.", english)
    assert 1 == len(service.asked)


def test_a_request_that_can_never_succeed_is_not_repeated(
    google: Google, service: StandIn, english: Language
) -> None:
    service.answers = [(404, {}, b"")]

    with pytest.raises(SpeechError, match="404"):
        google.speak("Hello.", english)
    assert 1 == len(service.asked)


def test_a_consent_page_is_no_speech(google: Google, service: StandIn, english: Language) -> None:
    service.answers = [(200, {}, CONSENT)]

    with pytest.raises(SpeechError, match="page instead of sound"):
        google.speak("Hello.", english)


def test_escaped_signs_in_the_answer_are_understood(
    google: Google, service: StandIn, english: Language
) -> None:
    audio = b"\xff\xff" * 150 + b"\xff"
    answer = service.sound(audio).replace(b"=", b"\\\\u003d").replace(b"/", b"\\\\/")
    service.answers = [(200, {}, answer)]

    assert audio == google.speak("Hello.", english)


def test_a_few_bytes_are_no_speech(google: Google, service: StandIn, english: Language) -> None:
    service.answers = [(200, {}, service.sound(b"x" * 50))]

    with pytest.raises(SpeechError, match="50 bytes"):
        google.speak("Hello.", english)


def test_when_a_later_part_fails_nothing_of_the_prompt_is_given(
    google: Google, service: StandIn, english: Language
) -> None:
    service.answers = [(200, {}, service.sound()), (403, {}, b"")]

    with pytest.raises(RefusedError):
        google.speak(LONG, english)


@pytest.mark.parametrize("text", ["", "   ", "...", "?!"])
def test_words_without_a_word_are_refused_before_asking(
    google: Google, service: StandIn, english: Language, text: str
) -> None:
    with pytest.raises(SpeechError, match="nothing to speak"):
        google.speak(text, english)
    assert [] == service.asked


@pytest.mark.parametrize("accent", ["com,uy", "evil.example/", "co.za@192.0.2.1", "CO.ZA"])
def test_an_accent_that_could_lead_elsewhere_is_refused(
    google: Google, service: StandIn, english: Language, accent: str
) -> None:
    with pytest.raises(SpeechError, match="accent"):
        google.speak("Hello.", replace(english, accent=accent))
    assert [] == service.asked


def test_a_language_that_gtts_has_not_is_refused(google: Google, english: Language) -> None:
    with pytest.raises(SpeechError, match="'zu'"):
        google.speak("Sawubona.", replace(english, gtts_code="zu"))


def test_the_real_address_is_google_s_over_tls_and_certificates_are_checked(english: Language) -> None:
    """The stand-in for the wire keeps what would have been sent."""
    sent = []

    class Kept(Wire):
        def fetch(self, request: requests.PreparedRequest) -> bytes:
            sent.append(request.url)
            return b"sound"

    Google(Kept()).speak("Hello.", english)

    assert ["https://translate.google.co.za/_/TranslateWebserverUi/data/batchexecute"] == sent


def test_a_service_that_answers_is_found_by_the_probe(google: Google, english: Language) -> None:
    assert why_not(google, english) is None


def test_a_service_that_cannot_be_reached_is_found_out_at_once(english: Language) -> None:
    assert "cannot be reached" in why_not(Google(Wire(back_off=()), "http://127.0.0.1:9"), english)


def test_a_service_that_never_answers_is_given_up_in_time(english: Language) -> None:
    class Silent:
        name = "gtts"

        def speak(self, text: str, language: Language) -> bytes:
            time.sleep(0.5)
            return b""

    assert "no answer in 0.05 seconds" == why_not(Silent(), english, seconds=0.05)

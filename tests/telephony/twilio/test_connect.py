from collections.abc import Mapping

import pytest

from ivr.settings import Settings, read_settings
from ivr.telephony.twilio.connect import address_problems, wanted

LIVE = {
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "secret",
    "HELPLINE_NUMBER": "+27105550100",
    "PUBLIC_URL": "https://line.example.org/helpline",
}
STAND_IN = {**LIVE, "TWILIO_API_URL": "http://127.0.0.1:9999"}


def settings(environ: Mapping[str, str], **changed: str) -> Settings:
    return read_settings({**environ, **changed})


def test_the_number_is_pointed_at_the_public_url_by_post_and_at_the_fallback_by_get() -> None:
    want = wanted(settings(LIVE, FALLBACK_URL="https://pages.example.net/fallback.xml"))

    expected = {
        "voice_url": "https://line.example.org/helpline/voice",
        "voice_method": "POST",
        "status_callback": "https://line.example.org/helpline/voice/status",
        "status_callback_method": "POST",
        "voice_fallback_url": "https://pages.example.net/fallback.xml",
        "voice_fallback_method": "GET",
        "voice_application_sid": "",
        "trunk_sid": "",
        "sms_application_sid": "",
        "sms_url": "https://line.example.org/helpline/sms#rc=1&rp=all&rt=5000",
        "sms_method": "POST",
    }
    assert expected == want.values()


def test_without_a_fallback_url_the_numbers_own_is_left_alone() -> None:
    assert not {"voice_fallback_url", "voice_fallback_method"} & set(wanted(settings(LIVE)).values())


def test_public_addresses_on_two_hosts_are_in_order() -> None:
    assert address_problems(settings(LIVE, FALLBACK_URL="https://pages.example.net/f.xml")) == ()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"PUBLIC_URL": "http://line.example.org"}, "PUBLIC_URL: http://line.example.org is not https"),
        (
            {"PUBLIC_URL": "https://127.0.0.1:5000"},
            "PUBLIC_URL: https://127.0.0.1:5000 is this machine alone",
        ),
        ({"PUBLIC_URL": "http://localhost:5000"}, "is this machine alone"),
        (
            {"FALLBACK_URL": "http://pages.example.net/f.xml"},
            "FALLBACK_URL: http://pages.example.net/f.xml is not",
        ),
        (
            {"FALLBACK_URL": "https://line.example.org/f.xml"},
            "FALLBACK_URL: line.example.org is also PUBLIC_URL's",
        ),
        ({"FALLBACK_URL": "https://LINE.example.org:8443/f.xml"}, "is also PUBLIC_URL's host"),
    ],
)
def test_an_address_that_the_network_should_not_call_is_a_problem(
    changed: dict[str, str], words: str
) -> None:
    (problem,) = address_problems(settings(LIVE, **changed))

    assert words in problem


@pytest.mark.parametrize("url", ["http://line.example.org", "http://127.0.0.1:5000"])
def test_a_network_on_this_machine_may_call_every_address(url: str) -> None:
    assert (
        address_problems(settings(STAND_IN, PUBLIC_URL=url, FALLBACK_URL="http://127.0.0.1:81/f.xml")) == ()
    )


def test_even_then_the_fallback_lies_on_another_host() -> None:
    problems = address_problems(settings(STAND_IN, FALLBACK_URL="https://line.example.org/f.xml"))

    assert len(problems) == 1

"""What else a webhook may answer with, and odd URLs: read as twilio.com/docs/voice/twiml says."""

import pytest

from ivr.telephony.exchange.errors import TwimlError
from ivr.telephony.exchange.leg import Go
from ivr.telephony.exchange.twiml import read, read_answer
from ivr.telephony.exchange.webhooks import Answer
from tests.calls.harness import AnySound, place_call
from tests.telephony.exchange.pages import Pages

URL = "http://helpline.test/voice"


async def test_plain_text_is_read_aloud_and_then_the_call_ends() -> None:
    pages = Pages({"/voice": Answer(200, "text/plain; charset=utf-8", b"We open\n at nine.")})

    heard = await place_call(pages, AnySound())

    assert ["We open at nine."] == heard.played
    assert [] == heard.of("error")


async def test_a_document_sent_as_plain_text_is_run() -> None:
    document = b"<Response><Play>/a</Play></Response>"

    heard = await place_call(Pages({"/voice": Answer(200, "text/plain", document)}), AnySound())

    assert ["http://helpline.test/a"] == heard.played


async def test_an_answer_that_is_a_sound_is_played() -> None:
    sound = b"RIFF" + bytes(100_000)

    heard = await place_call(Pages({"/voice": Answer(200, "audio/wav", sound)}), AnySound())

    assert [URL] == heard.played


@pytest.mark.parametrize(
    ("declared", "encoding"), [("UTF-8", "utf-8"), ("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252")]
)
def test_a_document_is_read_in_the_encoding_it_declares(declared: str, encoding: str) -> None:
    document = f'<?xml version="1.0" encoding="{declared}"?><Response><Say>Môre</Say></Response>'

    assert "Môre" == read_answer(document.encode(encoding), "text/xml", URL).verbs[0].text


def test_an_encoding_nobody_knows_is_an_error_of_the_document() -> None:
    with pytest.raises(TwimlError) as refused:
        read_answer(b'<?xml version="1.0" encoding="klingon"?><Response/>', "text/xml", URL)

    assert 12100 == refused.value.code


@pytest.mark.parametrize("url", ["http://[half", "http://h.test:99999/x", "http://h.test:port/x", "tel:+1"])
def test_a_url_that_cannot_be_one_is_an_error_of_its_document(url: str) -> None:
    with pytest.raises(TwimlError) as refused:
        read("<Response/>", URL).absolute(url)

    assert 11100 == refused.value.code


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("/môre dag?x=é", "http://helpline.test/m%C3%B4re%20dag?x=%C3%A9"),
        ("/a%20b?x=%2B1+2&y=a,b:c@d", "http://helpline.test/a%20b?x=%2B1+2&y=a,b:c@d"),
        ("/a?x=[1]|2\"'~*!$;()", "http://helpline.test/a?x=[1]%7C2%22'~*!$;()"),
    ],
)
def test_characters_no_url_may_hold_are_escaped_and_all_others_kept(written: str, asked: str) -> None:
    assert asked == read("<Response/>", URL).absolute(written)


async def test_in_a_fallback_that_fails_too_the_network_apologises() -> None:
    pages = Pages({"/voice": "", "/fallback": "<Response><Redirect>/voice</Redirect></Response>"})

    heard = await place_call(pages, AnySound(), fallback=Go("http://helpline.test/fallback"))

    assert 1 == len(heard.of("say"))
    assert "completed" == heard.of("ended")[0]["why"]


@pytest.mark.parametrize(
    ("document", "status"),
    [
        ("<Reject/>", "no-answer"),
        ("<Reject reason='busy'/>", "busy"),
        ("<Pause/><Reject/>", "no-answer"),
        ("<Play>/a</Play><Reject reason='busy'/>", "completed"),
        ("<Hangup/>", "completed"),
        ("", "completed"),
    ],
)
async def test_how_a_call_ends_that_was_or_was_not_answered(document: str, status: str) -> None:
    heard = await place_call(Pages({"/voice": f"<Response>{document}</Response>"}), AnySound())

    assert [status] == [each["why"] for each in heard.of("ended")]
    assert (status == "completed" and bool(document)) == bool(heard.of("answered"))

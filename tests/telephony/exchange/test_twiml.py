"""A strict reading: each wrong document has Twilio's error number and says what is wrong."""

import pytest

from ivr.telephony.exchange.errors import TwimlError
from ivr.telephony.exchange.twiml import read, read_answer


@pytest.mark.parametrize(
    ("inside", "code", "said"),
    [
        ("<Plai>x</Plai>", 12200, "<Plai> inside <Response> is no verb we know"),
        ("<Number>+12025550101</Number>", 12200, "<Number> inside <Response> is not allowed"),
        ("<Gather><Dial>+12025550101</Dial></Gather>", 13320, "<Dial> inside <Gather> is not allowed"),
        ("<Gather numdigits='1'/>", 12200, "no attribute 'numdigits'"),
        ("<Gather timeout='five'/>", 13313, "a whole number from 0 to 600"),
        ("<Gather numDigits='0'/>", 13313, "a whole number from 1 to 1000"),
        ("<Gather finishOnKey='12'/>", 13313, "at most 1 of the keys"),
        ("<Gather actionOnEmptyResult='yes'/>", 13313, "one of true, false"),
        ("<Play></Play>", 13410, "<Play> is empty"),
        ("<Play digits='1'>x</Play>", 12200, "no attribute 'digits'"),
        ("<Pause length='-1'/>", 13910, "a whole number"),
        ("<Redirect> </Redirect>", 13710, "<Redirect> is empty"),
        ("<Redirect method='PUT'>/x</Redirect>", 13710, "one of GET, POST"),
        ("<Dial/>", 13211, "needs either nested nouns or a number"),
        ("<Dial timeout='4'>+12025550101</Dial>", 13212, "from 5 to 600"),
        ("<Dial>" + "<Number>+12025550101</Number>" * 11 + "</Dial>", 13211, "at most 10"),
        ("<Record maxLength='0'/>", 13612, "from 1 to 14400"),
        ("<Hangup>now</Hangup>", 12200, "is never heard"),
        ("stray", 12200, "is never heard"),
    ],
)
def test_a_wrong_document_is_refused_with_its_number_and_reason(inside: str, code: int, said: str) -> None:
    with pytest.raises(TwimlError) as refused:
        read(f"<Response>{inside}</Response>")

    assert code == refused.value.code
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"", "text/xml", 11770),
        (b"<Response><Say>" + b"x" * 65536 + b"</Say></Response>", "text/xml", 11750),
        (b"<Response/>", "application/json", 12300),
        (b"<Response>", "text/xml", 12100),
        (b"<response/>", "text/xml", 12100),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><Response/>", "text/xml", 12100),
    ],
)
def test_an_answer_that_is_no_document_has_a_number(body: bytes, kind: str, code: int) -> None:
    with pytest.raises(TwimlError) as refused:
        read_answer(body, kind, "http://helpline.test/voice")

    assert (code, body[:65536].decode()) == (refused.value.code, refused.value.document)


def test_a_relative_url_is_joined_to_where_its_document_came_from() -> None:
    document = read("<Response/>", "http://helpline.test/voice/en?x=1")

    assert "http://helpline.test/voice/next" == document.absolute("next")


def test_a_relative_url_in_a_document_handed_over_is_an_error() -> None:
    with pytest.raises(TwimlError) as refused:
        read("<Response/>").absolute("/next")

    assert 11100 == refused.value.code


def test_comments_and_instructions_are_no_verbs() -> None:
    assert 1 == len(read("<?xml version='1.0'?><Response><!-- hello --><Hangup/></Response>").verbs)

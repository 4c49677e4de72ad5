from collections.abc import Callable
from xml.etree import ElementTree as ET

from ivr.flow.turns import Play
from ivr.telephony.twilio.screening import render_accepted, render_declined, render_screen
from ivr.telephony.twilio.trouble import last_resort, trouble

Checked = Callable[[str], ET.Element]
WORDS = (Play("screen.ask", "en"),)


class Shelf:
    """Sounds of every prompt."""

    def url(self, prompt: str, language: str) -> str | None:
        return f"https://cdn.example.org/{language}/{prompt}.wav"

    def words(self, prompt: str, language: str) -> str:
        raise AssertionError(f"{prompt} in {language} has a sound")


def tags(root: ET.Element) -> list[str]:
    return [each.tag for each in root]


def test_a_counsellor_is_asked_for_one_key_and_let_go_without_it(checked: Checked) -> None:
    root = checked(render_screen(WORDS, "https://x.org/voice/en/a/s", Shelf(), patience=6))

    assert ["Gather", "Hangup"] == tags(root)
    assert ["Play"] == tags(root[0])
    assert ("1", "6", "", "https://x.org/voice/en/a/s", "true") == tuple(
        root[0].get(name) for name in ("numDigits", "timeout", "finishOnKey", "action", "actionOnEmptyResult")
    )


def test_the_document_of_who_accepts_ends_and_so_connects(checked: Checked) -> None:
    assert [] == tags(checked(render_accepted((), Shelf())))
    assert ["Play"] == tags(checked(render_accepted(WORDS, Shelf())))


def test_who_declines_is_let_go(checked: Checked) -> None:
    assert ["Hangup"] == tags(checked(render_declined((), Shelf())))
    assert ["Play", "Hangup"] == tags(checked(render_declined(WORDS, Shelf())))


def test_trouble_is_said_and_leads_to_a_person(checked: Checked) -> None:
    root = checked(trouble((Play("trouble", "en"),), "https://x.org/voice/en/c/person", Shelf()))

    assert ["Play", "Redirect"] == tags(root)
    assert root[1].text == "https://x.org/voice/en/c/person"


def desperate(*phones: str) -> str:
    return last_resort(
        (Play("trouble.nobody", "en"),),
        phones,
        Shelf(),
        caller_id="+27105550100",
        seconds=20,
        screen="https://x.org/voice/en/s/last",
        afterwards=(Play("goodbye", "en"),),
    )


def test_the_last_resort_rings_the_phones_one_after_another(checked: Checked) -> None:
    root = checked(desperate("+27105550111", "+27105550112"))

    assert ["Play", "Dial", "Play", "Hangup"] == tags(root)
    assert {
        "timeout": "20",
        "timeLimit": "14400",
        "callerId": "+27105550100",
        "sequential": "true",
    } == root[1].attrib
    assert ["+27105550111", "+27105550112"] == [each.text for each in root[1]]
    assert {"https://x.org/voice/en/s/last"} == {each.get("url") for each in root[1]}


def test_the_last_resort_rings_no_phone_twice_and_at_most_ten(checked: Checked) -> None:
    phones = [f"+2710555{number:04}" for number in range(12)]

    root = checked(desperate(phones[0], *phones))

    assert phones[:10] == [each.text for each in root[1]]


def test_the_last_resort_without_phones_is_words_and_the_end(checked: Checked) -> None:
    assert ["Play", "Play", "Hangup"] == tags(checked(desperate()))

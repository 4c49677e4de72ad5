from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.turns import Dial, Gather, Go, HandBack, HangUp, Play, PlayBack, Record, Turn
from ivr.telephony.twilio.twiml import UnknownPersonError, render, sound
from ivr.telephony.twilio.urls import Urls, Where
from ivr.telephony.twilio.verbs import DocumentTooLongError
from ivr.telephony.twilio.voices import voice

Checked = Callable[[str], ET.Element]
LINE = "https://line.example.org"
BACK = LINE + "/voice/af/{}/x1.y2#rc=1&rp=all&rt=5000"


class Shelf:
    """Sounds of every prompt but those that are named "unspoken…"."""

    def url(self, prompt: str, language: str) -> str | None:
        return None if prompt.startswith("unspoken") else f"https://cdn.example.org/{language}/{prompt}.wav"

    def words(self, prompt: str, language: str) -> str:
        return f"{prompt}: \"Stay\" & 'breathe' <slowly>\x07 ngiyabonga é 😀"


class Team:
    """One counsellor."""

    def phone(self, key: str) -> str | None:
        return {"k1": "+27105550111"}.get(key)


def document(then: HandBack, *plays: Play | PlayBack, overrides: str = "#rc=1&rp=all&rt=5000") -> str:
    urls = Urls(LINE, overrides)
    turn = Turn(tuple(plays), then)
    return render(
        turn, Where("af", "x1.y2"), urls, Shelf(), Team(), "+27105550100", lambda recording: f"t-{recording}"
    )


def tags(root: ET.Element) -> list[str]:
    return [each.tag for each in root]


def test_a_question_is_heard_inside_its_gather_and_followed_by_a_redirect(checked: Checked) -> None:
    root = checked(document(Gather(5, 1), Play("main.ask", "af"), Play("keys", "en")))

    assert ["Gather", "Redirect"] == tags(root)
    assert ["https://cdn.example.org/af/main.ask.wav", "https://cdn.example.org/en/keys.wav"] == [
        each.text for each in root[0]
    ]
    assert BACK.format("t") == root[1].text


def test_a_gather_spells_out_every_limit_and_reports_silence(checked: Checked) -> None:
    root = checked(document(Gather(8, digits=15, finish="#")))

    expected = {
        "input": "dtmf",
        "action": BACK.format("g"),
        "method": "POST",
        "timeout": "8",
        "numDigits": "15",
        "finishOnKey": "#",
        "actionOnEmptyResult": "true",
    }
    assert expected == root[0].attrib


def test_without_a_finish_key_star_and_hash_are_ordinary_keys(checked: Checked) -> None:
    assert checked(document(Gather(5)))[0].get("finishOnKey") == ""


def test_a_quote_cannot_end_an_attribute(checked: Checked) -> None:
    assert checked(document(Gather(5, finish='"<&')))[0].get("finishOnKey") == '"<&'


def test_a_recording_spells_out_every_limit_and_is_followed_by_a_redirect(checked: Checked) -> None:
    root = checked(document(Record(longest=120, silence=5, finish="#"), Play("message.ask", "af")))

    expected = {
        "action": BACK.format("r"),
        "method": "POST",
        "timeout": "5",
        "maxLength": "120",
        "finishOnKey": "#",
        "playBeep": "true",
        "trim": "trim-silence",
        "recordingStatusCallback": LINE + "/voice/af/recording#rc=1&rp=all&rt=5000",
        "recordingStatusCallbackMethod": "POST",
        "recordingStatusCallbackEvent": "completed",
    }
    assert ["Play", "Record", "Redirect"] == tags(root)
    assert expected == root[1].attrib
    assert BACK.format("n") == root[2].text


def test_a_counsellor_is_rung_under_the_helplines_number_and_screened(checked: Checked) -> None:
    root = checked(document(Dial("k1", 20), Play("transfer", "af")))

    expected = {
        "action": BACK.format("d"),
        "method": "POST",
        "timeout": "20",
        "timeLimit": "14400",
        "callerId": "+27105550100",
    }
    assert ["Play", "Dial"] == tags(root)
    assert expected == root[1].attrib
    assert ["+27105550111"] == [each.text for each in root[1]]
    assert {"url": BACK.format("s"), "method": "POST"} == root[1][0].attrib


def test_somebody_unknown_cannot_be_rung() -> None:
    with pytest.raises(UnknownPersonError, match="k2"):
        document(Dial("k2", 20))


def test_going_on_is_a_redirect(checked: Checked) -> None:
    root = checked(document(Go(), Play("a", "af")))

    assert ["Play", "Redirect"] == tags(root)
    assert (BACK.format("c"), "POST") == (root[1].text, root[1].get("method"))


def test_going_on_later_is_a_pause_and_a_redirect(checked: Checked) -> None:
    root = checked(document(Go(pause=2)))

    assert ["Pause", "Redirect"] == tags(root)
    assert root[0].get("length") == "2"


def test_the_end_is_a_goodbye_and_a_hang_up(checked: Checked) -> None:
    assert ["Play", "Hangup"] == tags(checked(document(HangUp(), Play("goodbye", "af"))))


def test_a_callers_recording_is_heard_under_a_token(checked: Checked) -> None:
    root = checked(document(Go(), PlayBack("RE1")))

    assert LINE + "/heard/t-RE1" == root[0].text


def test_without_a_sound_the_network_says_the_words_in_their_language(checked: Checked) -> None:
    root = checked(document(Gather(5), Play("unspoken", "af")))

    assert root[0][0].tag == "Say"
    assert root[0][0].text == "unspoken: \"Stay\" & 'breathe' <slowly> ngiyabonga é 😀"
    assert root[0][0].get("language") == "af-ZA"


@dataclass(frozen=True)
class Silent:
    """Sounds that were never made, of prompts without words."""

    def url(self, prompt: str, language: str) -> str | None:
        return None

    def words(self, prompt: str, language: str) -> str:
        return ""


def test_in_place_of_a_sound_without_words_there_is_silence_and_nothing_is_read_out() -> None:
    assert '<Pause length="10"/>' == sound(Play("wait.comfort", "zu"), Silent())


@pytest.mark.parametrize(("code", "tag"), [("en", "en-GB"), ("zu", "zu"), ("xh", "xh"), ("zh", "cmn-CN")])
def test_no_language_is_said_in_the_voice_of_another(code: str, tag: str) -> None:
    assert tag == voice(code)


def test_overrides_can_be_left_out(checked: Checked) -> None:
    assert checked(document(Go(), overrides=""))[0].text == LINE + "/voice/af/c/x1.y2"


def test_a_document_beyond_the_networks_limit_is_never_sent() -> None:
    plays = [Play("p" * 60, "af")] * 900

    with pytest.raises(DocumentTooLongError, match="65536"):
        document(HangUp(), *plays)


WORDS = st.text(max_size=20)
PLAYS = st.lists(st.builds(Play, WORDS, st.sampled_from(["af", "zu"])), max_size=4)
SECONDS = st.integers(1, 120)
HAND_BACKS = st.one_of(
    st.builds(Gather, SECONDS, SECONDS, WORDS),
    st.builds(Record, SECONDS, SECONDS, WORDS),
    st.builds(Dial, st.just("k1"), SECONDS),
    st.builds(Go, st.integers(0, 5)),
    st.just(HangUp()),
)


@given(HAND_BACKS, PLAYS)
def test_whatever_the_words_a_document_is_whole_and_ends_in_a_hand_back(
    then: HandBack, plays: list[Play]
) -> None:
    text = document(then, *plays)
    root = ET.fromstring(text)  # noqa: S314 (written by us)

    assert root[-1].tag in {"Redirect", "Dial", "Hangup"}
    assert len(plays) == len(root.findall(".//Play")) + len(root.findall(".//Say"))

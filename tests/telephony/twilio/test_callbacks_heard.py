"""What is heard of a call-back: only a key connects, and before that nothing says who calls."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from ivr.duty.tolls import Tolls
from ivr.flow.helpline import Helpline
from ivr.flow.leg import Claim
from ivr.flow.ring_back import RingBack
from ivr.telephony.twilio.callback_phones import CallBackPhones
from ivr.telephony.twilio.callbacks import CallBackDesk, callback_turn
from ivr.telephony.twilio.conversation import Asked
from ivr.telephony.twilio.desk import World
from ivr.telephony.twilio.rest_calls import RestCalls
from ivr.telephony.twilio.urls import Urls

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
BASE = "https://help.example.org/voice"
SID = "CA" + "1" * 32
CALLER = "+27821234567"
Checked = Callable[[str], ET.Element]


class Shelf:
    def url(self, prompt: str, language: str) -> str | None:
        return f"{language}/{prompt}"

    def words(self, prompt: str, language: str) -> str:
        raise AssertionError(prompt)


class People:
    def phone(self, key: str) -> str | None:
        return None

    def languages(self, key: str) -> tuple[str, ...]:
        return ("xh", "en") if key == "anna" else ()


@dataclass
class Noted:
    """What the webhooks tell; `number` is what a 1 gets."""

    number: str | Claim = CALLER
    told: list[tuple[object, ...]] = field(default_factory=list)

    def picked_up(self, leg: str, sid: str) -> None:
        self.told.append(("picked up", leg, sid))

    def declined(self, leg: str) -> None:
        self.told.append(("declined", leg))

    def takes(self, promise: int, claim: str, person: str) -> str | Claim:
        self.told.append(("takes", promise, claim, person))
        return self.number

    def confirmed(self, promise: int, claim: str) -> None:
        self.told.append(("confirmed", promise, claim))

    def ended(self, promise: int, claim: str, *, bridged: bool | None = None) -> None:
        self.told.append(("ended", promise, claim, bridged))


@pytest.fixture
def noted() -> Noted:
    return Noted()


@pytest.fixture
def desk(noted: Noted) -> CallBackDesk:
    helpline = Helpline("Themba", ("en", "zu"), "main", "overdose", {}, {})
    return CallBackDesk(
        urls=Urls("https://help.example.org", ""),
        caller_id="+27105550100",
        now=lambda: AT,
        world=lambda: World(helpline, People(), Shelf()),
        callbacks=noted,
        ring_backs=noted,
        first=lambda parameters: f"<Response><Play>welcome {parameters['From']}</Play></Response>",
        gone=lambda call: noted.told.append(("gone", call)),
    )


def heard(desk: CallBackDesk, what: str, code: str, **parameters: str) -> str:
    document = callback_turn(desk, Asked("zu", what, code, {"CallSid": SID, **parameters}))
    assert document is not None
    return document


def plays(root: ET.Element) -> list[str]:
    return [each.text or "" for each in root.iter("Play")]


def test_a_counsellor_is_asked_in_their_own_language_and_hears_the_callers(
    desk: CallBackDesk, noted: Noted, checked: Checked
) -> None:
    root = checked(heard(desk, "b", "7.31.anna.0"))

    assert ["en/screen.callback", "en/screen.language.zu", "en/screen.accept"] == plays(root)
    assert f"{BASE}/zu/f/7.31.anna.1" == root[0].get("action")
    assert [("picked up", "31", SID)] == noted.told


def test_a_1_rings_the_caller_behind_the_neutral_question(
    desk: CallBackDesk, noted: Noted, checked: Checked
) -> None:
    root = checked(heard(desk, "f", "7.31.anna.1", Digits="1"))
    dial = root.find("Dial")

    assert ["en/screen.calling"] == plays(root)
    assert dial is not None
    assert (f"{BASE}/zu/l/7.31.anna.1", "+27105550100") == (dial.get("action"), dial.get("callerId"))
    assert [(CALLER, f"{BASE}/zu/p/7.31.anna.1")] == [(each.text, each.get("url")) for each in dial]
    assert [("takes", 7, "31", "anna")] == noted.told


@pytest.mark.parametrize(
    ("claim", "said"),
    [(Claim.TAKEN, "screen.taken"), (Claim.GONE, "screen.gone"), (Claim.UNKNOWN, "screen.gone")],
)
def test_a_1_that_does_not_get_the_call_back_hears_why(
    desk: CallBackDesk, noted: Noted, checked: Checked, claim: Claim, said: str
) -> None:
    noted.number = claim
    root = checked(heard(desk, "f", "7.31.anna.1", Digits="1"))

    assert ([f"en/{said}"], None) == (plays(root), root.find("Dial"))
    assert "Hangup" == root[-1].tag


@pytest.mark.parametrize(
    ("digits", "told"), [("2", [("declined", "31")]), ("#", [("declined", "31")]), ("", [])]
)
def test_another_key_passes_it_on_and_silence_is_asked_once_more(
    desk: CallBackDesk, noted: Noted, checked: Checked, digits: str, told: list[object]
) -> None:
    root = checked(heard(desk, "f", "7.31.anna.1", Digits=digits))

    assert root.find("Dial") is None
    assert told == noted.told
    assert (root.find("Gather") is not None) == (not digits)


def test_a_voicemail_box_of_a_counsellor_never_gets_the_caller(desk: CallBackDesk, checked: Checked) -> None:
    root = checked(heard(desk, "f", "7.31.anna.2"))

    assert ["Play", "Hangup"] == [each.tag for each in root]


def test_the_callers_phone_hears_one_neutral_question_and_nothing_else(
    desk: CallBackDesk, noted: Noted, checked: Checked
) -> None:
    root = checked(heard(desk, "p", "7.31.anna.1"))

    assert ["Gather", "Hangup"] == [each.tag for each in root]
    assert {"zu/callback.confirm"} == set(plays(root))
    assert f"{BASE}/zu/v/7.31.anna.1" == root[0].get("action")
    assert [] == noted.told


def test_only_the_key_1_connects_the_caller(desk: CallBackDesk, noted: Noted, checked: Checked) -> None:
    """A document that ends connects, one that hangs up does not (twilio.com/docs/voice/twiml/number)."""
    assert [] == list(checked(heard(desk, "v", "7.31.anna.1", Digits="1")))
    assert [("confirmed", 7, "31")] == noted.told


@pytest.mark.parametrize("digits", ["", "2", "0", "*", "21", "hangup"])
def test_everything_else_on_the_callers_phone_hangs_up_without_a_word(
    desk: CallBackDesk, noted: Noted, checked: Checked, digits: str
) -> None:
    root = checked(heard(desk, "v", "7.31.anna.1", Digits=digits))

    assert ["Hangup"] == [each.tag for each in root]
    assert [] == noted.told


@pytest.mark.parametrize(
    ("parameters", "bridged", "said"),
    [
        ({"DialCallStatus": "completed", "DialBridged": "true"}, True, "screen.bye"),
        ({"DialCallStatus": "completed", "DialBridged": "false"}, False, "screen.notreached"),
        ({"DialCallStatus": "completed"}, False, "screen.notreached"),
        ({"DialCallStatus": "no-answer"}, False, "screen.notreached"),
    ],
)
def test_only_two_who_were_connected_have_talked(
    desk: CallBackDesk, noted: Noted, checked: Checked, parameters: dict[str, str], bridged: bool, said: str
) -> None:
    root = checked(heard(desk, "l", "7.31.anna.1", **parameters))

    assert [f"en/{said}"] == plays(root)
    assert [("ended", 7, "31", bridged)] == noted.told


@pytest.mark.parametrize("what", "bfpvl")
@pytest.mark.parametrize("code", ["", "7", "x.31.anna.0", "7.31.anna", "7.31.an na.0", "7.31.anna.0.1"])
def test_a_code_that_is_none_hangs_up(
    desk: CallBackDesk, noted: Noted, checked: Checked, what: str, code: str
) -> None:
    root = checked(heard(desk, what, code, Digits="1"))

    assert (["Hangup"], []) == ([each.tag for each in root], noted.told)


def test_who_is_rung_back_after_a_missed_call_hears_the_first_turn_behind_the_key(
    desk: CallBackDesk, noted: Noted
) -> None:
    question = heard(desk, "p", "7.r0.0.0")
    outbound = {"Direction": "outbound-api", "From": "+27105550100", "To": CALLER}
    document = heard(desk, "v", "7.r0.0.0", Digits="1", **outbound)

    assert "callback.confirm" in question
    assert f"welcome {CALLER}" in document
    assert [("confirmed", 7, "r0")] == noted.told


@pytest.mark.parametrize(
    ("status", "over"),
    [("ringing", False), ("in-progress", False), ("completed", True), ("busy", True), ("no-answer", True)],
)
def test_a_ring_back_is_over_when_the_network_says_so(
    desk: CallBackDesk, noted: Noted, status: str, over: bool
) -> None:
    answer = callback_turn(desk, Asked("zu", "l", "7.r0.0.0", {"CallSid": SID, "CallStatus": status}))

    assert answer is None
    assert [("ended", 7, "r0", None), ("gone", SID)] * over == noted.told


@dataclass(frozen=True)
class NotedCalls(RestCalls):
    """Notes what would be asked of the network."""

    placed: list[tuple[str, str, str, int]] = field(default_factory=list)

    def place(self, to: str, url: str, status_url: str, seconds: int) -> str:
        self.placed.append((to, url, status_url, seconds))
        return SID


def test_phones_are_rung_with_the_urls_of_their_own_webhooks() -> None:
    calls = NotedCalls("AC1", "token", "http://127.0.0.1:1", "+27105550100", Tolls(None))
    phones = CallBackPhones(lambda: calls, Urls("https://help.example.org", ""))
    phones.offer("+27105550111", RingBack(7, "31", "anna", "zu"), 20)
    phones.ring_back(CALLER, RingBack(7, "r0", "0", "en"), 25)

    assert [
        ("+27105550111", f"{BASE}/zu/b/7.31.anna.0", f"{BASE}/zu/e/31.panna.qcallback", 20),
        (CALLER, f"{BASE}/en/p/7.r0.0.0", f"{BASE}/en/l/7.r0.0.0", 25),
    ] == calls.placed

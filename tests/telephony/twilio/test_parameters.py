from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from ivr.flow.events import DialEnded, DialOutcome, NothingRecorded, Pressed, Recorded, TimedOut
from ivr.telephony.twilio.parameters import (
    call_id,
    dialled,
    gathered,
    ready_recording,
    recorded,
)

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
SID = "RE" + "0123456789abcdef" * 2
URL = f"https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/{SID}"


@pytest.mark.parametrize("keys", ["1", "0", "*", "#", "27105550100", "12*#ABCD"])
def test_keys_are_pressed(keys: str) -> None:
    assert Pressed(NOW, keys) == gathered({"Digits": keys}, NOW)


@pytest.mark.parametrize(
    "digits", ["", " ", "hangup", "timeout", "1 2", "1\n", "a", "１", "٣", "1" * 33, "\0"]
)
def test_what_no_telephone_can_send_is_silence(digits: str) -> None:
    assert TimedOut(NOW) == gathered({"Digits": digits}, NOW)


def test_missing_digits_are_silence() -> None:
    assert TimedOut(NOW) == gathered({}, NOW)


def test_a_repeated_parameter_counts_once() -> None:
    assert Pressed(NOW, "2") == gathered(MultiDict([("Digits", "2"), ("Digits", "3")]), NOW)


def test_a_recording_has_its_id_and_seconds() -> None:
    parameters = {"RecordingSid": SID, "RecordingDuration": "17", "Digits": "#"}

    assert Recorded(NOW, SID, 17, keys="#") == recorded(parameters, NOW)


def test_hanging_up_while_speaking_leaves_a_recording() -> None:
    parameters = {"RecordingSid": SID, "RecordingDuration": "2", "Digits": "hangup"}

    assert Recorded(NOW, SID, 2, hung_up=True) == recorded(parameters, NOW)


@pytest.mark.parametrize(
    ("said", "keys"), [("#", "#"), ("0", "0"), ("9", "9"), ("*", "*"), ("", ""), ("x", "")]
)
def test_the_key_that_ended_a_recording_is_told(said: str, keys: str) -> None:
    parameters = {"RecordingSid": SID, "RecordingDuration": "7", "Digits": said}

    assert Recorded(NOW, SID, 7, keys=keys) == recorded(parameters, NOW)


def test_a_key_instead_of_a_recording_is_a_key() -> None:
    assert Pressed(NOW, "9") == recorded({"Digits": "9"}, NOW)


@pytest.mark.parametrize("url", [URL, URL + ".wav", URL + ".mp3"])
def test_without_its_id_the_recording_is_known_by_its_address(url: str) -> None:
    assert Recorded(NOW, SID, 3) == recorded({"RecordingUrl": url, "RecordingDuration": "3"}, NOW)


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"RecordingSid": "", "RecordingUrl": "", "RecordingDuration": ""},
        {"RecordingSid": "../etc/passwd"},
        {"RecordingSid": SID + "\n"},
        {"RecordingSid": SID.upper()},
        {"RecordingUrl": URL + "/../x"},
        {"RecordingUrl": SID},
        {"RecordingUrl": URL + "0"},
    ],
)
def test_a_recording_without_an_id_is_none(parameters: dict[str, str]) -> None:
    assert NothingRecorded(NOW) == recorded(parameters, NOW)


@pytest.mark.parametrize("seconds", ["", "x", "-1", "1.5", "９", "1" * 5000])
def test_a_length_that_is_no_number_is_no_second(seconds: str) -> None:
    assert Recorded(NOW, SID, None) == recorded({"RecordingSid": SID, "RecordingDuration": seconds}, NOW)


@pytest.mark.parametrize(
    ("status", "expected"), [("completed", SID), ("in-progress", None), ("absent", None), ("", None)]
)
def test_only_a_completed_recording_can_be_fetched(status: str, expected: str | None) -> None:
    assert expected == ready_recording({"RecordingSid": SID, "RecordingStatus": status})


@pytest.mark.parametrize("status", ["completed", "answered", "no-answer", "", "strange"])
def test_only_a_bridge_proves_that_the_two_spoke(status: str) -> None:
    parameters = {"DialCallStatus": status, "DialBridged": "true"}

    assert DialEnded(NOW, DialOutcome.REACHED) == dialled(parameters, NOW)


@pytest.mark.parametrize("bridged", [{}, {"DialBridged": "false"}, {"DialBridged": ""}, {"DialBridged": "1"}])
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("completed", DialOutcome.DECLINED),
        ("answered", DialOutcome.DECLINED),
        ("busy", DialOutcome.BUSY),
        ("no-answer", DialOutcome.NO_ANSWER),
        ("failed", DialOutcome.FAILED),
        ("canceled", DialOutcome.CANCELED),
        ("", DialOutcome.FAILED),
        ("Completed", DialOutcome.FAILED),
    ],
)
def test_without_a_bridge_nobody_was_reached(
    status: str, outcome: DialOutcome, bridged: dict[str, str]
) -> None:
    assert DialEnded(NOW, outcome) == dialled({"DialCallStatus": status, **bridged}, NOW)


@pytest.mark.parametrize(("duration", "seconds"), [("27", 27), ("", None), ("x", None)])
def test_the_seconds_since_a_phone_was_picked_up_are_told(duration: str, seconds: int | None) -> None:
    parameters = {"DialCallStatus": "completed", "DialCallDuration": duration}

    assert DialEnded(NOW, DialOutcome.DECLINED, seconds) == dialled(parameters, NOW)


def test_a_dial_without_a_status_has_failed() -> None:
    assert DialEnded(NOW, DialOutcome.FAILED) == dialled({}, NOW)


@pytest.mark.parametrize(
    ("sid", "expected"),
    [("CA" + "a" * 32, "CA" + "a" * 32), ("CA1", None), ("", None), ("CA" + "a" * 33, None)],
)
def test_a_call_is_known_by_its_id(sid: str, expected: str | None) -> None:
    assert expected == call_id({"CallSid": sid})


NAMES = st.sampled_from(
    ["Digits", "RecordingSid", "RecordingUrl", "RecordingDuration", "DialCallStatus", "From"]
)


@given(st.dictionaries(NAMES, st.text()))
def test_nothing_that_arrives_is_an_exception_to_the_caller(parameters: dict[str, str]) -> None:
    events = (gathered(parameters, NOW), recorded(parameters, NOW), dialled(parameters, NOW))

    assert {NOW} == {each.at for each in events}

"""Record and its callbacks as twilio.com/docs/voice/twiml/record says; a scripted caller speaks for 4 s."""

from dataclasses import replace

import pytest

from ivr.telephony.exchange.webhooks import Answer, Request
from tests.calls.harness import CALLER, HELPLINE, AnySound, build_town, place_call
from tests.telephony.exchange.pages import Pages
from tests.telephony.exchange.town import respond

ALL = "recordingStatusCallback='/told' recordingStatusCallbackEvent='in-progress completed absent'"


def pages(record: str) -> Pages:
    return Pages({"/voice": respond(record), "/done": respond("<Pause length='2'/>"), "/told": ""})


async def test_the_beginning_and_the_end_of_a_recording_are_told() -> None:
    asked = pages(f"<Record action='/done' {ALL}/>")

    await place_call(asked, AnySound(), "#")

    assert ["in-progress", "completed"] == [each["RecordingStatus"] for each in asked.of("/told")]
    assert 1 == len({each["RecordingSid"] for each in (*asked.of("/told"), *asked.of("/done"))})
    assert 1 == len({each["RecordingStartTime"] for each in asked.of("/told")})
    assert "4" == asked.of("/told")[1]["RecordingDuration"]


async def test_only_the_end_is_told_unless_more_is_asked_for() -> None:
    asked = pages("<Record action='/done' recordingStatusCallback='/told'/>")

    await place_call(asked, AnySound(), "#")

    assert ["completed"] == [each["RecordingStatus"] for each in asked.of("/told")]


async def test_a_recording_in_which_nothing_is_said_is_absent() -> None:
    asked = pages(f"<Record action='/done' {ALL}/><Redirect>/done</Redirect>")
    town = build_town(asked, AnySound())
    nothing = {"do": "recording", "take": 1, "seconds": 0}
    caller = town.add(CALLER, lambda message: [nothing] if message["is"] == "record" else [])

    caller.phone.take({"do": "call", "to": HELPLINE})
    await caller.over.wait()
    await town.calls.close()

    assert ["in-progress", "absent"] == [each["RecordingStatus"] for each in asked.of("/told")]
    assert "RecordingUrl" not in asked.of("/done")[0]


async def test_a_recording_that_cannot_be_turned_into_sound_is_absent() -> None:
    asked = pages(f"<Record action='/done' {ALL}/>")
    town = build_town(asked, AnySound())
    town.switch.world = replace(town.switch.world, voice=bytes)
    taken = [{"do": "wake", "seconds": 2, "name": "x"}]
    spoken = [{"do": "recording", "take": 1}]
    caller = town.add(CALLER, lambda message: {"record": taken, "woken": spoken}.get(message["is"], []))

    caller.phone.take({"do": "call", "to": HELPLINE})
    await caller.over.wait()
    await town.calls.close()

    assert ["in-progress", "absent"] == [each["RecordingStatus"] for each in asked.of("/told")]


@pytest.mark.parametrize("key", [*"1234567890*#"])
async def test_every_key_ends_a_recording_unless_the_document_says_which(key: str) -> None:
    asked = pages("<Record action='/done'/>")

    await place_call(asked, AnySound(), key)

    assert [key] == [each["Digits"] for each in asked.of("/done")]


async def test_without_a_finish_key_no_key_ends_a_recording() -> None:
    asked = pages("<Record action='/done' finishOnKey='' maxLength='9'/>")

    heard = await place_call(asked, AnySound(), "1#*")

    assert ["9"] == [each["RecordingDuration"] for each in asked.of("/done")]
    assert 9.0 == heard.of("recorded")[0]["at"]


async def test_a_recording_without_action_asks_the_present_url_again() -> None:
    class Twice(Pages):
        async def send(self, request: Request) -> Answer:
            answer = await super().send(request)
            self.documents = {"/voice": respond("")}
            return answer

    asked = Twice({"/voice": respond("<Record/>")})

    await place_call(asked, AnySound(), "#")

    assert [None, "#"] == [each.get("Digits") for each in asked.of("/voice")]


async def test_a_phone_cannot_have_recorded_longer_than_it_was_asked_to() -> None:
    asked = pages("<Record action='/done'/>")
    town = build_town(asked, AnySound())
    wake = [{"do": "wake", "seconds": 3, "name": "x"}]
    claim = [{"do": "recording", "take": 1, "seconds": 1e12}]
    caller = town.add(CALLER, lambda message: {"record": wake, "woken": claim}.get(message["is"], []))

    caller.phone.take({"do": "call", "to": HELPLINE})
    await caller.over.wait()
    await town.calls.close()

    assert ["3"] == [each["RecordingDuration"] for each in asked.of("/done")]

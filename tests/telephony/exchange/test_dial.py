"""Dialling as twilio.com/docs/voice/twiml/dial says; people pick up after four seconds and talk for six."""

from collections.abc import Sequence

import pytest

from ivr.telephony.exchange.driving import Order
from ivr.telephony.exchange.leg import Go
from ivr.telephony.exchange.parties import Counsellor, Habit
from tests.calls.harness import CALLER, HELPLINE, AnySound, build_town, place_call
from tests.telephony.exchange.pages import Pages
from tests.telephony.exchange.town import Message

ASK = "<Gather numDigits='1' timeout='3' action='/yes'><Play>/q</Play></Gather>"
PRESS_1 = {
    "/screen": f"<Response>{ASK}<Hangup/></Response>",
    "/yes": "<Response/>",
    "/after": "<Response/>",
}


def dial(attributes: str, *numbers: str) -> Pages:
    nouns = "".join(f"<Number url='/screen'>{each}</Number>" for each in numbers)
    return Pages(
        {"/voice": f"<Response><Dial action='/after' {attributes}>{nouns}</Dial></Response>", **PRESS_1}
    )


@pytest.mark.parametrize(
    ("habit", "status", "bridged"),
    [
        (Habit.ANSWERS, "completed", "true"),
        (Habit.DECLINES, "completed", "false"),
        (Habit.VOICEMAIL, "completed", "false"),
        (Habit.BUSY, "busy", "false"),
        (Habit.SILENT, "no-answer", "false"),
    ],
)
async def test_only_bridged_says_that_they_could_speak(habit: Habit, status: str, bridged: str) -> None:
    pages = dial("timeout='20'", "+12025550101")

    await place_call(pages, AnySound(), habit=habit)

    assert (status, bridged) == (
        pages.of("/after")[0]["DialCallStatus"],
        pages.of("/after")[0]["DialBridged"],
    )


async def test_a_number_without_a_phone_fails_at_once() -> None:
    pages = dial("", "+12025550101")

    heard = await place_call(pages, AnySound(), counsellors=0)

    assert "failed" == pages.of("/after")[0]["DialCallStatus"]
    assert 0.0 == heard.of("ended")[0]["at"]


async def test_of_several_phones_the_first_to_be_picked_up_wins() -> None:
    pages = dial("", "+12025550101", "+12025550102")

    await place_call(pages, AnySound())

    assert 1 == len(pages.of("/screen"))
    assert pages.of("/screen")[0]["CallSid"] == pages.of("/after")[0]["DialCallSid"]


async def test_in_sequence_the_next_rings_when_the_first_has_declined() -> None:
    pages = dial("sequential='true'", "+12025550101", "+12025550102")

    await place_call(pages, AnySound(), habit=Habit.DECLINES)

    assert ["+12025550101", "+12025550102"] == [each["To"] for each in pages.of("/screen")]


async def test_the_callees_leg_is_a_call_of_its_own() -> None:
    pages = dial(f"callerId='{HELPLINE}'", "+12025550101")

    await place_call(pages, AnySound())

    [screen], [voice] = pages.of("/screen"), pages.of("/voice")
    assert voice["CallSid"] == screen["ParentCallSid"]
    assert voice["CallSid"] != screen["CallSid"]
    assert ("outbound-dial", HELPLINE, "+12025550101") == (screen["Direction"], screen["From"], screen["To"])


async def test_the_time_limit_ends_the_conversation() -> None:
    pages = dial("timeLimit='3'", "+12025550101")

    heard = await place_call(pages, AnySound())

    assert 3.0 == heard.of("parted")[0]["at"] - heard.of("connected")[0]["at"]


async def test_a_dial_within_a_screening_is_refused() -> None:
    pages = dial("", "+12025550101")
    pages.documents = {**pages.documents, "/screen": "<Response><Dial>+12025550103</Dial></Response>"}

    await place_call(pages, AnySound())

    assert "false" == pages.of("/after")[0]["DialBridged"]


async def test_when_the_caller_hangs_up_the_phone_stops_ringing_and_the_action_is_told() -> None:
    pages = dial("", "+12025550101")
    town = build_town(pages, AnySound())
    counsellor = town.add("*", Counsellor(Habit.SILENT).react)
    caller = town.add(CALLER, lambda message: [{"do": "hangup"}] if message["is"] == "dialing" else [])

    caller.phone.take({"do": "call", "to": HELPLINE})
    await counsellor.over.wait()
    await town.calls.close()

    assert "canceled" == counsellor.heard.of("ended")[0]["why"]
    assert "canceled" == pages.of("/after")[0]["DialCallStatus"]


async def test_who_is_on_a_call_is_busy() -> None:
    pages = dial("", CALLER)

    await place_call(pages, AnySound())

    assert "busy" == pages.of("/after")[0]["DialCallStatus"]


async def test_a_star_of_the_caller_ends_the_conversation_when_asked_for() -> None:
    pages = dial("hangupOnStar='true'", "+12025550101")

    heard = await place_call(pages, AnySound(), "w2,*")

    assert 2.0 == heard.of("parted")[0]["at"] - heard.of("connected")[0]["at"]


@pytest.mark.parametrize(
    ("habit", "reported"),
    [
        (Habit.BUSY, ["initiated", "ringing", "busy"]),
        (Habit.SILENT, ["initiated", "ringing", "no-answer"]),
        (Habit.ANSWERS, ["initiated", "ringing", "in-progress", "completed"]),
    ],
)
async def test_each_step_of_a_ringing_phone_is_reported(habit: Habit, reported: list[str]) -> None:
    events = "initiated ringing answered completed"
    number = f"<Number statusCallback='/status' statusCallbackEvent='{events}'>+12025550101</Number>"
    pages = Pages({"/voice": f"<Response><Dial>{number}</Dial></Response>", "/status": "<Response/>"})

    await place_call(pages, AnySound(), habit=habit)

    assert reported == [each["CallStatus"] for each in pages.of("/status")]


@pytest.mark.parametrize("greeting", ["", "url='/greet'"])
async def test_who_dials_a_queue_talks_to_whoever_waits_there(greeting: str) -> None:
    pages = Pages(
        {
            "/voice": "<Response><Enqueue waitUrl='/wait' action='/after'>q</Enqueue></Response>",
            "/wait": "<Response><Play>/hold</Play></Response>",
            "/take": f"<Response><Dial><Queue {greeting}>q</Queue></Dial></Response>",
            "/greet": "<Response><Play>/soon</Play></Response>",
            "/after": "<Response><Play>/back</Play></Response>",
        }
    )
    town = build_town(pages, AnySound(), impatient_queue=True)
    town.add("+12025550101", Counsellor(Habit.ANSWERS).react)
    caller = town.add(CALLER, lambda message: [])

    caller.phone.take({"do": "call", "to": HELPLINE})
    take = Go("http://helpline.test/take")
    town.calls.order(Order(HELPLINE, "+12025550101", take))
    await caller.over.wait()
    await town.calls.close()

    talked = caller.heard.of("parted")[0]["at"] - caller.heard.of("connected")[0]["at"]
    assert 6.0 == talked
    assert "bridged" == pages.of("/after")[0]["QueueResult"]
    assert "http://helpline.test/back" == caller.heard.played[-1]
    assert bool(greeting) == ("http://helpline.test/soon" in caller.heard.played)


async def test_a_caller_is_told_no_number_of_whoever_answers() -> None:
    heard = await place_call(dial("", "+12025550101"), AnySound())

    assert heard.of("connected")
    assert "+12025550101" not in str([heard.of("dialing"), heard.of("connected"), heard.of("dialed")])


@pytest.mark.parametrize("sequential", ["false", "true"])
async def test_a_star_of_the_caller_stops_the_ringing_too_when_asked_for(sequential: str) -> None:
    pages = dial(f"hangupOnStar='true' sequential='{sequential}'", "+12025550101", "+12025550102")
    town = build_town(pages, AnySound())
    town.add("*", Counsellor(Habit.SILENT).react)
    far = town.add("*", Counsellor(Habit.SILENT).react)
    wake, star = [{"do": "wake", "seconds": 2, "name": "x"}], [{"do": "key", "key": "*"}]
    caller = town.add(CALLER, lambda message: {"dialing": wake, "woken": star}.get(message["is"], []))

    caller.phone.take({"do": "call", "to": HELPLINE})
    await caller.over.wait()
    await town.calls.close()
    rang = [each.sid for each in town.switch.calls.values() if each.parent]

    assert [("canceled", "in-progress")] == [
        (each["DialCallStatus"], each["CallStatus"]) for each in pages.of("/after")
    ]
    assert ["canceled"] == [each["why"] for each in far.heard.of("ended")]
    assert (1 if sequential == "true" else 2) == len(rang)


async def test_a_caller_led_away_in_conversation_leaves_its_length() -> None:
    pages = dial("", "+12025550101")
    pages.documents = {**pages.documents, "/elsewhere": "<Response><Pause length='3'/></Response>"}
    town = build_town(pages, AnySound())
    wake = [{"do": "wake", "seconds": 2, "name": "x"}]

    def react(message: Message) -> Sequence[Message]:
        if message["is"] == "woken":
            town.calls.lead(next(iter(town.switch.calls.values())), Go("http://helpline.test/elsewhere"))
        return wake if message["is"] == "connected" else []

    caller = town.add(CALLER, react)
    far = town.add("*", Counsellor(Habit.ANSWERS).react)
    caller.phone.take({"do": "call", "to": HELPLINE})
    await far.over.wait()
    await caller.over.wait()
    await town.calls.close()

    [after] = pages.of("/after")
    assert ("completed", "true", "4") == (
        after["DialCallStatus"], after["DialBridged"], after["DialCallDuration"],
    )  # fmt: skip
    assert ["in-progress"] == [each["CallStatus"] for each in pages.of("/elsewhere")]


@pytest.mark.parametrize(
    ("shown", "status"), [(HELPLINE, "completed"), (CALLER, "completed"), ("+12025550177", "failed")]
)
async def test_only_a_number_of_this_call_or_account_may_be_shown(shown: str, status: str) -> None:
    pages = dial(f"callerId='{shown}'", "+12025550101")

    heard = await place_call(pages, AnySound())

    assert [status] == [each["DialCallStatus"] for each in pages.of("/after")]
    assert ([13214] if status == "failed" else []) == [each["code"] for each in heard.of("error")]


async def test_the_action_says_which_phone_rang_when_the_caller_gives_up() -> None:
    pages = dial("", "+12025550101")
    town = build_town(pages, AnySound())
    town.add("*", Counsellor(Habit.SILENT).react)
    caller = town.add(CALLER, lambda message: [{"do": "hangup"}] if message["is"] == "dialing" else [])

    caller.phone.take({"do": "call", "to": HELPLINE})
    await caller.over.wait()
    await town.calls.close()

    [child] = [each.sid for each in town.switch.calls.values() if each.parent]
    assert [child] == [each["DialCallSid"] for each in pages.of("/after")]


async def test_a_number_is_dialled_however_it_is_written() -> None:
    pages = dial("callerId='+1 202-555-0100'", " +1 (202) 555-0101 ")
    town = build_town(pages, AnySound())
    far = town.add("+12025550101", Counsellor(Habit.ANSWERS).react)
    caller = town.add(CALLER, lambda message: [])

    caller.phone.take({"do": "call", "to": HELPLINE})
    await caller.over.wait()
    await town.calls.close()

    assert [HELPLINE] == [each["from"] for each in far.heard.of("ringing")]
    assert ["+12025550101"] == [each["To"] for each in pages.of("/screen")]

"""Queues as twilio.com/docs/voice/twiml/enqueue and /queue say: how a wait ends, and what is told of it."""

import asyncio
from collections.abc import Callable

import pytest

from ivr.telephony.exchange.driving import Order
from ivr.telephony.exchange.leg import Go
from tests.calls.harness import CALLER, HELPLINE, AnySound, Party, Town, build_town, place_call
from tests.telephony.exchange.pages import Pages
from tests.telephony.exchange.town import COUNSELLOR, React, patient_counsellor, respond, when

ENQUEUE = respond("<Enqueue waitUrl='/wait' action='/after'>q</Enqueue>")
BASE = "http://helpline.test"
TAKING = {
    "/voice": ENQUEUE,
    "/wait": respond("<Play>/hold</Play>"),
    "/take": respond("<Dial action='/taken'><Queue url='/greet'>q</Queue></Dial>"),
    "/greet": respond("<Play>/soon</Play>"),
    "/taken": respond(""),
    "/after": respond("<Play>/back</Play>"),
    "/elsewhere": respond("<Pause length='5'/>"),
}


async def until(happens: Callable[[], object]) -> None:
    for _ in range(3000):
        if happens():
            return
        await asyncio.sleep(0)


def talk(pages: Pages, counsellor: React) -> tuple[Town, Party, Party]:
    """A caller in the queue, and a counsellor who rings and will take whoever waits there."""
    town = build_town(pages, AnySound(), impatient_queue=True)
    far = town.add(COUNSELLOR, counsellor)
    near = town.add(CALLER, when(""))
    near.phone.take({"do": "call", "to": HELPLINE})
    town.calls.order(Order(HELPLINE, COUNSELLOR, Go(BASE + "/take")))
    return town, near, far


@pytest.mark.parametrize(
    "wait", ["<Response><Plai/></Response>", "", "<Response/>", respond("<Dial>+12025550101</Dial>")]
)
async def test_a_wait_document_that_fails_ends_the_wait_with_an_error(wait: str) -> None:
    pages = Pages({"/voice": ENQUEUE, "/wait": wait, "/after": respond("<Play>/back</Play>")})

    heard = await place_call(pages, AnySound(), impatient_queue=True)

    assert ["error"] == [each["QueueResult"] for each in pages.of("/after")]
    assert ["http://helpline.test/back"] == heard.played
    assert wait == heard.of("error")[0]["document"]


async def test_a_wait_document_that_fails_does_not_bring_the_fallback_into_the_queue() -> None:
    pages = Pages({"/voice": ENQUEUE, "/wait": "", "/after": respond("")})

    await place_call(pages, AnySound(), impatient_queue=True, fallback=Go(BASE + "/fallback"))

    assert "/fallback" not in pages.paths


async def test_a_wait_document_that_hangs_up_tells_the_action_too() -> None:
    pages = Pages({"/voice": ENQUEUE, "/wait": respond("<Hangup/>"), "/after": respond("<Play>/x</Play>")})

    heard = await place_call(pages, AnySound(), impatient_queue=True)

    assert ["hangup"] == [each["QueueResult"] for each in pages.of("/after")]
    assert [] == heard.played


async def test_a_caller_led_away_while_waiting_is_reported_as_redirected() -> None:
    pages = Pages(TAKING)
    town = build_town(pages, AnySound(), impatient_queue=True)
    caller = town.add(CALLER, when(""))

    caller.phone.take({"do": "call", "to": HELPLINE})
    await until(lambda: caller.heard.of("play"))
    [call] = town.switch.calls.values()
    town.calls.lead(call, Go(BASE + "/elsewhere"))
    await caller.over.wait()
    await town.calls.close()

    assert ["redirected"] == [each["QueueResult"] for each in pages.of("/after")]
    assert ["in-progress"] == [each["CallStatus"] for each in pages.of("/elsewhere")]


async def test_who_talks_to_a_caller_that_is_led_away_is_free_again() -> None:
    pages = Pages(TAKING)
    town, near, far = talk(pages, patient_counsellor())

    await until(lambda: near.heard.of("connected"))
    town.calls.lead(next(iter(town.switch.calls.values())), Go(BASE + "/elsewhere"))
    await near.over.wait()
    await far.over.wait()
    await town.calls.close()

    assert far.heard.of("connected")[0]["at"] == far.heard.of("parted")[0]["at"]
    assert ["redirected-from-bridged"] == [each["QueueResult"] for each in pages.of("/after")]
    assert [("completed", "true")] == [
        (each["DialCallStatus"], each["DialBridged"]) for each in pages.of("/taken")
    ]


async def test_a_caller_whose_counsellor_hangs_up_before_they_talk_was_not_bridged() -> None:
    pages = Pages({**TAKING, "/greet": respond("<Pause length='20'/>")})
    town, near, _ = talk(
        pages,
        lambda message: {
            "ringing": [{"do": "answer"}],
            "answered": [{"do": "wake", "seconds": 3, "name": "x"}],
            "woken": [{"do": "hangup"}],
        }.get(message["is"], []),
    )

    await near.over.wait()
    await town.calls.close()

    assert [] == near.heard.of("connected")
    assert ["error"] == [each["QueueResult"] for each in pages.of("/after")]
    assert ["false"] == [each["DialBridged"] for each in pages.of("/taken")]


async def test_who_dials_an_empty_queue_waits_until_somebody_comes() -> None:
    pages = Pages({**TAKING, "/take": respond("<Dial action='/taken'><Queue>q</Queue></Dial>")})
    town = build_town(pages, AnySound(), impatient_queue=True)
    town.add(COUNSELLOR, patient_counsellor())
    town.switch.queue("q", make=True)
    wake = [{"do": "wake", "seconds": 20, "name": "later"}]
    call = [{"do": "call", "to": HELPLINE}]
    near = town.add(CALLER, lambda message: {"registered": wake, "woken": call}.get(message["is"], []))

    town.calls.order(Order(HELPLINE, COUNSELLOR, Go(BASE + "/take")))
    await near.over.wait()
    await town.calls.close()

    assert near.heard.of("connected")
    assert ["completed"] == [each["DialCallStatus"] for each in pages.of("/taken")]


@pytest.mark.parametrize(("made", "status", "at"), [(True, "no-answer", 34.0), (False, "failed", 4.0)])
async def test_a_queue_in_which_nobody_comes_ends_the_dial(made: bool, status: str, at: float) -> None:
    pages = Pages({**TAKING, "/taken": respond("<Play>/nobody</Play>")})
    town = build_town(pages, AnySound(), impatient_queue=True)
    far = town.add(COUNSELLOR, patient_counsellor())
    if made:
        town.switch.queue("q", make=True)

    town.calls.order(Order(HELPLINE, COUNSELLOR, Go(BASE + "/take")))
    await far.over.wait()
    await town.calls.close()

    assert [status] == [each["DialCallStatus"] for each in pages.of("/taken")]
    assert [at] == [each["at"] for each in far.heard.of("play")]


async def test_a_key_pressed_while_waiting_does_not_lose_the_place() -> None:
    pages = Pages(
        {
            "/voice": ENQUEUE,
            "/wait": respond("<Gather numDigits='1' action='/key'><Play>/hold</Play></Gather>"),
            "/key": respond("<Play>/more</Play>"),
            "/after": respond(""),
        }
    )

    await place_call(pages, AnySound(), "1,h", impatient_queue=True)

    assert ["0", "4"] == [each["QueueTime"] for each in pages.of("/wait")][:2]
    assert {"1"} == {each["QueuePosition"] for each in pages.of("/key")}


async def test_a_star_ends_the_wait_for_somebody_in_a_queue_when_asked_for() -> None:
    taking = respond("<Dial hangupOnStar='true' action='/taken'><Queue>q</Queue></Dial>")
    pages = Pages({**TAKING, "/take": taking, "/taken": respond("")})
    town = build_town(pages, AnySound(), impatient_queue=True)
    town.switch.queue("q", make=True)
    far = town.add(
        COUNSELLOR,
        lambda message: {
            "ringing": [{"do": "answer"}],
            "answered": [{"do": "wake", "seconds": 3, "name": "x"}],
            "woken": [{"do": "key", "key": "*"}],
        }.get(message["is"], []),
    )

    town.calls.order(Order(HELPLINE, COUNSELLOR, Go(BASE + "/take")))
    await far.over.wait()
    await town.calls.close()

    assert ["canceled"] == [each["DialCallStatus"] for each in pages.of("/taken")]
    assert 3.0 == far.heard.of("ended")[0]["at"]

"""Phones that break off, in every state a call can be in, and two that are picked up at the same moment."""

import asyncio
from collections.abc import Sequence

import pytest

from ivr.telephony.exchange.driving import Order
from ivr.telephony.exchange.leg import Go, Watch
from tests.calls.harness import CALLER, HELPLINE, AnySound, Party, Town, build_town
from tests.telephony.exchange.pages import Pages
from tests.telephony.exchange.town import COUNSELLOR, Message, patient_counsellor, respond, when

DOCUMENTS = {
    "play": "<Play>/a</Play>",
    "listening": "<Gather action='/next'/><Redirect>/next</Redirect>",
    "record": "<Record action='/after'/><Redirect>/next</Redirect>",
    "dialing": f"<Dial action='/after'>{COUNSELLOR}</Dial>",
    "connected": f"<Dial action='/after'>{COUNSELLOR}</Dial>",
    "waiting": "<Enqueue action='/after' waitUrl='/wait'>q</Enqueue><Redirect>/next</Redirect>",
}


def breaks_off(town: Town, number: str, moment: str) -> Party:
    """Somebody whose phone breaks off when it is told that."""

    def react(message: Message) -> Sequence[Message]:
        if message["is"] == moment:
            asyncio.get_running_loop().call_soon(town.switch.phones.remove, party.phone)
        return ()

    party = town.add(number, react)
    return party


async def over(town: Town) -> None:
    for _ in range(2000):
        await asyncio.sleep(0)
        if all(each.status.final for each in town.switch.calls.values()):
            break
    await town.calls.close()


@pytest.mark.parametrize("moment", list(DOCUMENTS))
async def test_a_caller_whose_phone_breaks_off_has_hung_up(moment: str) -> None:
    pages = Pages(
        {
            "/voice": respond(DOCUMENTS[moment]),
            "/wait": respond("<Pause length='9'/>"),
            "/after": respond("<Redirect>/next</Redirect>"),
            "/status": "",
        }
    )
    status = Watch("http://helpline.test/status")
    town = build_town(pages, AnySound(), status=status, impatient_queue=True)
    far = town.add(COUNSELLOR, patient_counsellor())
    caller = breaks_off(town, CALLER, moment)

    caller.phone.take({"do": "call", "to": HELPLINE})
    await over(town)

    assert ["completed"] == [each["CallStatus"] for each in pages.of("/status")]
    assert int(moment in {"dialing", "connected", "waiting"}) == len(pages.of("/after"))
    assert "/next" not in pages.paths
    assert len(far.heard.of("ringing")) == len(far.heard.of("ended"))
    assert all(not each.members for each in town.switch.queues.values())
    assert {} == town.switch.lines


@pytest.mark.parametrize(
    ("moment", "status"), [("ringing", "busy"), ("play", "completed"), ("connected", "completed")]
)
async def test_a_counsellor_whose_phone_breaks_off_has_hung_up(moment: str, status: str) -> None:
    number = f"<Number url='/screen'>{COUNSELLOR}</Number>"
    pages = Pages(
        {
            "/voice": respond(f"<Dial action='/after'>{number}</Dial>"),
            "/screen": respond("<Play>/q</Play>" if moment == "play" else ""),
            "/after": respond("<Play>/back</Play>"),
        }
    )
    town = build_town(pages, AnySound())
    far = breaks_off(town, COUNSELLOR, moment)
    answering = far.react
    far.react = lambda message: (
        answering(message)
        or ([{"do": "answer"}] if message["is"] == "ringing" and moment != "ringing" else ())
    )
    caller = town.add(CALLER, when(""))

    caller.phone.take({"do": "call", "to": HELPLINE})
    await caller.over.wait()
    await over(town)

    [after] = pages.of("/after")
    assert (status, str(moment == "connected").lower()) == (after["DialCallStatus"], after["DialBridged"])
    assert "http://helpline.test/back" == caller.heard.played[-1]


async def test_of_two_phones_picked_up_at_the_same_moment_one_is_connected() -> None:
    pages = Pages(
        {
            "/voice": respond(
                "<Dial action='/after'><Number>+12025550101</Number><Number>+12025550102</Number></Dial>"
            ),
            "/after": respond(""),
        }
    )
    town = build_town(pages, AnySound())
    people = [
        town.add(
            "*",
            lambda message: {
                "ringing": [{"do": "answer"}],
                "connected": [{"do": "wake", "seconds": 3, "name": "x"}],
                "woken": [{"do": "hangup"}],
            }.get(message["is"], []),
        )
        for _ in range(2)
    ]
    caller = town.add(CALLER, when(""))

    caller.phone.take({"do": "call", "to": HELPLINE})
    await caller.over.wait()
    await over(town)

    assert 1 == len(caller.heard.of("connected"))
    assert [0, 1] == sorted(len(each.heard.of("connected")) for each in people)
    assert [1, 1] == [len(each.heard.of("ended")) for each in people]
    assert "true" == pages.of("/after")[0]["DialBridged"]


async def test_an_exchange_that_stops_ends_what_still_rings() -> None:
    pages = Pages({"/status": ""})
    town = build_town(pages, AnySound())
    phone = town.add(COUNSELLOR, when(""))
    status = Watch("http://helpline.test/status")

    town.calls.order(Order(HELPLINE, COUNSELLOR, Go("http://helpline.test/leg"), watch=status))
    await asyncio.sleep(0)
    await town.calls.close()

    assert ["canceled"] == [each["CallStatus"] for each in pages.of("/status")]
    assert ["canceled"] == [each["why"] for each in phone.heard.of("ended")]


async def test_answer_on_bridge_answers_when_they_are_connected() -> None:
    pages = Pages(
        {
            "/voice": respond(f"<Dial answerOnBridge='true' action='/after'>{COUNSELLOR}</Dial>"),
            "/after": respond(""),
        }
    )
    town = build_town(pages, AnySound())
    town.add(COUNSELLOR, patient_counsellor())
    caller = town.add(CALLER, when(""))

    caller.phone.take({"do": "call", "to": HELPLINE})
    await caller.over.wait()
    await over(town)

    assert [4.0] == [each["at"] for each in caller.heard.of("answered")]

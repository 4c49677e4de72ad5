"""What still happens, and what no longer does, once the caller has hung up."""

import asyncio
from dataclasses import dataclass, field

import pytest

from ivr.telephony.exchange.leg import Watch
from ivr.telephony.exchange.sounds import Media
from ivr.telephony.exchange.webhooks import Answer, Request
from tests.calls.harness import CALLER, HELPLINE, AnySound, build_town, place_call
from tests.telephony.exchange.pages import Pages
from tests.telephony.exchange.town import respond, when

STATUS = Watch("http://helpline.test/status")
HANG_UP = {"do": "hangup"}


@dataclass
class SlowPages(Pages):
    """Pages that hold back every answer but the first and those of `/status` until `released`."""

    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, request: Request) -> Answer:
        answer = await super().send(request)
        if len(self.asked) > 1 and not request.url.endswith("/status"):
            self.waiting.set()
            await self.released.wait()
        return answer


async def test_a_call_is_over_at_once_although_a_webhook_is_slow() -> None:
    pages = SlowPages(
        {
            "/voice": respond("<Pause/><Redirect>/slow</Redirect>"),
            "/slow": respond("<Redirect>/next</Redirect>"),
            "/status": "",
        }
    )
    town = build_town(pages, AnySound(), status=STATUS)
    caller = town.add(CALLER, when(""))

    caller.phone.take({"do": "call", "to": HELPLINE})
    await pages.waiting.wait()
    caller.phone.take(HANG_UP)
    for _ in range(20):
        await asyncio.sleep(0)
    told = [each["CallStatus"] for each in pages.of("/status")]
    pages.released.set()
    await town.calls.close()

    assert 1 == len(told)
    assert "/next" not in pages.paths


@pytest.mark.parametrize(
    ("verb", "moment"),
    [
        ("<Dial action='/after'>+12025550101</Dial>", "dialing"),
        ("<Record action='/after'/>", "record"),
        ("<Enqueue action='/after' waitUrl=''>q</Enqueue>", "waiting"),
    ],
)
async def test_the_action_is_told_that_the_call_is_over(verb: str, moment: str) -> None:
    pages = Pages({"/voice": respond(verb), "/after": respond("<Redirect>/next</Redirect>")})
    town = build_town(pages, AnySound(), impatient_queue=True)
    wake = {"do": "wake", "seconds": 2, "name": "spoken"}
    react = {moment: [wake], "woken": [HANG_UP], "recorded": [{"do": "recording", "take": 1}]}
    caller = town.add(CALLER, lambda message: react.get(message["is"], []))
    town.add("+12025550101", when(""))

    caller.phone.take({"do": "call", "to": HELPLINE})
    await caller.over.wait()
    await town.calls.close()

    assert ["completed"] == [each["CallStatus"] for each in pages.of("/after")]
    assert "/next" not in pages.paths


async def test_nothing_follows_an_empty_recording_of_somebody_who_has_hung_up() -> None:
    pages = Pages({"/voice": respond("<Record action='/done'/><Redirect>/next</Redirect>")})
    town = build_town(pages, AnySound())
    nothing = {"do": "recording", "take": 1, "seconds": 0}
    caller = town.add(
        CALLER,
        lambda message: {"record": [HANG_UP], "recorded": [nothing]}.get(message["is"], []),
    )

    caller.phone.take({"do": "call", "to": HELPLINE})
    await caller.over.wait()
    await town.calls.close()

    assert ["/voice"] == pages.paths


async def test_a_call_that_was_never_answered_ends_as_unanswered() -> None:
    pages = Pages({"/voice": respond("<Pause length='9'/>"), "/status": ""})
    town = build_town(pages, AnySound(), status=STATUS)
    wake = {"do": "wake", "seconds": 2, "name": "tired"}
    caller = town.add(CALLER, lambda message: {"calling": [wake], "woken": [HANG_UP]}.get(message["is"], []))

    caller.phone.take({"do": "call", "to": HELPLINE})
    await caller.over.wait()
    await town.calls.close()

    assert ["no-answer"] == [each["CallStatus"] for each in pages.of("/status")]


async def test_a_hang_up_by_script_ends_the_call_as_completed() -> None:
    pages = Pages({"/voice": respond("<Gather/>"), "/status": ""})

    await place_call(pages, AnySound(), "h", status=STATUS)

    assert ["completed"] == [each["CallStatus"] for each in pages.of("/status")]


@pytest.mark.parametrize("document", ["<Play>/a</Play>", "<Gather><Play>/a</Play></Gather>"])
async def test_a_call_is_over_at_once_although_a_sound_is_slow(document: str) -> None:
    class SlowSound(AnySound):
        async def fetch(self, url: str) -> Media:
            asyncio.get_running_loop().call_soon(caller.phone.take, HANG_UP)
            await asyncio.Event().wait()
            return await super().fetch(url)

    pages = Pages({"/voice": respond(document), "/status": ""})
    town = build_town(pages, SlowSound(), status=STATUS)
    caller = town.add(CALLER, when(""))

    caller.phone.take({"do": "call", "to": HELPLINE})
    await caller.over.wait()
    for _ in range(20):
        await asyncio.sleep(0)
    told = [each["CallStatus"] for each in pages.of("/status")]

    assert 1 == len(told)

"""A caller in the queue, as the network and those who ring phones meet them."""

from dataclasses import dataclass, field, replace
from xml.etree import ElementTree as ET

import pytest

from ivr.flow.waiting_call import Waiting
from ivr.telephony.twilio.conversation import Asked, next_turn
from ivr.telephony.twilio.desk import Desk, World
from tests.app.stage import PUBLIC
from tests.telephony.twilio.contract import hold
from tests.telephony.twilio.test_conversation import (  # noqa: F401 (fixtures)
    AUDIO,
    BREAKS,
    broken_flow,
    desk_of,
    heard,
    main_menu,
    shipped,
    world,
)

CALL = "CA" + "1" * 32
QUEUE = "QU" + "2" * 32


@dataclass
class Phones:
    """Those who ring phones, and what they were told."""

    works: bool = True
    ticks: list[Waiting] = field(default_factory=list)
    told: list[tuple[str, ...]] = field(default_factory=list)
    ringing: bool = False
    rang: tuple[str, ...] | None = ()
    memory: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)

    def able(self) -> bool:
        return self.works

    def awaits(self, call: str) -> bool:
        return self.ringing

    def tick(self, waiting: Waiting) -> None:
        self.ticks.append(waiting)

    def left(self, call: str, entry: int, language: str, state: str) -> None:
        self.memory[call, entry] = language, state

    def departed(self, call: str, entry: int) -> tuple[str, str] | None:
        return self.memory.get((call, entry))

    def rung(self, call: str) -> tuple[str, ...] | None:
        return self.rang

    def gone(self, call: str, *, waiting: bool = False) -> None:
        self.told.append(("gone", call, "waiting") if waiting else ("gone", call))

    def over(self, call: str, entry: int) -> None:
        self.told.append(("over", call, str(entry)))

    def answered(self, call: str, answer: str) -> None:
        self.told.append(("answered", call, answer))


@pytest.fixture
def desk(world: World) -> Desk:  # noqa: F811 (the fixture)
    return replace(desk_of(world), ringing=Phones())


def phones(desk: Desk) -> Phones:
    assert isinstance(desk.ringing, Phones)
    return desk.ringing


def asked(desk: Desk, url: str, *, queued: bool = True, gone: bool = False, **parameters: str) -> ET.Element:
    """The document behind a URL as it stands in a document."""
    language, what, state = url.partition("#")[0].split("/")[-3:]
    told = {"QueueSid": QUEUE, "QueueTime": "4"} if queued else {}
    sent = Asked(language, what, state, {"CallSid": CALL, "From": "+27823334444", **told, **parameters})
    return hold(next_turn(desk, sent), PUBLIC, AUDIO, queued=queued, gone=gone)


def enqueued(desk: Desk, **parameters: str) -> ET.Element:
    """The Enqueue that a caller gets who presses 0 at the main menu."""
    document = asked(desk, f"/en/g/{main_menu(desk)}", queued=False, Digits="0", **parameters)
    found = document.find("Enqueue")
    assert found is not None
    return found


def first_heard(desk: Desk) -> ET.Element:
    return asked(desk, enqueued(desk).attrib["waitUrl"])


def onward(document: ET.Element) -> str:
    return document.findtext("Redirect") or ""


def pressing(desk: Desk, document: ET.Element, key: str, **parameters: str) -> ET.Element:
    action = document.find("Gather")
    assert action is not None
    return asked(desk, action.attrib["action"], Digits=key, **parameters)


def test_the_queue_is_the_callers_own_and_its_name_says_nothing_about_them(desk: Desk) -> None:
    assert CALL == enqueued(desk).text


def test_without_the_networks_id_of_the_call_phones_are_rung_one_after_the_other(desk: Desk) -> None:
    document = asked(desk, f"/en/g/{main_menu(desk)}", queued=False, Digits="0", CallSid="")

    assert document.find("Dial") is not None


def test_the_first_wait_document_is_the_first_tick(desk: Desk) -> None:
    first_heard(desk)

    (tick,) = phones(desk).ticks
    assert (CALL, 1, CALL, QUEUE, "en", "+27823334444", 4) == (
        *(tick.call, tick.entry, tick.queue, tick.queue_sid, tick.language, tick.caller, tick.waited),
    )


def test_nobody_is_rung_before_the_caller_is_in_the_queue(desk: Desk) -> None:
    enqueued(desk)

    assert [] == phones(desk).ticks


def test_every_wait_document_is_a_tick_with_the_next_number(desk: Desk) -> None:
    document = first_heard(desk)
    for _ in range(5):
        document = asked(desk, onward(document))

    assert [1, 2, 3, 4, 5, 6] == [each.tick for each in phones(desk).ticks]


def test_the_same_wait_request_gets_the_same_document(desk: Desk) -> None:
    url = onward(first_heard(desk))

    assert ET.tostring(asked(desk, url)) == ET.tostring(asked(desk, url))


def test_the_time_is_what_the_network_says(desk: Desk) -> None:
    url = onward(first_heard(desk))

    assert asked(desk, url, QueueTime="170").find("Leave") is not None
    assert asked(desk, url, QueueTime="20").find("Leave") is None


def test_who_listens_to_a_segment_is_told_so(desk: Desk) -> None:
    pressing(desk, first_heard(desk), "9")

    assert [False, True] == [each.listening for each in phones(desk).ticks]


def test_who_leaves_goes_on_where_they_wanted_to(desk: Desk) -> None:
    action = enqueued(desk).attrib["action"]
    assert pressing(desk, first_heard(desk), "3").find("Leave") is not None

    document = asked(desk, action, queued=False, QueueResult="leave")
    assert (["message.speak"], "Record") == (heard(document), document[-2].tag)


def test_who_leaves_where_that_is_not_known_can_choose(desk: Desk) -> None:
    action = enqueued(desk).attrib["action"]

    assert "message.offer" == heard(asked(desk, action, queued=False, QueueResult="leave"))[0]


def test_the_end_of_a_conversation_is_told_and_heard(desk: Desk) -> None:
    action = enqueued(desk).attrib["action"]

    assert "after.conversation" == heard(asked(desk, action, queued=False, QueueResult="bridged"))[0]
    assert [("over", CALL, "1")] == phones(desk).told


def test_a_hang_up_in_the_conversation_is_no_end_that_the_caller_is_there_for(desk: Desk) -> None:
    over = {"QueueResult": "bridged", "CallStatus": "completed"}
    asked(desk, enqueued(desk).attrib["action"], queued=False, gone=True, **over)

    assert [("gone", CALL)] == phones(desk).told


def test_a_hang_up_in_the_queue_stops_the_phones(desk: Desk) -> None:
    asked(desk, enqueued(desk).attrib["action"], queued=False, gone=True, QueueResult="hangup")

    assert [("gone", CALL, "waiting")] == phones(desk).told


@pytest.mark.parametrize("result", ["error", "system-error", "queue-full", "something new", ""])
def test_a_queue_that_fails_is_followed_by_phones_rung_one_after_the_other(desk: Desk, result: str) -> None:
    document = asked(desk, enqueued(desk).attrib["action"], queued=False, QueueResult=result)

    assert document.find("Dial/Number") is not None


def test_a_queue_that_fails_after_a_while_leaves_only_the_rest_of_the_time(desk: Desk) -> None:
    action = enqueued(desk).attrib["action"]
    document = asked(desk, action, queued=False, QueueResult="system-error", QueueTime="170")

    assert ["nobody.answered", "message.offer"] == heard(document)[:2]


@pytest.mark.parametrize(("entries", "by_dial"), [(1, 1), (2, 0)])
def test_of_phones_of_which_nothing_is_known_the_most_is_assumed(
    desk: Desk, entries: int, by_dial: int
) -> None:
    phones(desk).rang = None
    state = enqueued(desk).attrib["action"].partition("#")[0].rpartition("/")[2]
    again = state.replace(".w1-", f".w{entries}-").replace("n1-", "n3-")
    document, rung = asked(desk, f"/en/q/{again}", queued=False, QueueResult="error"), 0
    while (dial := document.find("Dial")) is not None:
        rung += 1
        document = asked(desk, dial.attrib["action"], queued=False, DialCallStatus="no-answer")

    assert by_dial == rung


def test_when_phones_cannot_be_rung_any_more_the_caller_leaves_and_is_rung_for_otherwise(desk: Desk) -> None:
    enqueue, first = enqueued(desk), first_heard(desk)
    phones(desk).works = False

    assert asked(desk, onward(first)).find("Leave") is not None
    left = asked(desk, enqueue.attrib["action"], queued=False, QueueResult="leave")
    assert left.find("Dial/Number") is not None


def test_who_waits_for_a_phone_that_rings_already_stays_in_the_queue(desk: Desk) -> None:
    waiting = first_heard(desk)
    phones(desk).works, phones(desk).ringing = False, True

    assert asked(desk, onward(waiting)).find("Leave") is None


def test_a_caller_for_whom_everybody_was_rung_is_offered_a_promise(desk: Desk) -> None:
    first_heard(desk)
    state = phones(desk).ticks[-1].state

    document = asked(desk, f"/en/o/{state}", queued=False)
    assert ["nobody.answered", "message.offer"] == heard(document)[:2]


@pytest.mark.parametrize("state", ["", "?", "m000000.w1-0-0-0-0-0", "zz.w1", "h.w1-x"])
def test_a_state_that_nobody_knows_leads_out_of_the_queue(desk: Desk, state: str) -> None:
    assert ["Leave"] == [each.tag for each in asked(desk, f"/en/t/{state}")]


@pytest.mark.parametrize("broken", BREAKS)
def test_whatever_fails_in_the_queue_the_document_is_one_for_a_queue(desk: Desk, broken) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 (as in its own module)
    first = first_heard(desk)
    failing = replace(desk, world=lambda: broken(desk.world()))

    document = asked(failing, onward(first))
    assert {"Gather", "Redirect", "Leave"} >= {each.tag for each in document}


def test_when_the_flow_itself_fails_the_caller_leaves_and_people_are_rung(desk: Desk) -> None:
    enqueue, first = enqueued(desk), first_heard(desk)
    failing = replace(desk, world=lambda: broken_flow(desk.world()))
    gather = pressing(failing, first, "1")

    assert gather.find("Leave") is not None or gather.find("Gather") is not None
    assert asked(failing, enqueue.attrib["action"], queued=False, QueueResult="leave") is not None


def test_no_wait_document_names_the_caller(desk: Desk) -> None:
    assert "3334444" not in ET.tostring(first_heard(desk), "unicode")

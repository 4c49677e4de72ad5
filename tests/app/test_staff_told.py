"""What callers do, and what staff have on their phones of it: each thing once, whatever way it came."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ivr.app.telling import TellingParts
from ivr.storage.engine import engine_for
from ivr.telephony.twilio.rest import UnreachableError
from tests.app.people import NOON, SIPHO, THANDI, OnDuty
from tests.app.stage import CALL, NUMBER, Stage, action, make_stage, recording

STAFF, FREE = "+27820000009", "+27105550199"
QUEUE = "QU" + "5" * 32
NEW = re.compile(r"new (.*) \(no\. 1\), language (\w+),")
NOBODY = re.compile(r"a caller, language (\w+), could reach nobody")


@dataclass
class Phone:
    """The phone of staff, which takes every message."""

    messages: list[str] = field(default_factory=list)

    def send_sms(self, to: str, body: str) -> str:
        assert STAFF == to
        self.messages.append(body)
        return "SM1"

    def was_sent(self, to: str, body: str, since: datetime) -> bool:
        return body in self.messages


@dataclass
class House:
    """The helpline, and the phone of its staff."""

    stage: Stage
    phone: Phone = field(default_factory=Phone)

    def told(self, **passes: float) -> list[str]:
        """What staff have been told by the time that everything in the background was done."""
        self.stage.clock.passes(**passes)
        self.stage.background()
        parts = self.stage.parts
        engine = engine_for(parts.settings.database_url)
        telling = TellingParts(
            parts.settings, engine, self.stage.clock, parts.publication, parts.snapshot, parts.account
        )
        telling.watches().work()
        replace(telling.telling(), texting=self.phone).work()
        engine.dispose()
        return [each for each in self.phone.messages if NEW.search(each) or NOBODY.search(each)]


MakeHouse = Callable[..., House]


@pytest.fixture
def house(tmp_path: Path, audio: Path, database: Path) -> MakeHouse:
    def make(*people: OnDuty) -> House:
        prompts = shutil.copytree(audio.parent / "prompts", tmp_path / "prompts")
        toml = prompts / "helpline.toml"
        text = toml.read_text("utf-8").replace("countries = []", 'countries = ["ZA"]')
        text = re.sub(r"\nsms = \[\]", f'\nsms = ["{STAFF}"]', text)
        toml.write_text(re.sub(r"(\[missed_call\]\nnumbers = )\[\]", rf'\1["{FREE}"]', text), "utf-8")
        environ = {"PROMPTS_DIR": str(prompts)}
        return House(make_stage(tmp_path, audio, database, people=people, environ=environ))

    return make


def closed(stage: Stage) -> ET.Element:
    return stage.document("/voice/en/g/l", Digits="0")


def leaves_a_message(stage: Stage) -> None:
    tone = stage.document(action(closed(stage)), Digits="1")
    for _ in range(2):
        stage.document(
            action(tone),
            RecordingSid=recording(1),
            RecordingDuration="12",
            Digits="hangup",
            From="+27823334444",
        )


def asks_for_a_call_back(stage: Stage) -> None:
    document = closed(stage)
    for key in "4111":
        asked = action(document)
        document = stage.document(asked, Digits=key)
    assert "callback.kept" == stage.heard(document)[0]
    stage.document(asked, Digits="1")


def rings_without_airtime(stage: Stage) -> None:
    for _ in range(2):
        assert None is not stage.document("/voice", To=FREE).find("Reject")


PROMISES = {
    "voice message": leaves_a_message,
    "call-back": asks_for_a_call_back,
    "missed call": rings_without_airtime,
}


@pytest.mark.parametrize("what", PROMISES)
def test_a_new_promise_is_told_once(house: MakeHouse, what: str) -> None:
    found = house()
    PROMISES[what](found.stage)

    assert [(what, "English")] == [NEW.findall(each)[0] for each in found.told(seconds=1)]
    assert 1 == len(found.told(minutes=10))


@pytest.mark.parametrize("what", PROMISES)
def test_a_promise_that_waited_on_disk_for_the_database_is_told_once(house: MakeHouse, what: str) -> None:
    found = house()
    stored = found.stage.parts.settings.data_dir / "helpline.db"
    stored.rename(stored.with_name("away.db"))
    PROMISES[what](found.stage)
    stored.with_name("away.db").rename(stored)

    assert [(what, "English")] == [NEW.findall(each)[0] for each in found.told(minutes=40)]
    assert 1 == len(found.told(minutes=10))


def enters(stage: Stage, call: str = CALL) -> ET.Element:
    """The Enqueue of a caller who has pressed 0, after the first wait document."""
    found = stage.document("/voice/en/g/l", Digits="0", CallSid=call).find("Enqueue")
    assert found is not None
    waits(stage, found.attrib["waitUrl"], call)
    return found


def waits(stage: Stage, url: str, call: str = CALL, seconds: int = 0, **fields: str) -> ET.Element:
    document = stage.document(url, CallSid=call, QueueSid=QUEUE, QueueTime=str(seconds), **fields)
    stage.background()
    return document


def out_of_time(stage: Stage, call: str = CALL) -> None:
    """A caller who waits as long as anybody may, while phones ring in vain."""
    queue = enters(stage, call)
    assert None is not waits(stage, queue.attrib["waitUrl"], call, seconds=170).find("Leave")
    left = stage.document(queue.attrib["action"], CallSid=call, QueueResult="leave", QueueTime="170")
    assert "nobody.answered" == stage.heard(left)[0]


def everybody_declines(stage: Stage) -> None:
    enters(stage)
    for placed in list(stage.rest.placed):
        told = {"CallSid": placed.sid, "From": NUMBER, "To": placed.to, "Direction": "outbound-api"}
        screening = stage.document(placed.url, **told)
        stage.document(action(screening), **told, Digits="2")
        stage.background()
    [(_, away)] = stage.rest.redirected
    assert "nobody.answered" == stage.heard(stage.document(away))[0]


def phones_ring_in_turn(stage: Stage) -> None:
    """As they do while the network's REST API is away."""
    stage.rest.fails[""] = UnreachableError("no answer")
    enters(stage)
    queue = stage.document("/voice/en/g/l", Digits="0", CallSid="CA" + "2" * 32)
    document = queue
    while document.find("Dial") is not None:
        document = stage.document(action(document), CallSid="CA" + "2" * 32, DialCallStatus="no-answer")
    assert "nobody.answered" == stage.heard(document)[0]


@pytest.mark.parametrize("way", [out_of_time, everybody_declines, phones_ring_in_turn])
def test_a_caller_whom_nobody_answered_is_told_once(house: MakeHouse, way: Callable[[Stage], None]) -> None:
    found = house(THANDI, SIPHO)
    way(found.stage)

    assert ["English"] == [NOBODY.findall(each)[0] for each in found.told(seconds=1)]
    assert 1 == len(found.told(minutes=20))


def test_several_such_callers_are_told_once_in_a_quarter_of_an_hour(house: MakeHouse) -> None:
    found = house(THANDI, SIPHO)
    told = []
    for number, minutes in enumerate((0, 5, 9, 2)):
        found.stage.clock.passes(minutes=minutes)
        out_of_time(found.stage, "CA" + f"{number}" * 32)
        told.append(len(found.told()))

    assert [1, 1, 1, 2] == told


def test_who_rings_while_nobody_is_on_duty_is_not_told_of(house: MakeHouse) -> None:
    found = house(replace(THANDI, start=NOON.replace(day=6), end=NOON.replace(day=9)))
    heard = found.stage.heard(closed(found.stage))

    assert "closed.nobody" == heard[0]
    assert [] == found.told()


def test_who_leaves_the_queue_for_a_message_has_not_reached_nobody(house: MakeHouse) -> None:
    found = house(THANDI, SIPHO)
    queue = enters(found.stage)
    waiting = waits(found.stage, queue.attrib["waitUrl"])
    key = waits(found.stage, action(waiting), seconds=20, Digits="3")
    found.stage.document(queue.attrib["action"], QueueResult="leave", QueueTime="20")

    assert key.find("Leave") is not None
    assert [] == found.told(minutes=1)

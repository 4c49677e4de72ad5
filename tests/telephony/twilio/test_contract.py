"""Thousands of webhooks, likely and unlikely ones, and every answer held against the contract."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from tests.app.people import SIPHO, THANDI, OnDuty
from tests.app.stage import PUBLIC, Stage, make_stage, recording
from tests.calls.harness import silence_wav
from tests.telephony.twilio.contract import hold

KEYS = "0123456789*#"
STATUSES = ["completed", "answered", "busy", "no-answer", "failed", "canceled", "on-fire", None]
BRIDGED = ["true", "false", None]
SECONDS = ["0", "1", "2", "45", "soon", None]
CALLERS = ["+27823334444", "anonymous", "+266696687", "unknown", "", "sip:x@y", "266696687"]
STRANGE = [
    {"Digits": "A"},
    {"Digits": "12"},
    {"Digits": "x" * 500},
    {"SpeechResult": "help"},
    {"Digits": "\u0661"},
]
HOW_OFTEN = 0.3  # that something is done in the background between two webhooks
# The letters by which a place travels in URLs, those at which something can be told.
PLACES = set("lmsercvfwa")


class AnyRecording:
    """A provider that has every recording, whatever its id."""

    def fetch(self, recording: str) -> bytes:
        return silence_wav(1)

    def delete(self, recording: str) -> None:
        pass


def field(name: str, value: str | None) -> dict[str, str]:
    return {} if value is None else {name: value}


def of_gather(draw: Random) -> dict[str, str]:
    return draw.choice([{}, {"Digits": ""}, draw.choice(STRANGE), *({"Digits": key} for key in KEYS * 2)])


def of_record(draw: Random) -> dict[str, str]:
    sid = recording(draw.randrange(10**6))
    told = draw.choice([{}, {"RecordingSid": sid}, {"RecordingUrl": f"https://x.example/{sid}"}])
    keys = field("Digits", draw.choice(["#", "", "hangup", None]))
    return {**told, **keys, **field("RecordingDuration", draw.choice(SECONDS))}


def of_dial(draw: Random) -> dict[str, str]:
    status = field("DialCallStatus", draw.choice(STATUSES))
    return {**status, **field("DialBridged", draw.choice(BRIDGED))}


def next_webhook(document: ET.Element, draw: Random) -> tuple[str, dict[str, str]] | None:
    """Whichever way the call may go from here; None after a hang-up."""
    ways = [(each.text or "", {}) for each in document.iter("Redirect")]
    for each in document:
        made = {"Gather": of_gather, "Record": of_record, "Dial": of_dial}.get(each.tag)
        if made:
            ways += [(each.attrib["action"], made(draw))] * 4
    return draw.choice(ways) if ways else None


def walk(stage: Stage, draw: Random, turns: int) -> Iterator[tuple[str, dict[str, str], str]]:
    """A call that wanders about: each webhook and its answer."""
    who = {"From": draw.choice(CALLERS), **draw.choice([{}, {"Fancy": "ü"}, {"CallStatus": "in-progress"}])}
    url, fields = "/voice", dict(who)
    for _ in range(turns):
        text = stage.post(url, **fields).text
        document = hold(text, PUBLIC, f"{PUBLIC}/audio", gone=fields.get("Digits") == "hangup")
        yield url, fields, text
        screens(stage, document, draw)
        if draw.random() < HOW_OFTEN:
            stage.background()
        found = next_webhook(document, draw)
        if found is None:
            return
        url, fields = found[0], {**who, **found[1]}


def screens(stage: Stage, document: ET.Element, draw: Random) -> None:
    """The counsellor's side of a Dial, as far as it goes."""
    for url in [each.attrib["url"] for each in document.iter("Number")]:
        asked = stage.post(url)
        for _ in range(4):
            screen = hold(asked.text, PUBLIC, f"{PUBLIC}/audio", screening=True)
            if screen.find("Gather") is None:
                break
            asked = stage.post(screen[0].attrib["action"], **of_gather(draw))


def place(url: str) -> str:
    path = urlsplit(url).path.split("/")
    return path[4][0] if len(path) > 4 else "b"


@pytest.mark.parametrize("people", [(), (THANDI, SIPHO)])
def test_every_answer_keeps_the_contract_and_a_repeat_gets_the_same(
    tmp_path: Path, audio: Path, database: Path, people: tuple[OnDuty, ...]
) -> None:
    stage = make_stage(tmp_path, audio, database, people=people, network=AnyRecording(), queue=False)
    seen: Counter[str] = Counter()
    sounds: set[str] = set()
    for seed in range(40):
        told = list(walk(stage, Random(seed), 30))
        stage.background()
        for url, fields, text in told:
            assert (url, fields, text) == (url, fields, stage.post(url, **fields).text)
            seen[place(url)] += 1
            sounds |= {each.text or "" for each in ET.fromstring(text).iter("Play")}  # noqa: S314

    assert (PLACES if people else PLACES - {"r"}) <= set(seen)
    assert {200} == {stage.get(each)[0] for each in sounds if "/audio/" in each}

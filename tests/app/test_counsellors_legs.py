"""From the caller's queue to two counsellors' phones and back, through the whole application."""

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from ivr.storage.engine import engine_for, reading
from ivr.storage.tables_reaching import conversations
from ivr.telephony.twilio.rest import UnreachableError
from ivr.telephony.twilio.rest_calls import BadNumberError
from tests.app.people import SIPHO, THANDI
from tests.app.rest_stage import Placed
from tests.app.stage import CALL, NUMBER, Stage, action, make_stage, onward

QUEUE = "QU" + "5" * 32


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    return make_stage(tmp_path, audio, database, people=(THANDI, SIPHO))


def enters(stage: Stage) -> ET.Element:
    """The Enqueue of a caller who has pressed 0, after the first wait document."""
    found = stage.document("/voice/en/g/l", Digits="0").find("Enqueue")
    assert found is not None
    waits(stage, found.attrib["waitUrl"])
    return found


def waits(stage: Stage, url: str, seconds: int = 0) -> ET.Element:
    document = stage.document(url, QueueSid=QUEUE, QueueTime=str(seconds))
    stage.background()
    return document


def leg(stage: Stage, number: int) -> Placed:
    return stage.rest.placed[number]


def at_the_phone(stage: Stage, placed: Placed, url: str, **fields: str) -> ET.Element:
    """A webhook of this counsellor's leg."""
    told = {"CallSid": placed.sid, "From": NUMBER, "To": placed.to, "Direction": "outbound-api"}
    document = stage.document(url, **{**told, **fields})
    stage.background()
    return document


def tells(stage: Stage, placed: Placed, status: str, **fields: str) -> int:
    sent = {"CallSid": placed.sid, "From": NUMBER, "To": placed.to, "CallStatus": status, **fields}
    code = stage.post(placed.status_url, **sent).status_code
    stage.background()
    return code


def test_zero_rings_the_phones_of_those_on_duty(stage: Stage) -> None:
    queue = enters(stage)

    assert CALL == queue.text
    assert [THANDI.phone, SIPHO.phone] == stage.rest.rung()
    assert [20, 20] == [each.seconds for each in stage.rest.placed]


def test_the_urls_of_a_leg_say_nothing_about_anybody(stage: Stage) -> None:
    enters(stage)
    said = " ".join(each.url + each.status_url for each in stage.rest.placed)

    assert not [word for word in ("2782", "Thandi", "Sipho", "overdose") if word in said]


def test_a_counsellor_hears_their_own_language_takes_the_caller_and_the_other_phone_stops(
    stage: Stage,
) -> None:
    enters(stage)
    thandi, sipho = leg(stage, 0), leg(stage, 1)
    screening = at_the_phone(stage, thandi, thandi.url)
    taken = at_the_phone(stage, thandi, action(screening), Digits="1")

    assert ["screen.call", "screen.language.en", "screen.minutes.0", "screen.accept"] == stage.heard(
        screening
    )
    assert {"af"} == {urlsplit(each.text or "").path.split("/")[2] for each in screening.iter("Play")}
    assert [CALL] == [each.text for each in taken.iter("Queue")]
    assert [sipho.sid] == stage.rest.stopped
    assert [] == stage.rest.redirected


def test_whoever_presses_1_later_hears_that_the_call_is_taken(stage: Stage) -> None:
    enters(stage)
    first, second = leg(stage, 0), leg(stage, 1)
    screens = [at_the_phone(stage, each, each.url) for each in (first, second)]
    at_the_phone(stage, first, action(screens[0]), Digits="1")
    late = at_the_phone(stage, second, action(screens[1]), Digits="1")

    assert ["screen.taken"] == stage.heard(late)
    assert None is late.find("Dial")
    assert late.find("Hangup") is not None
    assert [second.sid] == [sid for sid, _ in stage.rest.redirected]
    assert ["screen.taken"] == stage.heard(at_the_phone(stage, second, stage.rest.redirected[0][1]))


def test_a_caller_who_hangs_up_stops_the_phones_and_whoever_is_in_screening_hears_it(stage: Stage) -> None:
    enters(stage)
    first, second = leg(stage, 0), leg(stage, 1)
    at_the_phone(stage, second, second.url)
    stage.post("/voice/status", CallStatus="completed")
    stage.background()

    assert [first.sid] == stage.rest.stopped
    assert ["screen.gone"] == stage.heard(at_the_phone(stage, second, stage.rest.redirected[0][1]))


def test_a_key_for_a_caller_who_has_gone_connects_nobody(stage: Stage) -> None:
    enters(stage)
    first = leg(stage, 0)
    screening = at_the_phone(stage, first, first.url)
    stage.post("/voice/status", CallStatus="completed")
    stage.background()

    assert ["screen.gone"] == stage.heard(at_the_phone(stage, first, action(screening), Digits="1"))


@pytest.mark.parametrize("digits", ["2", "9", "#"])
def test_another_key_lets_the_counsellor_go(stage: Stage, digits: str) -> None:
    enters(stage)
    first = leg(stage, 0)
    screening = at_the_phone(stage, first, first.url)
    document = at_the_phone(stage, first, action(screening), Digits=digits)

    assert ["screen.bye"] == stage.heard(document)
    assert None is document.find("Dial")


def test_a_voicemail_box_is_never_connected(stage: Stage) -> None:
    enters(stage)
    first = leg(stage, 0)
    document = at_the_phone(stage, first, first.url)
    heard = []
    while document.find("Gather") is not None:
        heard.append(stage.heard(document)[-1])
        document = at_the_phone(stage, first, onward(document))

    assert ["screen.accept", "screen.again"] == heard
    assert None is document.find("Dial")


def test_the_same_webhook_again_gets_the_same_document_and_rings_nobody_again(stage: Stage) -> None:
    enters(stage)
    first = leg(stage, 0)
    screening = [ET.tostring(at_the_phone(stage, first, first.url)) for _ in range(3)]
    key = action(ET.fromstring(screening[0]))  # noqa: S314 (our own)
    taken = [ET.tostring(at_the_phone(stage, first, key, Digits="1")) for _ in range(3)]

    assert (1, 1) == (len(set(screening)), len(set(taken)))
    assert (2, 1) == (len(stage.rest.placed), len(stage.rest.stopped))


def test_after_the_conversation_the_counsellor_says_how_it_went(stage: Stage) -> None:
    enters(stage)
    first = leg(stage, 0)
    screening = at_the_phone(stage, first, first.url)
    taken = at_the_phone(stage, first, action(screening), Digits="1")
    stage.clock.passes(seconds=90)
    asked = at_the_phone(stage, first, action(taken), DialBridged="true", DialCallStatus="answered")
    thanked = at_the_phone(stage, first, action(asked), Digits="3")
    tells(stage, first, "completed")

    engine = engine_for(stage.parts.settings.database_url)
    with reading(engine) as connection:
        row = connection.execute(select(conversations)).mappings().one()
    engine.dispose()

    assert ["outcome.helped", "outcome.again", "outcome.urgent"] == stage.heard(asked)
    assert ["outcome.thanks"] == stage.heard(thanked)
    assert ("urgent", 90.0) == (row["outcome"], (row["ended"] - row["started"]).total_seconds())


@pytest.mark.parametrize("status", ["completed", "answered"])
def test_a_network_that_does_not_speak_of_bridges_says_by_the_status_that_they_have_talked(
    stage: Stage, status: str
) -> None:
    enters(stage)
    first = leg(stage, 0)
    screening = at_the_phone(stage, first, first.url)
    taken = at_the_phone(stage, first, action(screening), Digits="1")
    asked = at_the_phone(stage, first, action(taken), DialCallStatus=status)

    assert ["outcome.helped", "outcome.again", "outcome.urgent"] == stage.heard(asked)


@pytest.mark.parametrize(
    "ended",
    [{"DialCallStatus": each} for each in ("no-answer", "failed", "busy", "canceled", "strange", "")]
    + [{}, {"DialCallStatus": "completed", "DialBridged": "false"}],
)
def test_any_other_end_says_that_they_have_not(stage: Stage, ended: dict[str, str]) -> None:
    enters(stage)
    first = leg(stage, 0)
    screening = at_the_phone(stage, first, first.url)
    taken = at_the_phone(stage, first, action(screening), Digits="1")
    document = at_the_phone(stage, first, action(taken), **ended)

    assert ["screen.gone"] == stage.heard(document)


def test_a_counsellor_who_was_not_connected_hears_that_the_caller_has_gone(stage: Stage) -> None:
    enters(stage)
    first = leg(stage, 0)
    screening = at_the_phone(stage, first, first.url)
    taken = at_the_phone(stage, first, action(screening), Digits="1")
    document = at_the_phone(stage, first, action(taken), DialCallStatus="no-answer", DialBridged="false")

    assert ["screen.gone"] == stage.heard(document)


def test_news_of_a_leg_are_answered_without_a_word_and_the_next_round_follows(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    stage = make_stage(tmp_path, audio, database, people=(THANDI, SIPHO))
    enters(stage)
    codes = [
        tells(stage, leg(stage, 0), status) for status in ("initiated", "ringing", "no-answer", "nonsense")
    ]
    codes.append(tells(stage, leg(stage, 1), "no-answer"))

    assert [204] * 5 == codes
    assert [THANDI.phone, SIPHO.phone, THANDI.phone, SIPHO.phone] == stage.rest.rung()


def test_when_nobody_is_left_the_caller_is_led_out_of_the_queue(stage: Stage) -> None:
    enters(stage)
    for number in (0, 1):
        placed = leg(stage, number)
        screening = at_the_phone(stage, placed, placed.url)
        at_the_phone(stage, placed, action(screening), Digits="2")

    assert [CALL] == [sid for sid, _ in stage.rest.redirected]
    assert "/voice/en/o/" in stage.rest.redirected[0][1]


def queue_breaks(stage: Stage, queue: ET.Element) -> ET.Element:
    """The document after the network has lost the queue."""
    return stage.document(queue.attrib["action"], QueueResult="system-error", QueueTime="50")


def rung_one_by_one(stage: Stage, document: ET.Element) -> tuple[list[str], ET.Element]:
    """Whose phones ring from here on, by Dial, and what follows when nobody answers."""
    phones = []
    while (dial := document.find("Dial")) is not None:
        phones += [each.text or "" for each in dial.iter("Number")]
        document = stage.document(dial.attrib["action"], DialCallStatus="no-answer")
    return phones, document


def in_vain(stage: Stage, number: int) -> None:
    tells(stage, leg(stage, number), "no-answer")


def test_a_phone_that_rang_for_the_queue_rings_three_times_at_most_with_those_by_dial(stage: Stage) -> None:
    queue = enters(stage)
    for number in range(4):
        in_vain(stage, number)
    rung, after = rung_one_by_one(stage, queue_breaks(stage, queue))
    queue_again = stage.document(action(after), Digits="2").find("Enqueue")
    assert queue_again is not None
    more, _ = rung_one_by_one(stage, queue_breaks(stage, queue_again))

    assert {THANDI.phone: 3, SIPHO.phone: 3} == Counter([*stage.rest.rung(), *rung, *more])


def test_phones_rung_one_by_one_count_when_they_are_rung_for_a_queue_again(stage: Stage) -> None:
    queue = enters(stage)
    in_vain(stage, 0)
    in_vain(stage, 1)
    in_vain(stage, 2)
    in_vain(stage, 3)
    rung, after = rung_one_by_one(stage, queue_breaks(stage, queue))
    again = stage.document(action(after), Digits="2").find("Enqueue")
    assert again is not None
    waits(stage, again.attrib["waitUrl"])

    assert {THANDI.phone: 3, SIPHO.phone: 3} == Counter([*stage.rest.rung(), *rung])


def test_who_has_declined_the_caller_is_not_rung_by_dial_either(stage: Stage) -> None:
    queue = enters(stage)
    first = leg(stage, 0)
    at_the_phone(stage, first, action(at_the_phone(stage, first, first.url)), Digits="2")
    rung, _ = rung_one_by_one(stage, queue_breaks(stage, queue))

    assert [SIPHO.phone] == rung


def test_phones_stop_when_the_queue_breaks_of_which_they_would_take_the_caller(stage: Stage) -> None:
    queue = enters(stage)
    queue_breaks(stage, queue)
    stage.background()

    assert [each.sid for each in stage.rest.placed] == stage.rest.stopped


def test_a_phone_that_the_network_did_not_ring_has_not_rung(stage: Stage) -> None:
    stage.rest.fails[""] = UnreachableError("no answer")
    queue = enters(stage)
    rung, _ = rung_one_by_one(stage, queue_breaks(stage, queue))

    assert [THANDI.phone, SIPHO.phone] == rung


def test_a_bad_number_is_no_matter_to_the_others(stage: Stage) -> None:
    stage.rest.fails[THANDI.phone] = BadNumberError("21211")
    enters(stage)

    assert [SIPHO.phone] == stage.rest.rung()
    assert stage.parts.ringing.able()


@pytest.mark.parametrize("letter", ["k", "j", "y", "z", "u"])
def test_a_leg_that_cannot_be_read_is_let_go_in_words(stage: Stage, letter: str) -> None:
    document = stage.document(f"/voice/en/{letter}/nonsense", Digits="1")

    assert ["screen.gone"] == stage.heard(document)
    assert None is document.find("Dial")


def test_news_of_a_leg_that_cannot_be_read_are_left_alone(stage: Stage) -> None:
    assert 204 == stage.post("/voice/en/e/nonsense", CallStatus="completed").status_code


def test_the_queue_is_deleted_once_the_call_is_over(stage: Stage) -> None:
    enters(stage)
    stage.purge()
    before = list(stage.rest.deleted)
    stage.post("/voice/status", CallStatus="completed")
    stage.background()
    stage.purge()
    stage.purge()

    assert ([], [QUEUE]) == (before, stage.rest.deleted)


def test_what_came_of_phones_and_waits_is_counted(stage: Stage) -> None:
    queue = enters(stage)
    first = leg(stage, 0)
    tells(stage, first, "ringing")
    tells(stage, first, "something new")
    at_the_phone(stage, first, action(at_the_phone(stage, first, first.url)), Digits="1")
    stage.document(queue.attrib["action"], QueueResult="bridged", QueueTime="17")
    _, body, _ = stage.get("/metrics")
    told = body.decode().splitlines()

    expected = {'{by="queue",what="ringing"} 1.0', '{by="queue",what="claim-mine"} 1.0'}
    assert {f"ivr_legs_total{each}" for each in expected} == {
        each for each in told if each.startswith("ivr_legs_total")
    }
    assert 'ivr_wait_seconds_sum{how="reached"} 17.0' in told

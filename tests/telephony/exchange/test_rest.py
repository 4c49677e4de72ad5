"""The REST side as Twilio's own Python client sees it, over real HTTP on this machine."""

import asyncio
import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.telephony.exchange.address import read_address
from ivr.telephony.twilio.rest import Recordings
from tests.telephony.exchange.running import ACCOUNT, HELPLINE, Exchange


async def test_a_call_ordered_over_rest_rings_and_runs_its_url(exchange: Exchange) -> None:
    phone = await exchange.phone("+12025550101")

    made = await asyncio.to_thread(
        exchange.client.calls.create,
        to="+12025550101",
        from_=HELPLINE,
        url=exchange.application.url + "/elsewhere",
        status_callback=exchange.application.url + "/status",
        status_callback_event=["initiated", "answered", "completed"],
    )
    await phone.until("ringing")
    await phone.say(do="answer")
    await phone.until("answered")
    fetched = await asyncio.to_thread(exchange.client.calls(made.sid).fetch)
    await phone.say(do="hangup")
    await phone.until("ended")
    await asyncio.sleep(0.1)

    assert "in-progress" == fetched.status
    assert "outbound-api" == fetched.direction
    assert ["initiated", "in-progress", "completed"] == [
        each["CallStatus"] for each in exchange.application.of("/status")
    ]
    assert ["0", "1", "2"] == [each["SequenceNumber"] for each in exchange.application.of("/status")]


async def test_a_ringing_call_can_be_cancelled(exchange: Exchange) -> None:
    phone = await exchange.phone("+12025550101")

    made = await asyncio.to_thread(
        exchange.client.calls.create, to="+12025550101", from_=HELPLINE, twiml="<Response><Pause/></Response>"
    )
    await phone.until("ringing")
    await asyncio.to_thread(exchange.client.calls(made.sid).update, status="canceled")
    ended = await phone.until("ended")

    assert "canceled" == ended["why"]
    assert "canceled" == (await asyncio.to_thread(exchange.client.calls(made.sid).fetch)).status


async def test_a_leg_takes_the_caller_from_the_queue(exchange: Exchange) -> None:
    caller, counsellor = await exchange.phone("+12025550142"), await exchange.phone("+12025550101")

    await caller.say(do="call", to=HELPLINE)
    await caller.until("waiting")
    [queue] = await asyncio.to_thread(exchange.client.queues.list)
    [member] = await asyncio.to_thread(exchange.client.queues(queue.sid).members.list)
    await asyncio.to_thread(
        exchange.client.calls.create, to="+12025550101", from_=HELPLINE, url=exchange.application.url + "/leg"
    )
    await counsellor.until("ringing")
    await counsellor.say(do="answer")
    told = [await each.until("connected") for each in (caller, counsellor)]

    assert ("q1", 1) == (queue.friendly_name, queue.current_size)
    assert 1 == member.position
    assert [HELPLINE, HELPLINE] == [each["to"] for each in told]
    assert told[0]["conversation"] == told[1]["conversation"]


async def test_a_waiting_caller_is_led_out_of_the_queue(exchange: Exchange) -> None:
    caller = await exchange.phone("+12025550142")

    await caller.say(do="call", to=HELPLINE)
    await caller.until("waiting")
    [queue] = await asyncio.to_thread(exchange.client.queues.list)
    await asyncio.to_thread(
        exchange.client.queues(queue.sid).members("Front").update, url=exchange.application.url + "/elsewhere"
    )
    for _ in range(50):
        await asyncio.sleep(0.02)
        if exchange.application.of("/elsewhere"):
            break

    assert "in-progress" == exchange.application.of("/elsewhere")[0]["CallStatus"]
    assert await asyncio.to_thread(exchange.client.queues(queue.sid).delete)
    assert [] == await asyncio.to_thread(exchange.client.queues.list)


async def test_a_recording_is_there_a_little_later_and_gone_when_deleted(exchange: Exchange) -> None:
    phone = await exchange.phone("+12025550101")

    await asyncio.to_thread(
        exchange.client.calls.create,
        to="+12025550101",
        from_=HELPLINE,
        url=exchange.application.url + "/record",
    )
    await phone.until("ringing")
    await phone.say(do="answer")
    take = (await phone.until("record"))["take"]
    await asyncio.sleep(0.1)
    await phone.say(do="key", key="#")
    await phone.until("recorded")
    await phone.say(do="recording", take=take)
    await phone.until("ended")
    [recorded] = exchange.application.of("/recorded")
    basic = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT.sid, ACCOUNT.token)}
    statuses = []
    for path in ("", ".mp3", ""):
        async with exchange.session.get(recorded["RecordingUrl"] + path, headers=basic) as response:
            statuses.append(response.status)
            media = await response.read()
        await asyncio.sleep(0.3)
    recordings = Recordings(ACCOUNT.sid, ACCOUNT.token, exchange.url)
    made = datetime(2100, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)
    listed = [await asyncio.to_thread(lambda at=at: list(recordings.older_than(at))) for at in made]
    deleted = await asyncio.to_thread(exchange.client.recordings(recorded["RecordingSid"]).delete)
    async with exchange.session.get(recorded["RecordingUrl"], headers=basic) as response:
        after = response.status

    assert "#" == recorded["Digits"]
    assert [404, 200, 200] == statuses
    assert [[(recorded["RecordingSid"], recorded["CallSid"])], []] == [
        [each[:2] for each in found] for found in listed
    ]
    assert b"RIFF" == media[:4]
    assert deleted
    assert 404 == after


async def test_the_number_is_pointed_elsewhere(exchange: Exchange) -> None:
    [number] = await asyncio.to_thread(exchange.client.incoming_phone_numbers.list, phone_number=HELPLINE)

    await asyncio.to_thread(number.update, voice_url=exchange.application.url + "/elsewhere")
    phone = await exchange.phone("+12025550142")
    await phone.say(do="call", to=HELPLINE)
    await phone.until("calling")
    await asyncio.sleep(0.2)

    assert "/elsewhere" == exchange.application.asked[0][0]


async def test_messages_are_kept_and_redacted(exchange: Exchange) -> None:
    sent = await asyncio.to_thread(
        exchange.client.messages.create, to="+12025550142", from_=HELPLINE, body="We tried to call you."
    )
    await asyncio.to_thread(exchange.client.messages(sent.sid).update, body="")
    [kept] = await asyncio.to_thread(exchange.client.messages.list)

    assert "We tried to call you." == sent.body
    assert "" == kept.body


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"from_": HELPLINE, "url": "http://127.0.0.1/x", "to": ""}, 21201),
        ({"from_": HELPLINE, "url": "http://127.0.0.1/x", "to": "nobody"}, 21211),
        ({"from_": "", "url": "http://127.0.0.1/x", "to": "+12025550101"}, 21213),
        ({"from_": "+12025550199", "url": "http://127.0.0.1/x", "to": "+12025550101"}, 21210),
        ({"from_": HELPLINE, "url": "ftp://x", "to": "+12025550101"}, 21205),
        ({"from_": HELPLINE, "twiml": "<Response>", "to": "+12025550101"}, 12100),
        ({"from_": HELPLINE, "twiml": "<Response>" + " " * 4000, "to": "+12025550101"}, 32018),
    ],
)
async def test_a_wrong_order_is_refused_with_the_networks_code(
    exchange: Exchange, fields: dict[str, str], code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await asyncio.to_thread(exchange.client.calls.create, **fields)

    assert (400, code) == (refused.value.status, refused.value.code)


async def test_without_the_secret_nothing_is_told(exchange: Exchange) -> None:
    wrong = Client(ACCOUNT.sid, "guess")
    wrong.api.base_url = exchange.url

    with pytest.raises(TwilioRestException) as refused:
        await asyncio.to_thread(wrong.calls("CA1").fetch)
    wrong.http_client.session.close()

    assert (401, 20003) == (refused.value.status, refused.value.code)


@pytest.mark.parametrize(
    ("token", "origin"), [("wrong", None), ("", None), (None, "https://evil.example"), (None, "null")]
)
async def test_phones_need_the_token_and_a_page_of_this_machine(
    exchange: Exchange, token: str | None, origin: str | None
) -> None:
    token = exchange.token if token is None else token

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await exchange.session.ws_connect(f"{exchange.url}/phones?token={token}", origin=origin)

    assert 403 == refused.value.status


async def test_the_address_is_published_for_the_owner_alone(exchange: Exchange, tmp_path: Path) -> None:
    address = read_address(tmp_path)

    assert address is not None
    assert exchange.url == address.url
    assert 0o600 == stat.S_IMODE((tmp_path / "exchange.json").stat().st_mode)
    assert {"url", "token", "account_sid", "auth_token", "number", "pid", "helpline"} == set(
        json.loads((tmp_path / "exchange.json").read_text())
    )
    assert "127.0.0.1" == urlsplit(address.url).hostname

"""What the REST side says of what it cannot do, and of calls in every state, to Twilio's own client."""

import asyncio
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.telephony.exchange.running import HELPLINE, Exchange, Telephone, ask

PHONE = "+12025550101"


async def refusal(what: Any, *args: object, **fields: object) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as refused:
        await ask(what, *args, **fields)
    return refused.value.status, refused.value.code


async def ring(exchange: Exchange, **fields: object) -> tuple[Telephone, Any]:
    phone = await exchange.phone(PHONE)
    order = {"url": exchange.application.url + "/elsewhere"} | fields
    made = await ask(exchange.client.calls.create, to=PHONE, from_=HELPLINE, **order)
    await phone.until("ringing")
    return phone, made


async def test_what_is_not_there_is_said_in_the_networks_words(exchange: Exchange) -> None:
    client = exchange.client

    assert (404, 20404) == await refusal(client.calls("CA" + "0" * 32).fetch)
    assert (404, 20404) == await refusal(client.calls("CA" + "0" * 32).update, status="completed")
    assert (404, 20404) == await refusal(client.queues("QU" + "0" * 32).delete)
    assert (404, 20404) == await refusal(client.recordings("RE" + "0" * 32).delete)
    assert (404, 20404) == await refusal(client.conferences("CF" + "0" * 32).fetch)
    assert (405, 20004) == await refusal(client.calls("CA" + "0" * 32).delete)


async def test_a_call_to_a_number_nobody_has_fails(exchange: Exchange) -> None:
    made = await ask(
        exchange.client.calls.create, to="+12025550177", from_=HELPLINE, twiml="<Response><Pause/></Response>"
    )
    await asyncio.sleep(0.05)

    assert "queued" == made.status
    assert "failed" == (await ask(exchange.client.calls(made.sid).fetch)).status


async def test_a_call_that_is_over_cannot_be_led_anywhere(exchange: Exchange) -> None:
    phone, made = await ring(exchange)
    await phone.say(do="hangup")
    await phone.until("ended")
    await asyncio.sleep(0.05)

    assert (400, 21220) == await refusal(exchange.client.calls(made.sid).update, status="completed")
    assert (400, 21220) == await refusal(exchange.client.calls(made.sid).update, twiml="<Response/>")


async def test_a_call_that_rings_cannot_be_led_anywhere_and_can_be_completed(exchange: Exchange) -> None:
    phone, made = await ring(exchange)

    assert (400, 21220) == await refusal(exchange.client.calls(made.sid).update, twiml="<Response/>")

    await ask(exchange.client.calls(made.sid).update, status="completed")
    await phone.until("ended")

    assert (await ask(exchange.client.calls(made.sid).fetch)).status in {"completed", "canceled"}


async def test_cancelling_does_nothing_to_a_call_in_progress(exchange: Exchange) -> None:
    phone, made = await ring(exchange)
    await phone.say(do="answer")
    await phone.until("answered")

    assert "in-progress" == (await ask(exchange.client.calls(made.sid).update, status="canceled")).status

    await ask(exchange.client.calls(made.sid).update, status="completed")

    assert "completed" == (await phone.until("ended"))["why"]


async def test_a_queue_with_somebody_in_it_cannot_be_deleted(exchange: Exchange) -> None:
    caller = await exchange.phone("+12025550142")
    await caller.say(do="call", to=HELPLINE)
    await caller.until("waiting")
    [queue] = await ask(exchange.client.queues.list)

    assert 400 == (await refusal(exchange.client.queues(queue.sid).delete))[0]

    await caller.say(do="hangup")
    await caller.until("ended")
    await asyncio.sleep(0.05)

    assert await ask(exchange.client.queues(queue.sid).delete)


async def test_calls_are_listed_by_status_and_as_many_as_asked_for(exchange: Exchange) -> None:
    for _ in range(3):
        await ask(exchange.client.calls.create, to="+12025550177", from_=HELPLINE, twiml="<Response/>")
    await asyncio.sleep(0.05)

    assert 3 == len(await ask(exchange.client.calls.list, status="failed"))
    assert 2 == len(await ask(exchange.client.calls.list, limit=2))
    assert [] == await ask(exchange.client.calls.list, status="completed")


async def test_recordings_are_listed_of_all_calls_or_of_one(exchange: Exchange) -> None:
    phone, made = await ring(exchange, url=exchange.application.url + "/record")
    await phone.say(do="answer")
    take = (await phone.until("record"))["take"]
    await asyncio.sleep(0.05)
    await phone.say(do="key", key="#")
    await phone.say(do="recording", take=take)
    await phone.until("ended")

    [recording] = await ask(exchange.client.recordings.list)

    assert made.sid == recording.call_sid
    assert 1 == len(await ask(exchange.client.recordings.list, call_sid=made.sid))
    assert [] == await ask(exchange.client.recordings.list, call_sid="CA" + "0" * 32)

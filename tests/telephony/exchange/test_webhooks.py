"""Requests as Twilio makes them: signed, repeated as the URL's fragment says."""

import asyncio
from contextlib import suppress

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.telephony.exchange.account import Account
from ivr.telephony.exchange.errors import TwimlError
from ivr.telephony.exchange.leg import Go
from ivr.telephony.exchange.signature import sign, signed_url
from ivr.telephony.exchange.webhooks import Answer, Request, Unreachable, Webhooks, read_overrides
from ivr.telephony.exchange.wire import HttpWire, open_session
from tests.telephony.exchange.pages import Pages

ACCOUNT = Account("AC" + "0" * 32, "12345")
GONE = Answer(503, "text/html", b"away")


def test_the_signature_of_twilios_own_example() -> None:
    form = {
        "To": "+18005551212",
        "Digits": "1234",
        "CallSid": "CA1234567890ABCDE",
        "From": "+14158675310",
        "Caller": "+14158675310",
    }

    assert "L/OH5YylLD5NRKLltdqwSvS0BnU=" == sign("12345", "https://example.com/myapp.php?foo=1&bar=2", form)


@pytest.mark.parametrize(
    ("url", "signed"),
    [
        ("https://h.example:8443/v?b=2&a=1", "https://h.example/v?b=2&a=1"),
        ("http://127.0.0.1:5000/v", "http://127.0.0.1:5000/v"),
        ("https://user:secret@h.example/v#rc=2", "https://h.example/v"),
    ],
)
def test_what_of_a_url_is_signed(url: str, signed: str) -> None:
    assert signed == signed_url(url)


async def test_the_fragment_is_neither_sent_nor_signed() -> None:
    pages = Pages({"/v": "<Response/>"})

    await Webhooks(pages, ACCOUNT).ask(Go("http://h.test/v?x=1#rc=1&rp=all&rt=5000"), {"Digits": "1"})

    [request] = pages.asked
    assert "http://h.test/v?x=1" == request.url
    assert sign("12345", "http://h.test/v?x=1", {"Digits": "1"}) == request.headers["X-Twilio-Signature"]
    assert 5.0 == request.read


async def test_get_sends_everything_in_the_query() -> None:
    pages = Pages({"/v": "<Response/>"})

    await Webhooks(pages, ACCOUNT).ask(Go("http://h.test/v?x=1", "GET"), {"From": "+1 2"})

    assert ("http://h.test/v?x=1&From=%2B1+2", {}) == (pages.asked[0].url, pages.asked[0].form)


@pytest.mark.parametrize(
    ("fragment", "outcome", "tries"),
    [
        ("", GONE, 1),
        ("", Unreachable("ct", "refused"), 2),
        ("", Unreachable("rt", "slow"), 1),
        ("#rc=3&rp=5xx", GONE, 4),
        ("#rc=2&rp=4xx,ct", GONE, 1),
        ("#rc=2&rp=all", Unreachable("rt", "slow"), 3),
        ("#rc=0&rp=all", GONE, 1),
        ("#rc=99&rp=all", GONE, 6),
    ],
)
async def test_how_often_a_request_is_tried(fragment: str, outcome: Answer | Unreachable, tries: int) -> None:
    pages = Pages({"/v": outcome})

    with pytest.raises(TwimlError):
        await Webhooks(pages, ACCOUNT).ask(Go("http://h.test/v" + fragment), {})

    assert tries == len(pages.asked)


async def test_repeats_carry_the_same_idempotency_token() -> None:
    pages = Pages({"/v": GONE})

    with pytest.raises(TwimlError):
        await Webhooks(pages, ACCOUNT).ask(Go("http://h.test/v#rc=2&rp=all"), {})

    assert 1 == len({each.headers["I-Twilio-Idempotency-Token"] for each in pages.asked})


def test_overrides_stay_within_their_ranges() -> None:
    overrides = read_overrides("http://h.test/v#ct=1&rt=99999&rc=x")

    assert (0.1, 15.0, 1) == (overrides.connect, overrides.read, overrides.retries)


async def test_a_moved_answer_is_followed_by_get_without_the_form() -> None:
    pages = Pages({"/v": Answer(302, "", b"", "/w"), "/w": "<Response/>"})

    _, url = await Webhooks(pages, ACCOUNT).ask(Go("http://h.test/v"), {"Digits": "1"})

    assert ("GET", {}) == (pages.asked[1].method, pages.asked[1].form)
    assert "http://h.test/w" == url


@pytest.mark.parametrize(("moves", "fails"), [(10, False), (11, True)])
async def test_ten_moves_of_an_answer_are_followed(moves: int, fails: bool) -> None:
    moved = {f"/{each}": Answer(302, "", b"", f"/{each + 1}") for each in range(moves)}
    pages = Pages({**moved, f"/{moves}": "<Response/>"})

    asking = Webhooks(pages, ACCOUNT).ask(Go("http://h.test/0"), {})
    failure = (await asyncio.gather(asking, return_exceptions=True))[0]

    assert fails == (isinstance(failure, TwimlError) and failure.code == 11215)


async def test_all_tries_together_last_no_longer_than_asked() -> None:
    class Slow(Pages):
        async def send(self, request: Request) -> Answer:
            self.asked.append(request)
            await asyncio.sleep(0.06)
            raise Unreachable("rt", "slow")

    pages = Slow({})

    with pytest.raises(TwimlError):
        await Webhooks(pages, ACCOUNT).ask(Go("http://h.test/v#tt=100&rc=5&rp=all"), {})

    assert 2 == len(pages.asked)


async def test_an_application_that_closes_what_it_kept_open_loses_no_webhook() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 11\r\n\r\n<Response/>")
        with suppress(asyncio.IncompleteReadError):
            await reader.readuntil(b"POST")
        writer.close()
        await writer.wait_closed()
        closed.release()

    closed = asyncio.Semaphore(0)
    async with await asyncio.start_server(once, "127.0.0.1", 0) as application, open_session() as session:
        url = f"http://127.0.0.1:{application.sockets[0].getsockname()[1]}/v"
        webhooks = Webhooks(HttpWire(session), ACCOUNT)

        answers = [(await webhooks.ask(Go(url, each), {}))[0].status for each in ("GET", "POST", "POST")]
        for _ in answers:
            await closed.acquire()

    assert [200, 200, 200] == answers


async def test_odd_characters_arrive_as_they_were_signed() -> None:
    async def answer(request: web.Request) -> web.Response:
        arrived.append((request.raw_path, request.headers["X-Twilio-Signature"]))
        return web.Response(text="<Response/>", content_type="text/xml")

    arrived: list[tuple[str, str]] = []
    site = web.Application()
    site.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(site) as server, open_session() as session:
        base = f"http://127.0.0.1:{server.port}"
        for path in ("/a%20b?x=%2B1+2&y=a,b:c@d'", "/m\u00f4re dag?z=[1]&a=%e9"):
            await Webhooks(HttpWire(session), ACCOUNT).ask(Go(base + path, "GET"), {"To": "+1 2"})
    await asyncio.sleep(0.02)  # a loop lets go of closed connections a round later

    assert ["/a%20b?x=%2B1+2&y=a,b:c@d'&To=%2B1+2", "/m%C3%B4re%20dag?z=[1]&a=%e9&To=%2B1+2"] == [
        path for path, _ in arrived
    ]
    assert [sign("12345", base + path, {}) for path, _ in arrived] == [signed for _, signed in arrived]

"""Where the exchange listens."""

from dataclasses import replace
from pathlib import Path

import aiohttp

from ivr.telephony.exchange.account import Account
from ivr.telephony.exchange.config import ExchangeConfig
from ivr.telephony.exchange.server import serving


def config(port: int, data_dir: Path) -> ExchangeConfig:
    return ExchangeConfig(
        Account("AC" + "2" * 32, "secret"),
        "127.0.0.1",
        port,
        "+12025550100",
        "http://127.0.0.1:1/voice",
        "",
        "",
        data_dir,
        lambda media: media,
        lambda text: b"",
    )


async def test_a_port_that_is_taken_is_left_for_a_free_one(tmp_path: Path) -> None:
    async with serving(config(0, tmp_path)) as first:
        taken = int(first.url.rpartition(":")[2])
        async with serving(config(taken, tmp_path)) as second, aiohttp.ClientSession() as session:
            assert 200 == (await session.get(f"{second.url}/healthz")).status
            assert first.url != second.url


async def test_beside_the_highest_port_there_is_another(tmp_path: Path) -> None:
    async with serving(config(65536, tmp_path)) as address, aiohttp.ClientSession() as session:
        assert 200 == (await session.get(f"{address.url}/healthz")).status


async def test_every_number_of_the_helpline_comes_to_it(tmp_path: Path) -> None:
    exchange = replace(config(0, tmp_path), others=("+12025550109",))
    login = {"Authorization": aiohttp.encode_basic_auth(exchange.account.sid, exchange.account.token)}
    async with serving(exchange) as address, aiohttp.ClientSession(headers=login) as session:
        path = f"/2010-04-01/Accounts/{exchange.account.sid}/IncomingPhoneNumbers.json"
        numbers = (await (await session.get(address.url + path)).json())["incoming_phone_numbers"]

    voice = "http://127.0.0.1:1/voice"
    assert [("+12025550100", voice), ("+12025550109", voice)] == [
        (each["phone_number"], each["voice_url"]) for each in numbers
    ]

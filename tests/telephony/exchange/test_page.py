"""The phone's page: what it serves, to whom, and under which rules."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ivr.telephony.exchange.page import ExchangeAddress, Words, phone_blueprint

SOUND = "http://127.0.0.1:5000/audio/en/abc.wav"
READY = ExchangeAddress("http://127.0.0.1:6000", "only-for-tests")


def client_of(address: ExchangeAddress | None = READY) -> FlaskClient:
    app = Flask("phone under test")
    words = {SOUND: Words("overdose.signs", "en", "Is the person awake?")}
    app.register_blueprint(
        phone_blueprint(words.get, lambda: address, "+12025550100", "https://sounds.example")
    )
    return app.test_client()


def test_the_page_shows_the_helpline_number_as_people_write_it() -> None:
    page = client_of().get("/phone").text

    assert "+1 202-555-0100" in page
    assert 'data-helpline="+12025550100"' in page


def test_the_page_never_carries_the_token() -> None:
    page = client_of().get("/phone").text

    assert READY.token not in page


def test_nothing_inline_and_nothing_from_elsewhere_is_allowed() -> None:
    answer = client_of().get("/phone")
    rules = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))

    assert "'none'" == rules["default-src"]
    assert "'self'" == rules["script-src"]
    assert "'self'" == rules["style-src"]
    assert "https://sounds.example" in rules["media-src"]
    assert "ws://127.0.0.1:*" in rules["connect-src"]


def test_the_page_has_no_inline_script_or_style() -> None:
    page = client_of().get("/phone").text

    assert [] == re.findall(r"<style|style=|<script(?![^>]*src=)|\son\w+=", page)


def test_an_asset_with_its_version_is_kept_for_a_year() -> None:
    client = client_of()
    address = re.search(r'href="(phone/assets/phone\.css\?v=\w+)"', client.get("/phone").text)
    assert address is not None
    answer = client.get(f"/{address[1]}")

    assert "public, max-age=31536000, immutable" == answer.headers["Cache-Control"]
    assert "text/css; charset=utf-8" == answer.content_type


@pytest.mark.parametrize("query", ["", "?v=0123456789abcdef"])
def test_an_asset_without_its_version_is_asked_for_again(query: str) -> None:
    client = client_of()
    first = client.get(f"/phone/assets/handset.js{query}")
    again = client.get("/phone/assets/handset.js", headers={"If-None-Match": first.headers["ETag"]})

    assert "no-cache" == first.headers["Cache-Control"]
    assert 304 == again.status_code


@pytest.mark.parametrize("file", ["page.html", "absent.js", "..%2Fpage.py"])
def test_only_assets_are_served(file: str) -> None:
    assert 404 == client_of().get(f"/phone/assets/{file}").status_code


def test_a_sound_has_its_words() -> None:
    answer = client_of().get("/phone/words", query_string={"sound": SOUND})

    assert {"prompt": "overdose.signs", "language": "en", "words": "Is the person awake?"} == answer.json


def test_an_unknown_sound_has_none() -> None:
    answer = client_of().get("/phone/words", query_string={"sound": "http://x/y.wav"})

    assert 404 == answer.status_code
    assert "application/json" == answer.content_type


def test_the_exchange_is_told_and_kept_nowhere() -> None:
    answer = client_of().get("/phone/exchange")

    assert {"url": "http://127.0.0.1:6000", "token": "only-for-tests"} == answer.json
    assert "no-store" == answer.headers["Cache-Control"]


def test_a_starting_exchange_is_asked_for_again() -> None:
    assert 503 == client_of(None).get("/phone/exchange").status_code


@pytest.mark.parametrize("host", ["127.0.0.1:5000", "localhost", "[::1]:5000"])
def test_the_token_is_told_under_this_machines_own_names(host: str) -> None:
    headers = {"Host": host, "Sec-Fetch-Site": "same-origin"}

    assert 200 == client_of().get("/phone/exchange", headers=headers).status_code


@pytest.mark.parametrize("host", ["rebound.example", "127.0.0.1.rebound.example", "192.0.2.1:5000"])
def test_the_token_is_not_told_under_another_name(host: str) -> None:
    answer = client_of().get("/phone/exchange", headers={"Host": host})

    assert 403 == answer.status_code
    assert READY.token not in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_the_token_is_not_told_to_another_site(site: str) -> None:
    answer = client_of().get("/phone/exchange", headers={"Host": "localhost", "Sec-Fetch-Site": site})

    assert 403 == answer.status_code

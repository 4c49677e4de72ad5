"""What is the telephone network's is answered to nobody else, whatever is asked, and however."""

from collections.abc import Iterator
from pathlib import Path
from string import ascii_letters

import pytest

from tests.app.stage import NUMBER, PUBLIC, TOKEN, Stage, make_stage, sign
from tests.attacks.guesses import routes
from tests.attacks.probing import TELEPHONY

WEBHOOKS = (
    "/voice",
    "/voice/status",
    "/voice/en/recording",
    *(f"/voice/en/{letter}/l" for letter in ascii_letters),
    "/voice/en/g/l/more",
    "/voice/en/g/%00",
    "/voice/en/m/t1",
    "/voice/en/D/in",
    "/sms",
)
FIELDS = {
    "CallSid": "CA" + "1" * 32,
    "From": "+27823334444",
    "To": NUMBER,
    "Digits": "0",
    "CallStatus": "ringing",
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, audio: Path, database: Path) -> Stage:
    return make_stage(tmp_path_factory.mktemp("refused"), audio, database)


def forged(path: str) -> Iterator[dict[str, str]]:
    """What somebody who has not the token may try."""
    yield {}
    for signature in ("", "0", "=", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "\xff" * 28, "a" * 5000):
        yield {"X-Twilio-Signature": signature}
    yield {"X-Twilio-Signature": sign(f"https://elsewhere.example{path}", FIELDS)}
    yield {"X-Twilio-Signature": sign(PUBLIC + path, {**FIELDS, "Digits": "1"})}
    yield {"X-Twilio-Signature": sign(PUBLIC + path + "?more=1", FIELDS)}
    yield {"X-Twilio-Signature": TOKEN}
    yield {"X-Signature": sign(PUBLIC + path, FIELDS)}


@pytest.mark.parametrize("path", WEBHOOKS)
def test_a_webhook_is_refused_without_the_accounts_signature(stage: Stage, path: str) -> None:
    told = [
        stage.client.open(path, method=method, data=FIELDS if method == "POST" else None, headers=headers)
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")
        for headers in forged(path)
    ]

    assert {403} == {each.status_code for each in told} - {405}
    assert not any("<Response" in each.text for each in told)


def test_every_telephone_route_of_the_application_is_among_them(stage: Stage) -> None:
    adapter = stage.app.url_map.bind("", path_info="/")
    tried = {adapter.match(path, method="POST", return_rule=True)[0].rule for path in WEBHOOKS}
    there = {rule.rule for method, rule in routes(stage.app) if str(rule.rule).startswith(TELEPHONY)}

    assert set() == there - tried


@pytest.mark.parametrize("path", ["/voice/", "/voice//en/g/l", "//voice", "/VOICE", "/voice/../sms", "/sms/"])
def test_what_only_looks_like_a_webhook_is_not_sent_on_to_one(stage: Stage, path: str) -> None:
    answer = stage.client.post(path, data=FIELDS, headers={"Host": "elsewhere.example"})

    assert answer.status_code in {403, 404}
    assert "Location" not in answer.headers


def test_a_host_of_the_askers_choice_changes_nothing(stage: Stage) -> None:
    signature = sign("https://elsewhere.example/voice", FIELDS)
    for headers in ({"Host": "elsewhere.example"}, {"X-Forwarded-Host": "elsewhere.example"}):
        answer = stage.client.post(
            "/voice", data=FIELDS, headers={**headers, "X-Twilio-Signature": signature}
        )

        assert 403 == answer.status_code


def test_what_anybody_may_ask_for_is_this_and_nothing_else(stage: Stage) -> None:
    """A new route has to be thought about: here, in the table of staff's pages, or as a webhook."""
    others = {
        str(rule.rule)
        for _, rule in routes(stage.app)
        if not str(rule.rule).startswith((*TELEPHONY, "/staff"))
    }

    assert {
        "/audio/<language>/<file>",
        "/heard/<token>",
        "/calendar/<token>.ics",
        "/healthz",
        "/readyz",
        "/metrics",
    } == others

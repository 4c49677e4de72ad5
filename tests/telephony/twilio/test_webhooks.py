"""Who may use the telephony URLs: whoever signs as the provider does, for PUBLIC_URL, and nobody else."""

from pathlib import Path

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ivr.telephony.twilio.wire import raw_target
from tests.app.stage import CALL, PUBLIC, Stage, action, make_stage, sign

STATE = "/voice/en/t/l"
SILENT = {"CallSid": CALL, "From": "anonymous"}


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    return make_stage(tmp_path, audio, database)


def telephony_paths(stage: Stage) -> list[str]:
    """A path for every telephony rule of the application, whatever will be added to it."""
    values = {"language": "en", "what": "t", "state": "l", "rest": "nowhere"}
    rules = [each for each in stage.app.url_map.iter_rules() if each.rule.startswith("/voice")]
    return [rule.build({name: values[name] for name in rule.arguments})[1] for rule in rules]


def asked(stage: Stage, target: str, signature: str | None, *, method: str = "POST", **how: object) -> int:
    headers = {"X-Twilio-Signature": signature} if signature is not None else {}
    data = SILENT if method == "POST" else None
    return int(stage.client.open(target, method=method, data=data, headers=headers, **how).status_code)


def test_every_telephony_url_is_behind_the_signature(stage: Stage) -> None:
    paths = telephony_paths(stage)

    assert {"/voice", "/voice/status", "/voice/en/recording", STATE, "/voice/nowhere"} == set(paths)
    for path in paths:
        right = sign(PUBLIC + path, SILENT)
        assert (path, 403) == (path, asked(stage, path, None))
        assert (path, 403) == (path, asked(stage, path, ""))
        assert (path, 403) == (path, asked(stage, path, "A" + right[1:]))
        assert (path, 403) == (path, asked(stage, path, sign(f"{PUBLIC}/voice/other", SILENT)))
        assert (path, 403) == (path, asked(stage, path, sign(PUBLIC + path, {**SILENT, "Digits": "1"})))
        assert (path, 403) == (path, asked(stage, path, None, method="GET"))
        assert asked(stage, path, right) in {200, 204}


def test_a_signature_for_the_host_that_was_asked_is_refused(stage: Stage) -> None:
    there = sign("https://attacker.example/voice", SILENT)

    assert 403 == asked(stage, "/voice", there, base_url="https://attacker.example")


def test_the_host_that_was_asked_does_not_matter(stage: Stage) -> None:
    assert 200 == asked(stage, "/voice", sign(f"{PUBLIC}/voice", SILENT), base_url="http://10.0.0.7:5000")


@pytest.mark.parametrize("signed", ["https://helpline.example/voice", "https://helpline.example:443/voice"])
@pytest.mark.parametrize("public", ["https://helpline.example", "https://helpline.example:443"])
def test_https_is_signed_with_or_without_its_port(
    tmp_path: Path, audio: Path, signed: str, public: str
) -> None:
    stage = make_stage(tmp_path, audio, environ={"PUBLIC_URL": public})

    assert 200 == asked(stage, "/voice", sign(signed, SILENT))


@pytest.mark.parametrize("arrives_as", ["/voice/status", "/help/line/voice/status"])
def test_a_proxy_may_strip_the_path_of_the_public_url_or_leave_it(
    tmp_path: Path, audio: Path, arrives_as: str
) -> None:
    stage = make_stage(tmp_path, audio, environ={"PUBLIC_URL": "https://org.example/help/line"})
    right = sign("https://org.example/help/line/voice/status", SILENT)

    assert 204 == asked(stage, arrives_as, right)
    assert 403 == asked(stage, arrives_as, sign("https://org.example/voice/status", SILENT))


@pytest.mark.parametrize("left_by_the_proxy", ["/voice", ""])
def test_documents_behind_a_path_lead_back_under_it_even_if_it_is_called_as_ours(
    tmp_path: Path, audio: Path, left_by_the_proxy: str
) -> None:
    stage = make_stage(tmp_path, audio, environ={"PUBLIC_URL": "https://org.example/voice"})

    url = action(stage.document("/voice")).partition("#")[0]

    assert "https://org.example/voice/voice/en/g/l.u" == url
    assert 200 == asked(stage, f"{left_by_the_proxy}/voice/en/g/l.u", sign(url, SILENT))


QUERY = "b=%41&a=%2b+1&a=&%61=~%7E"


def test_the_query_is_signed_byte_for_byte(stage: Stage) -> None:
    as_sent = sign(f"{PUBLIC}{STATE}?{QUERY}", {})

    assert 200 == asked(stage, f"{STATE}?{QUERY}", as_sent, method="GET")
    assert 403 == asked(stage, f"{STATE}?a=%2b+1&a=&b=%41&%61=~%7E", as_sent, method="GET")
    assert 403 == asked(stage, f"{STATE}?b=A&a=%2b+1&a=&%61=~%7E", as_sent, method="GET")


def test_a_server_that_hands_over_the_raw_path_is_believed() -> None:
    environ = {"RAW_URI": f"/voice/a%2Fb/%7Ex?{QUERY}", "PATH_INFO": "/voice/a/b/~x", "QUERY_STRING": QUERY}

    assert f"/voice/a%2Fb/%7Ex?{QUERY}" == raw_target(environ)


def test_a_path_that_arrives_decoded_is_encoded_as_it_was() -> None:
    environ = {"PATH_INFO": "/voice/Ã¼ b/l.tm~x", "QUERY_STRING": QUERY}

    assert f"/voice/%C3%BC%20b/l.tm~x?{QUERY}" == raw_target(environ)


def test_without_the_raw_path_our_own_urls_are_still_judged_rightly(stage: Stage) -> None:
    target = "/voice/en/t/m0d6e40.tl~m0d6e40.q1-0"
    signed = sign(f"{PUBLIC}{target}?{QUERY}", {})
    environ = EnvironBuilder(target, query_string=QUERY, headers={"X-Twilio-Signature": signed}).get_environ()
    for name in ("RAW_URI", "REQUEST_URI"):
        environ.pop(name, None)
    environ["QUERY_STRING"] = QUERY

    _, status, _ = run_wsgi_app(stage.app, environ)

    assert "200 OK" == status


def test_a_signed_get_is_answered_too(stage: Stage) -> None:
    signed = sign(f"{PUBLIC}/voice/en/g/l?Digits=2", {})

    assert 200 == asked(stage, "/voice/en/g/l?Digits=2", signed, method="GET")


@pytest.mark.parametrize(
    "fields", [{}, {"CallStatus": "completed"}, {"CallStatus": "on-fire", "CallSid": "?"}]
)
def test_a_status_callback_is_noted_without_a_word(stage: Stage, fields: dict[str, str]) -> None:
    answer = stage.post("/voice/status", **fields)

    assert (204, b"") == (answer.status_code, answer.data)


@pytest.mark.parametrize(
    "fields", [{}, {"RecordingStatus": "completed", "RecordingSid": "RE" + "0" * 32}, {"RecordingSid": "x"}]
)
def test_a_callback_for_a_recording_nobody_knows_is_noted_without_a_word(
    stage: Stage, fields: dict[str, str]
) -> None:
    answer = stage.post("/voice/en/recording", **fields)

    assert (204, b"") == (answer.status_code, answer.data)


def test_a_body_that_no_signature_covers_is_refused(stage: Stage) -> None:
    signed = {"X-Twilio-Signature": sign(f"{PUBLIC}/voice", {})}

    answer = stage.client.post(
        "/voice", data=b'{"Digits": "1"}', content_type="application/json", headers=signed
    )

    assert 403 == answer.status_code

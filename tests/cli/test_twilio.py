"""`ivr twilio`, run as it is from a shell, against a stand-in for the provider's REST API."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from ivr.cli.twilio import twilio
from ivr.content import Prompt, load
from ivr.settings import read_settings
from ivr.sound.manifest import Entry, write_manifest
from ivr.storage.engine import open_storage, writing
from ivr.storage.take_turns import add_live_take
from ivr.storage.takes import NewTake

PROMPTS = Path(__file__).parents[2] / "prompts"
APOLOGY = "trouble.nobody"  # what our own prompts apologise with, as they name no fallback number
NUMBER = "+27105550100"
PUBLIC = "https://line.example.org/helpline"
FALLBACK = "https://pages.example.net/line/fallback.xml"
BASIC = "Basic QUMxOnNlY3JldA=="  # AC1:secret
CAMEL = {
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "VoiceApplicationSid": "voice_application_sid",
    "TrunkSid": "trunk_sid",
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsApplicationSid": "sms_application_sid",
}
CONNECTED = {
    "voice_url": PUBLIC + "/voice",
    "voice_method": "POST",
    "status_callback": PUBLIC + "/voice/status",
    "status_callback_method": "POST",
    "voice_fallback_url": FALLBACK,
    "voice_fallback_method": "GET",
    "voice_application_sid": "",
    "trunk_sid": "",
    "sms_url": PUBLIC + "/sms#rc=1&rp=all&rt=5000",
    "sms_method": "POST",
    "sms_application_sid": "",
}


def as_bought(number: str, sid: str) -> dict[str, str]:
    """A number as the provider hands it out, with its own greeting."""
    greeting = {"voice_url": "https://demo.example.com/welcome", "voice_method": "POST"}
    return {**dict.fromkeys(CONNECTED, ""), **greeting, "phone_number": number, "sid": sid}


@dataclass
class Account:
    """A stand-in for the account: two numbers, which change when they are told to."""

    url: str = ""
    body: bytes | None = None
    stubborn: bool = False
    changed: list[dict[str, str]] = field(default_factory=list)
    numbers: dict[str, dict[str, str]] = field(
        default_factory=lambda: {"PN1": as_bought(NUMBER + "9", "PN1"), "PN2": as_bought(NUMBER, "PN2")}
    )

    def answer(self, path: str, form: str | None, authorization: str | None) -> tuple[int, bytes]:
        if self.body is not None:
            return 200, self.body
        if authorization != BASIC:
            return 401, json.dumps({"code": 20003, "message": "Authenticate", "status": 401}).encode()
        if form is None:
            wanted = parse_qs(urlsplit(path).query).get("PhoneNumber", [""])[0]
            found = [each for each in self.numbers.values() if each["phone_number"].startswith(wanted)]
            return 200, json.dumps({"incoming_phone_numbers": found}).encode()
        return 200, self.update(Path(path).stem, parse_qs(form, keep_blank_values=True))

    def update(self, sid: str, form: dict[str, list[str]]) -> bytes:
        values = {CAMEL[name]: value[0] for name, value in form.items()}
        self.changed.append(values)
        if not self.stubborn:
            self.numbers[sid] |= values
        return json.dumps(self.numbers[sid]).encode()


@contextmanager
def running(account: Account) -> Iterator[Account]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self, form: str | None = None) -> None:
            status, body = account.answer(self.path, form, self.headers["Authorization"])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    account.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield account
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def account() -> Iterator[Account]:
    with running(Account()) as started:
        yield started


def run(*words: str, **environ: str) -> Result:
    return CliRunner().invoke(twilio, words, env=environ, catch_exceptions=False)


def connect(account: Account, *words: str, **changed: str) -> Result:
    environ = {
        "TWILIO_API_URL": account.url,
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN": "secret",
        "HELPLINE_NUMBER": NUMBER,
        "PUBLIC_URL": PUBLIC,
        "FALLBACK_URL": FALLBACK,
    }
    return run("connect", *words, **{**environ, **changed})


def test_a_number_is_connected_in_one_request_and_each_change_is_said(account: Account) -> None:
    result = connect(account, NUMBER)

    assert result.exit_code == 0
    assert f"VoiceUrl: https://demo.example.com/welcome → {PUBLIC}/voice" in result.output
    assert f"StatusCallback: (empty) → {PUBLIC}/voice/status" in result.output
    assert CONNECTED.items() <= account.numbers["PN2"].items()
    assert len(account.changed) == 1


def test_another_number_that_begins_alike_is_left_alone(account: Account) -> None:
    connect(account, NUMBER)

    assert as_bought(NUMBER + "9", "PN1") == account.numbers["PN1"]


def test_a_connected_number_is_not_touched_again(account: Account) -> None:
    connect(account, NUMBER)

    result = connect(account, NUMBER)

    assert (result.exit_code, len(account.changed)) == (0, 1)
    assert "everything is as it should be" in result.output


def test_a_check_changes_nothing_and_says_by_its_exit_whether_something_differs(account: Account) -> None:
    before = connect(account, NUMBER, "--check")
    assert account.changed == []
    connect(account, NUMBER)
    after = connect(account, NUMBER, "--check")

    assert (before.exit_code, after.exit_code) == (1, 0)
    assert "VoiceUrl" in before.output


def test_an_application_or_trunk_that_takes_the_calls_is_removed(account: Account) -> None:
    account.numbers["PN2"] |= {"voice_application_sid": "AP1", "trunk_sid": "TK1"}

    result = connect(account, NUMBER)

    assert "VoiceApplicationSid: AP1 → (empty)" in result.output
    assert "" == account.numbers["PN2"]["voice_application_sid"] == account.numbers["PN2"]["trunk_sid"]


def test_the_helplines_own_number_needs_not_be_named(account: Account) -> None:
    assert connect(account).exit_code == 0
    assert account.numbers["PN2"]["voice_url"] == PUBLIC + "/voice"


def test_without_a_fallback_it_warns_and_leaves_the_numbers_own(account: Account) -> None:
    result = connect(account, NUMBER, FALLBACK_URL="")

    assert "Warning: FALLBACK_URL is not set" in result.output
    assert "voice_fallback_url" not in account.changed[0]


def test_wrong_credentials_are_named(account: Account) -> None:
    result = connect(account, NUMBER, TWILIO_AUTH_TOKEN="other")

    assert result.exit_code == 1
    assert "TWILIO_AUTH_TOKEN" in result.output
    assert "other" not in result.output


def test_a_number_of_somebody_else_is_named(account: Account) -> None:
    result = connect(account, "+27105550177")

    assert result.exit_code == 1
    assert "no number +27105550177" in result.output


def test_a_network_that_is_away_is_said() -> None:
    with running(Account()) as account:
        pass

    result = connect(account, NUMBER)

    assert result.exit_code == 1
    assert "cannot be reached" in result.output


def test_an_answer_that_is_no_rest_api_is_said(account: Account) -> None:
    account.body = b"<html>"

    result = connect(account, NUMBER)

    assert result.exit_code == 1
    assert "TWILIO_API_URL" in result.output


def test_a_change_that_was_not_taken_is_an_error(account: Account) -> None:
    account.stubborn = True

    result = connect(account, NUMBER)

    assert result.exit_code == 1
    assert "did not take: VoiceUrl" in result.output


def test_without_an_account_it_says_what_to_set() -> None:
    result = run("connect", NUMBER, TWILIO_ACCOUNT_SID="", TWILIO_AUTH_TOKEN="")

    assert result.exit_code == 1
    assert "TWILIO_ACCOUNT_SID" in result.output


def test_a_number_that_is_not_e164_is_refused(account: Account) -> None:
    result = connect(account, "010 555 0100")

    assert result.exit_code == 1
    assert "E.164" in result.output


def test_an_unsafe_address_is_refused_before_anything_is_asked() -> None:
    result = connect(Account(url="https://api.twilio.com"), NUMBER, PUBLIC_URL="http://line.example.org")

    assert result.exit_code == 1
    assert "PUBLIC_URL: http://line.example.org is not https" in result.output


@pytest.fixture
def place(tmp_path: Path) -> dict[str, str]:
    folders = {name: str(tmp_path / name) for name in ("DATA_DIR", "AUDIO_DIR")}
    own = {"HELPLINE_NUMBER": NUMBER, "FALLBACK_URL": "", "TWILIO_ACCOUNT_SID": "", "TWILIO_AUTH_TOKEN": ""}
    return {**folders, **own, "PROMPTS_DIR": str(PROMPTS)}


def words_of(language: str) -> Mapping[str, Prompt]:
    return load(PROMPTS).prompts[language]


def build(place: dict[str, str], language: str, prompts: Iterable[Prompt]) -> None:
    folder = Path(place["AUDIO_DIR"]) / language
    entries = {each.id: Entry("a" * 64, each.words, "espeak", 6.0, -20.0, -3.0) for each in prompts}
    write_manifest(folder.parent, language, entries)
    (folder / f"{'a' * 64}.wav").write_bytes(b"RIFF built")


def build_apology(place: dict[str, str]) -> None:
    build(place, "en", [words_of("en")[APOLOGY]])


def store_take(place: dict[str, str], prompt: Prompt, values_hash: str) -> None:
    file, made_at = f"{'b' * 64}.wav", datetime(2026, 1, 2, tzinfo=UTC)
    rest = (file, "original.mp3", 5.0, -20.0, (), "upload", "Thandi", made_at)
    take = NewTake(prompt.id, prompt.language, prompt.words, values_hash, prompt.text, *rest)
    engine = open_storage(read_settings(place))
    with writing(engine) as connection:
        add_live_take(connection, take)
    engine.dispose()
    folder = Path(place["DATA_DIR"]) / "takes" / prompt.language
    folder.mkdir(parents=True)
    (folder / file).write_bytes(b"RIFF recorded")


def test_without_sounds_the_fallback_is_said_by_the_network(tmp_path: Path, place: dict[str, str]) -> None:
    result = run("fallback", "--output", str(tmp_path / "out"), **place)

    root = ET.parse(tmp_path / "out" / "fallback.xml").getroot()  # noqa: S314 (written by us)
    assert result.exit_code == 0
    assert {each.tag for each in root} <= {"Say", "Dial", "Hangup"}
    assert "Note: no address for the sounds" in result.output


@pytest.mark.parametrize(
    ("url", "fallback_url"),
    [("https://pages.example.net/line", ""), (None, FALLBACK)],
    ids=["--url", "setting"],
)
def test_a_built_apology_is_put_beside_the_document_and_played(
    tmp_path: Path, place: dict[str, str], url: str | None, fallback_url: str
) -> None:
    build_apology(place)

    words = ["fallback", "--output", str(tmp_path / "out"), *(["--url", url] if url else [])]
    result = run(*words, **{**place, "FALLBACK_URL": fallback_url})

    root = ET.parse(tmp_path / "out" / "fallback.xml").getroot()  # noqa: S314 (written by us)
    assert result.exit_code == 0
    assert f"https://pages.example.net/line/sound/en/{'a' * 64}.wav" == root[0].text
    assert (tmp_path / "out" / "sound" / "en" / f"{'a' * 64}.wav").read_bytes() == b"RIFF built"
    assert "Note: af: left out, it is not offered" in result.output


def test_a_recorded_apology_goes_before_a_built_one(tmp_path: Path, place: dict[str, str]) -> None:
    apology = words_of("en")[APOLOGY]
    build_apology(place)
    store_take(place, apology, apology.values_hash)

    run("fallback", "--output", str(tmp_path / "out"), "--url", "https://pages.example.net", **place)

    (sound,) = (tmp_path / "out" / "sound").rglob("*.wav")
    assert sound.read_bytes() == b"RIFF recorded"


def test_an_apology_with_an_old_number_in_it_is_left_out_and_not_said_twice_in_another_language(
    tmp_path: Path, place: dict[str, str]
) -> None:
    build_apology(place)
    build(place, "af", [each for each in words_of("af").values() if each.id != APOLOGY])
    store_take(place, words_of("af")[APOLOGY], "of the old number")

    result = run("fallback", "--output", str(tmp_path / "out"), "--url", "https://pages.example.net", **place)

    root = ET.parse(tmp_path / "out" / "fallback.xml").getroot()  # noqa: S314 (written by us)
    assert len(root.findall("Play")) == 1
    assert f"af: left out, {APOLOGY} has no sound in it" in result.output


def test_a_damaged_list_of_sounds_is_named(tmp_path: Path, place: dict[str, str]) -> None:
    build_apology(place)
    (Path(place["AUDIO_DIR"]) / "en" / "manifest.json").write_text("{")

    result = run("fallback", "--output", str(tmp_path / "out"), **place)

    assert result.exit_code == 1
    assert "manifest.json" in result.output


def test_with_the_database_away_the_built_apology_is_used(tmp_path: Path, place: dict[str, str]) -> None:
    build_apology(place)
    (tmp_path / "file").write_text("")

    database = f"sqlite:///{tmp_path}/file/helpline.db"
    result = run("fallback", "--output", str(tmp_path / "out"), **{**place, "DATABASE_URL": database})

    assert result.exit_code == 0
    assert "Warning: recorded takes are left out" in result.output


def test_an_address_that_is_none_is_refused(tmp_path: Path, place: dict[str, str]) -> None:
    result = run("fallback", "--output", str(tmp_path / "out"), "--url", "pages", **place)

    assert result.exit_code == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, place: dict[str, str]) -> None:
    (tmp_path / "out").write_text("a file")

    result = run("fallback", "--output", str(tmp_path / "out" / "deeper"), **place)

    assert result.exit_code == 1
    assert "Cannot write to" in result.output

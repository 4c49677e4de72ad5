"""`ivr explain`: URLs without words, in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from ivr.cli import main
from ivr.content import Prompt, load
from ivr.flow.line_codec import encode_line
from ivr.flow.line_state import Duty, Line, Spot
from ivr.sound.manifest import Entry, write_manifest
from ivr.storage.engine import engine_for, migrate, writing
from ivr.storage.take_turns import add_live_take
from ivr.storage.takes import NewTake
from ivr.telephony.twilio.sealed_state import seal

SHIPPED = Path(__file__).parents[2] / "prompts"
PUBLIC = "https://example.org/line/voice"


def code(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:6]


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left on the terminal."""

    exit_code: int
    stdout: str
    stderr: str


Explain = Callable[[str], Result]


@pytest.fixture
def explain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Explain:
    monkeypatch.setenv("PROMPTS_DIR", str(SHIPPED))
    monkeypatch.setenv("AUDIO_DIR", str(tmp_path / "audio"))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(url: str) -> Result:
        with pytest.raises(SystemExit) as end:
            main(["explain", url])
        return Result(int(end.value.code or 0), *capsys.readouterr())

    return run


@pytest.mark.parametrize(
    ("letter", "state", "told"),
    [
        ("m", "t17-2", ["kind: a test ring, which asks for a key", "check: 17", "times asked: 2"]),
        ("M", "w3", ["kind: what callers hear first", "check: 3"]),
    ],
)
def test_a_call_that_checks_a_phone_is_told(
    explain: Explain, letter: str, state: str, told: list[str]
) -> None:
    result = explain(f"{PUBLIC}/af/{letter}/{state}#rc=1")

    assert 0 == result.exit_code
    assert told == result.stdout.splitlines()[2:]


def test_that_the_announcements_were_heard_is_told(explain: Explain) -> None:
    assert "announcements heard: yes" in explain(f"{PUBLIC}/af/t/m{code('main')}.y").stdout


def test_a_place_is_told_with_what_happened_and_what_is_counted(explain: Explain) -> None:
    result = explain(f"{PUBLIC}/af/t/m{code('drugs')}.tl~m{code('main')}.q1-2#rc=1&rp=all")

    assert 0 == result.exit_code
    assert [
        "what happened: keys were asked for, and none came",
        "language: af",
        "place: menu drugs",
        "back leads to: main < language",
        "silences: 1",
        "wrong keys: 2",
    ] == result.stdout.splitlines()


def test_a_part_of_a_segment_and_the_topic_are_named(explain: Explain) -> None:
    overdose = code("overdose")

    assert [
        "what happened: keys were asked for",
        "language: en",
        "place: segment overdose",
        "part: 3",
        "last segment: overdose",
        "overdose heard: yes",
    ] == explain(f"/voice/en/g/s{overdose}-3.o{overdose}.d").stdout.splitlines()


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        ("r", "the caller was recorded"),
        ("n", "the caller was to be recorded, and nothing came"),
        ("d", "a counsellor was rung"),
        ("c", "something was played"),
        ("s", "a counsellor's phone was picked up"),
        ("a", "a counsellor was asked to press 1"),
        ("x", "something went wrong, and the call goes on"),
        ("w", "the caller waits in the queue"),
        ("q", "the caller is out of the queue"),
        ("o", "everybody was rung for the caller, in vain"),
    ],
)
def test_the_letter_says_what_happened(explain: Explain, letter: str, said: str) -> None:
    assert f"what happened: {said}" == explain(f"{PUBLIC}/en/{letter}/r").stdout.splitlines()[0]


def test_a_caller_in_the_queue_is_told_with_the_time_waited(explain: Explain) -> None:
    assert [
        "what happened: keys were asked for, and none came",
        "language: en",
        "place: wait",
        "part: 2",
        "in the queue: yes",
        "times in a queue: 2",
        "seconds waited: 95",
        "wait documents: 4",
        "minutes last told: 2",
    ] == explain(f"{PUBLIC}/en/t/h-2.w2-90-95-4-1-2").stdout.splitlines()


@pytest.mark.parametrize("letter", ["k", "j", "y", "z", "e"])
def test_a_counsellors_phone_is_told_with_what_its_caller_waits_for(explain: Explain, letter: str) -> None:
    told = explain(f"{PUBLIC}/af/{letter}/12.pk7.qCA1-2.o{code('overdose')}.m3.a1").stdout.splitlines()

    assert told[0].startswith("what happened: ")
    assert [
        "caller's language: af",
        "leg: 12",
        "counsellor's key: k7",
        "queue: CA1-2",
        "last segment: overdose",
        "minutes waited: 3",
        "times asked: 1",
    ] == told[1:]


def test_why_a_counsellor_is_let_go_is_told(explain: Explain) -> None:
    assert (
        "let go because: another counsellor has the caller" in explain(f"{PUBLIC}/af/u/12.pk7.qCA1.wt").stdout
    )


@pytest.mark.parametrize("letter", ["b", "f", "p", "v", "l"])
def test_a_call_back_is_told_with_its_promise_and_who_rings(explain: Explain, letter: str) -> None:
    assert ["caller's language: zu", "promise: 5", "claimed by: 12", "counsellor's key: k7"] == explain(
        f"{PUBLIC}/zu/{letter}/5.12.k7.0"
    ).stdout.splitlines()[1:]


@pytest.mark.parametrize("letter", ["k", "b", "u"])
def test_a_phone_that_is_none_is_refused_in_a_sentence(explain: Explain, letter: str) -> None:
    result = explain(f"{PUBLIC}/en/{letter}/nonsense")

    assert (1, "") == (result.exit_code, result.stdout)
    assert "This is no state of a counsellor's phone" in result.stderr


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://example.org/line/sms", "a text message comes in"),
        (
            "https://example.org/line/heard/x-Y_z",
            "a message is heard, by whoever left it or by the counsellor who took it",
        ),
        (PUBLIC, "a call comes in"),
        (f"{PUBLIC}?x=1#rc=1", "a call comes in"),
        (f"{PUBLIC}/status", "a call has ended, or changed otherwise"),
        (f"{PUBLIC}/af/recording", "a recording is ready to be fetched"),
    ],
)
def test_urls_without_a_state_are_told_too(explain: Explain, url: str, said: str) -> None:
    assert [said] == explain(url).stdout.splitlines()


@pytest.mark.parametrize("state", ["mabcdef", "m", "l.q1", "\u00e9", "l.xx!", "l" + ".t" * 2000])
def test_a_state_that_is_none_is_refused_in_a_sentence(explain: Explain, state: str) -> None:
    result = explain(f"{PUBLIC}/en/g/{state}")

    assert (1, "") == (result.exit_code, result.stdout)
    assert "This is no state that this helpline knows" in result.stderr


@pytest.mark.parametrize("url", ["", "http://[", "https://example.org/staff", "+27821234567"])
def test_what_is_no_url_of_the_helpline_is_refused(explain: Explain, url: str) -> None:
    result = explain(url)

    assert (1, "") == (result.exit_code, result.stdout)
    assert "neither a webhook" in result.stderr


def test_a_built_sound_is_told_by_its_prompt_and_words(explain: Explain, tmp_path: Path) -> None:
    words = load(SHIPPED).prompts["en"]["goodbye"]
    write_manifest(
        tmp_path / "audio", "en", {"goodbye": Entry("a" * 64, words.words, "espeak", 2.0, -20.0, -3.0)}
    )

    assert f"goodbye (en): {words.text}\n" == explain(f"https://cdn.example.org/en/{'a' * 64}.wav").stdout


def take_of(words: Prompt) -> NewTake:
    """A take by Thandi of a prompt, in the file of sixty-four times b."""
    said = (words.id, words.language, words.words, words.values_hash, words.text)
    made = ("upload", "Thandi", datetime(2026, 3, 1, tzinfo=UTC))
    return NewTake(*said, f"{'b' * 64}.wav", "o", 2.5, -20.1, (), *made)


def test_a_recording_that_is_live_is_told_too(explain: Explain, tmp_path: Path) -> None:
    words = load(SHIPPED).prompts["zu"]["goodbye"]
    (tmp_path / "data").mkdir()
    engine = engine_for(f"sqlite:///{tmp_path}/data/helpline.db")
    migrate(engine)
    with writing(engine) as connection:
        add_live_take(connection, take_of(words))
    engine.dispose()

    assert f"goodbye (zu): {words.text}\n" == explain(f"/audio/zu/{'b' * 64}.wav").stdout


def test_a_sound_that_is_not_live_is_told(explain: Explain) -> None:
    result = explain(f"/audio/en/{'c' * 64}.wav")

    assert 1 == result.exit_code
    assert "No prompt has this sound now" in result.stderr


def test_a_url_of_the_counsellors_line_is_explained(explain: Explain) -> None:
    line = Line("en", "a1b2c3d4", helpline=True, spot=Spot.MENU, duty=Duty.PAUSED)
    state = seal(b"secret", "CA1", "en", encode_line(line))
    said = explain(f"{PUBLIC}/en/h/{state}#rc=1").stdout

    assert "place: the counsellors' line, menu\n" in said
    assert "duty: paused\n" in said


def test_a_broken_state_of_the_counsellors_line_is_said_to_be_none(explain: Explain) -> None:
    assert "no state of the counsellors' line" in explain(f"{PUBLIC}/en/h/zz.~00").stderr

"""Staff record by phone: whole calls, broken off anywhere, told twice, without storage or a recording."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from ivr.sound.decode import decode
from ivr.sound.samples import Samples, write_wav
from ivr.speech.espeak import speak
from ivr.storage.accounts import Role
from ivr.storage.audit import Wanted, every_entry
from ivr.storage.engine import reading
from tests.app.stage import NUMBER, PUBLIC
from tests.calls.recorder import BREAK_OFF, HANG_UP, SPEAK, WHISPER, Scene, make_scene


@pytest.fixture(scope="session")
def sounds() -> Mapping[str, bytes]:
    """Speech, and the same from too far away."""
    spoken = decode(
        speak("Welcome. You are not alone with this, and we are glad that you called.", "en", 150)
    )
    whispered = Samples(spoken.values * np.float64(0.02), spoken.rate)
    return {SPEAK: write_wav(spoken), WHISPER: write_wav(whispered)}


@pytest.fixture
def scene(tmp_path: Path, audio: Path, database: Path, sounds: Mapping[str, bytes]) -> Scene:
    return make_scene(tmp_path, audio, database, sounds)


def number_of(scene: Scene, prompt: str) -> str:
    found = scene.stage.parts.publication.current().content.prompt("en", prompt)
    assert found
    return f"{found.number}#"


async def test_a_prompt_is_recorded_heard_and_kept_and_the_next_caller_hears_exactly_that(
    scene: Scene,
) -> None:
    recorder = await scene.call(
        *scene.signing_in(), "1", "3", number_of(scene, "welcome"), SPEAK, "1", "*", "*", "*"
    )
    asked = recorder.heard.index("rec.prompt")
    caller = await scene.call("1", HANG_UP, to=NUMBER)

    (take,) = scene.takes("welcome")
    assert ("live", "phone", "Nomsa") == (take.state, take.source, take.made_by)
    assert [
        "rec.words",
        "welcome",
        "rec.speak",
        "rec.moment",
        "rec.hear",
        "a recording",
        "rec.found.long",
    ] == [each for each in recorder.heard[asked:] if not each.startswith(("digit.", "rec.prompt"))][:7]
    assert f"{PUBLIC}/audio/en/{take.file}" in caller.urls
    assert scene.stage.parts.takes.master(take) == scene.stage.get(f"/audio/en/{take.file}")[1]
    assert ["take accepted", "take recorded", "signed in"] == done(scene)
    assert [] == scene.town.switch.recordings.every()


async def test_all_that_is_missing_follows_by_itself_with_what_callers_need_first(scene: Scene) -> None:
    prompts = scene.stage.parts.publication.current().content.prompts["en"].values()
    script = [each.id for each in sorted(prompts, key=lambda each: each.number) if each.needed]
    recorder = await scene.call(*scene.signing_in(), "1", "1", "3", SPEAK, "1", SPEAK, "3", HANG_UP)

    assert 4 == recorder.heard.count("rec.prompt")
    assert [(), ("live",), ("draft",), ()] == [
        tuple(each.state for each in scene.takes(prompt)) for prompt in script[:4]
    ]
    assert 1 == recorder.heard.count("rec.help")


async def test_a_draft_from_a_call_that_broke_off_is_heard_and_kept_in_the_next(scene: Scene) -> None:
    number = number_of(scene, "welcome")
    await scene.call(*scene.signing_in(), "1", "3", number, BREAK_OFF)
    assert ["draft"] == [each.state for each in scene.takes("welcome")]

    recorder = await scene.call(*scene.signing_in(), "1", "3", number, "2", "1", HANG_UP)
    assert "rec.draft" in recorder.heard
    assert ["live"] == [each.state for each in scene.takes("welcome")]


async def test_nine_at_a_prompt_lets_callers_hear_the_take_before(scene: Scene) -> None:
    number = number_of(scene, "welcome")
    await scene.call(*scene.signing_in(), "1", "3", number, SPEAK, "1", number, SPEAK, "1", HANG_UP)
    newer, older = scene.takes("welcome")
    assert newer.live

    recorder = await scene.call(*scene.signing_in(), "1", "3", number, "9", "9", "1", HANG_UP)
    assert older.file == scene.live("welcome")
    assert "rec.back" in recorder.heard
    assert "rec.back.none" in recorder.heard
    assert f"{PUBLIC}/audio/en/{older.file}" in recorder.urls


async def test_nine_after_a_recording_stays_with_the_one_that_callers_hear(scene: Scene) -> None:
    number = number_of(scene, "welcome")
    await scene.call(*scene.signing_in(), "1", "3", number, SPEAK, "1", HANG_UP)
    live = scene.live("welcome")
    await scene.call(*scene.signing_in(), "1", "3", number, SPEAK, "9", "1", HANG_UP)

    assert live == scene.live("welcome")
    assert ["draft", "live"] == [each.state for each in scene.takes("welcome")]


async def test_what_is_too_quiet_says_so_and_cannot_be_kept(scene: Scene) -> None:
    recorder = await scene.call(
        *scene.signing_in(), "1", "3", number_of(scene, "welcome"), WHISPER, "1", "2", SPEAK, "1", HANG_UP
    )

    refused = recorder.heard.index("rec.refused")
    assert "rec.found.quiet" in recorder.heard[refused:]
    assert ["live"] == [each.state for each in scene.takes("welcome")]


async def test_after_silence_the_words_come_again_and_then_a_goodbye(scene: Scene) -> None:
    recorder = await scene.call(*scene.signing_in(), "1", "3", number_of(scene, "welcome"))

    assert 4 == recorder.heard.count("rec.speak")
    assert "rec.bye" == recorder.heard[-1]


@pytest.mark.parametrize("steps", [("*", "*"), ("1", "*", "*", "*")])
async def test_two_stars_on_the_helpline_lead_there_and_silence_leads_back(
    scene: Scene, steps: tuple[str, ...]
) -> None:
    recorder = await scene.call(*steps, *scene.signing_in(), "*", to=NUMBER)
    assert ["rec.language", "rec.bye"] == [
        each for each in recorder.heard if each in {"rec.language", "rec.bye"}
    ]

    mistaken = await scene.call(*steps, HANG_UP, to=NUMBER)
    back = mistaken.heard[mistaken.heard.index("line.helpline") + 1 :]
    assert "language.choice" in back or [] == back


async def test_where_nobody_records_by_phone_two_stars_lead_nowhere(
    tmp_path: Path, audio: Path, database: Path, sounds: Mapping[str, bytes]
) -> None:
    scene = make_scene(tmp_path, audio, database, sounds, roles=(Role.LISTENER,))
    recorder = await scene.call("*", "*", HANG_UP, to=NUMBER)

    assert {"language.choice"} == set(recorder.heard)


async def test_who_may_not_record_hears_so(
    tmp_path: Path, audio: Path, database: Path, sounds: Mapping[str, bytes]
) -> None:
    scene = make_scene(tmp_path, audio, database, sounds, roles=(Role.LISTENER,))
    recorder = await scene.call(*scene.signing_in())

    assert ["rec.role", "line.bye"] == recorder.heard[-2:]


async def test_wrong_pins_lock_and_sound_as_an_unknown_number_does(scene: Scene) -> None:
    wrong = [scene.number, "111111#"] * 3
    known = await scene.call(*wrong)
    unknown = await scene.call(*["9999#" if step == scene.number else step for step in wrong])
    locked = await scene.call(*scene.signing_in(), HANG_UP)

    assert known.heard == unknown.heard
    assert ["sign-in refused"] * 7 == done(scene)
    assert ["line.pin.locked", "line.bye"] == known.heard[-2:]
    assert "rec.pin.wrong" in locked.heard
    scene.stage.clock.passes(minutes=2)
    scene.wire._began += timedelta(minutes=2)
    assert "rec.language" in (await scene.call(*scene.signing_in(), HANG_UP)).heard


def session(scene: Scene) -> tuple[str, ...]:
    """Two prompts by number, one of them again: kept, left with what callers hear, not decided about."""
    one, other = number_of(scene, "welcome"), number_of(scene, "goodbye")
    return (*scene.signing_in(), "1", "3", one, SPEAK, "1", one, SPEAK, "9", "1", other, SPEAK, HANG_UP)


WHILE_ASKED = range(1, 18)
WHILE_HEARING = (
    *("rec.welcome", "line.pin", "rec.language", "rec.missing", "rec.key", "rec.prompt", "rec.words"),
    *("rec.speak", "rec.moment", "rec.hear", "rec.keep", "rec.kept", "rec.live", "rec.back"),
)


@pytest.mark.slow
@pytest.mark.parametrize("where", [*WHILE_ASKED, *WHILE_HEARING])
async def test_hanging_up_anywhere_keeps_every_draft_and_lets_callers_hear_only_what_was_kept(
    scene: Scene, where: int | str
) -> None:
    recorder = await scene.call(*session(scene), leaves_at=where)
    kept = [each for each in scene.every_take() if each.accepted_at]

    assert recorder.left
    assert recorder.spoke == len(scene.every_take())
    assert recorder.kept == len(kept)
    assert [each.file for each in kept[-1:]] == [file for file in [scene.live("welcome")] if file]
    assert ([], []) == (scene.waiting(), scene.town.switch.recordings.every())


async def test_that_session_has_so_many_steps_and_leaves_one_take_live_and_two_drafts(scene: Scene) -> None:
    recorder = await scene.call(*session(scene))

    assert (max(WHILE_ASKED), 3, 1) == (recorder.asked, recorder.spoke, recorder.kept)
    assert ["live", "draft", "draft"] == [each.state for each in scene.every_take()]


async def test_every_webhook_told_twice_is_one(scene: Scene) -> None:
    scene.wire.doubles = True
    await scene.call(
        *scene.signing_in(), "1", "3", number_of(scene, "welcome"), SPEAK, "2", SPEAK, "1", HANG_UP
    )

    assert ["live", "draft"] == [each.state for each in scene.takes("welcome")]
    assert 1 == done(scene).count("take accepted")
    assert 1 == done(scene).count("signed in")


@pytest.mark.parametrize("late", [10.0, 25.0])
async def test_a_recording_that_comes_late_is_waited_for(scene: Scene, late: float) -> None:
    scene.network.late = late + 40
    recorder = await scene.call(
        *scene.signing_in(), "1", "3", number_of(scene, "welcome"), SPEAK, "1", HANG_UP
    )

    assert "rec.moment" in recorder.heard
    assert ["live"] == [each.state for each in scene.takes("welcome")]


async def test_one_that_does_not_come_is_a_draft_later_and_the_line_goes_on(scene: Scene) -> None:
    scene.network.late = 1e9
    number = number_of(scene, "welcome")
    recorder = await scene.call(*scene.signing_in(), "1", "3", number, SPEAK, HANG_UP)
    assert "rec.unheard" in recorder.heard
    assert () == scene.takes("welcome")

    scene.network.late = 0
    scene.pass_time(minutes=10)
    assert ["draft"] == [each.state for each in scene.takes("welcome")]
    assert [] == scene.town.switch.recordings.every()


async def test_one_that_never_comes_is_given_up_after_two_days(scene: Scene) -> None:
    scene.network.late = 1e12
    await scene.call(*scene.signing_in(), "1", "3", number_of(scene, "welcome"), SPEAK, HANG_UP)
    scene.pass_time(hours=49)
    scene.pass_time(hours=2)

    assert () == scene.takes("welcome")
    assert [] == scene.waiting()


async def test_a_recording_made_while_storage_is_away_is_a_draft_once_it_is_back(scene: Scene) -> None:
    scene.when("rec.speak", scene.goes_away)
    recorder = await scene.call(*scene.signing_in(), "1", "3", number_of(scene, "welcome"), SPEAK, HANG_UP)
    assert "rec.moment" in recorder.heard
    assert "rec.kept" not in recorder.heard

    scene.comes_back()
    scene.pass_time(minutes=1)
    assert ["draft"] == [each.state for each in scene.takes("welcome")]
    assert "Nomsa" == scene.takes("welcome")[0].made_by


async def test_what_neither_storage_nor_disk_takes_is_not_confirmed_and_forgotten_at_the_network(
    scene: Scene,
) -> None:
    def all_is_lost() -> None:
        scene.goes_away()
        journal = scene.stage.parts.settings.data_dir / "journal" / "studio"
        journal.parent.mkdir(exist_ok=True)
        journal.write_text("no folder")

    scene.when("rec.speak", all_is_lost)
    recorder = await scene.call(
        *scene.signing_in(), "1", "3", number_of(scene, "welcome"), SPEAK, HANG_UP, leaves_at="line.lost"
    )
    assert "rec.moment" not in recorder.heard

    scene.comes_back()
    scene.stage.parts.fetching.drop(scene.dropped[0])
    scene.pass_time(minutes=1)
    assert [] == scene.town.switch.recordings.every()
    assert () == scene.takes("welcome")


async def test_what_is_kept_while_storage_is_away_is_heard_once_it_is_back(scene: Scene) -> None:
    scene.when("rec.hear", scene.goes_away)
    recorder = await scene.call(
        *scene.signing_in(), "1", "3", number_of(scene, "welcome"), SPEAK, "1", HANG_UP
    )
    assert "rec.kept" in recorder.heard

    scene.comes_back()
    scene.pass_time(minutes=1)
    assert ["live"] == [each.state for each in scene.takes("welcome")]


async def test_nobody_signs_in_while_storage_is_away(scene: Scene) -> None:
    scene.goes_away()
    recorder = await scene.call(*scene.signing_in())

    assert ["line.lost", "line.bye"] == recorder.heard[-2:]


async def test_who_was_taken_the_role_away_in_mid_call_keeps_nothing(scene: Scene) -> None:
    scene.when("rec.hear", scene.take_role_away)
    recorder = await scene.call(*scene.signing_in(), "1", "3", number_of(scene, "welcome"), SPEAK, "1")

    assert ["rec.role", "rec.bye"] == recorder.heard[-2:]
    assert ["draft"] == [each.state for each in scene.takes("welcome")]


async def test_an_announcement_is_recorded_and_heard_after_the_welcome(scene: Scene) -> None:
    await scene.call(*scene.signing_in(), "1", "4", "2", SPEAK, "2", SPEAK, "1", HANG_UP)
    caller = await scene.call("1", HANG_UP, to=NUMBER)

    heard = caller.heard[caller.heard.index("welcome") :]
    assert "announcement.1" == heard[1]
    assert ["live", "draft"] == [each.state for each in scene.takes("announcement.1")]
    scene.pass_time(hours=40)
    later = await scene.call("1", HANG_UP, to=NUMBER)
    assert "announcement.1" not in later.heard


async def test_no_number_and_no_pin_is_in_a_url_or_a_log(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await scene.call(*scene.signing_in(), "1", "3", number_of(scene, "welcome"), SPEAK, "1", HANG_UP)

    urls = [request.url for request, _ in scene.wire.sent]
    assert not [url for url in urls if "482910" in url or "welcome" in url]
    assert "482910" not in caplog.text
    assert "+2782333" not in caplog.text


def done(scene: Scene) -> list[str]:
    with reading(scene.stage.parts.engine) as connection:
        return [each.action for each in every_entry(connection, Wanted(way="phone"))]

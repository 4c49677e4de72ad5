"""Signing in: with a password, in time, and not by guessing."""

from pathlib import Path

import pytest

from ivr.storage.accounts import Role
from ivr.storage.accounts_changes import deactivate
from ivr.storage.audit import Wanted, entries
from ivr.storage.engine import reading, writing
from tests.console.staging import PASSWORD, ConsoleStage, Visitor, console_stage

WRONG = "seven green bicycle"


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    stage = console_stage(tmp_path, audio, database)
    stage.account(Role.LISTENER, name="Thandi")
    return stage


def sign_in(visitor: Visitor, login: str = "Thandi", password: str = PASSWORD, wanted: str = "") -> int:
    answer = visitor.post(f"/staff/sign-in?next={wanted}", login=login, password=password)
    visitor.location = answer.headers.get("Location", "")
    return answer.status_code


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/staff/account").status_code == 200


def test_login_and_password_open_the_pages(stage: ConsoleStage) -> None:
    visitor = stage.visitor()

    assert not is_in(visitor)
    assert 303 == sign_in(visitor)
    assert is_in(visitor)


def test_the_login_counts_however_it_is_written(stage: ConsoleStage) -> None:
    assert 303 == sign_in(stage.visitor(), login=" THANDI ")


def test_a_wrong_password_and_an_unknown_login_are_told_the_same(stage: ConsoleStage) -> None:
    wrong = stage.visitor().post("/staff/sign-in", login="thandi", password=WRONG)
    unknown = stage.visitor().post("/staff/sign-in", login="nobody", password=PASSWORD)

    assert 401 == wrong.status_code == unknown.status_code
    assert "do not match" in wrong.text
    assert "do not match" in unknown.text


@pytest.mark.parametrize("login", ["thandi", "nobody"])
def test_after_five_wrong_passwords_none_counts_for_a_minute_whoever_it_is(
    stage: ConsoleStage, login: str
) -> None:
    guesser = stage.visitor()
    told = [sign_in(guesser, login, WRONG) for _ in range(6)]

    assert [401, 401, 401, 401, 401, 429] == told
    assert 429 == sign_in(guesser, login, PASSWORD)


def test_the_right_password_counts_again_when_the_lock_is_over(stage: ConsoleStage) -> None:
    guesser = stage.visitor()
    for _ in range(5):
        sign_in(guesser, password=WRONG)
    stage.clock.passes(seconds=59)

    assert 429 == sign_in(guesser)
    stage.clock.passes(seconds=1)
    assert 303 == sign_in(guesser)


def test_whoever_guesses_for_many_logins_is_stopped_by_their_address(stage: ConsoleStage) -> None:
    guesser = stage.visitor()
    told = [sign_in(guesser, f"login{nth}", WRONG) for nth in range(31)]

    assert [401] * 30 + [429] == told
    assert 429 == sign_in(guesser)


def test_whoever_guesses_cannot_begin_anew_by_signing_in_as_themselves(stage: ConsoleStage) -> None:
    guesser = stage.visitor()
    for nth in range(29):
        sign_in(guesser, f"login{nth}", WRONG)

    assert 303 == sign_in(guesser)
    assert 401 == sign_in(stage.visitor(), "another", WRONG)
    assert 429 == sign_in(stage.visitor(), "yet another", WRONG)


def test_an_address_that_is_stopped_locks_nobody_out(stage: ConsoleStage) -> None:
    guesser, elsewhere = stage.visitor(), stage.visitor()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    for nth in range(30):
        sign_in(guesser, f"login{nth}", WRONG)
    for _ in range(6):
        sign_in(guesser, password=WRONG)

    assert 303 == sign_in(elsewhere)


def test_one_address_may_ask_sixty_times_a_minute(stage: ConsoleStage) -> None:
    guesser = stage.visitor()
    told = [sign_in(guesser, "nobody", WRONG) for _ in range(60)]
    answer = guesser.post("/staff/sign-in", login="nobody", password=WRONG)

    assert 429 == told[-1] == answer.status_code
    assert "too often" in answer.text


def test_signing_in_leads_to_the_page_that_was_wanted(stage: ConsoleStage) -> None:
    visitor = stage.visitor()
    asked = visitor.get("/staff/account", about="pin").headers["Location"]
    wanted = asked.partition("next=")[2]

    assert 303 == sign_in(visitor, wanted=wanted)
    assert "/staff/account?about=pin" == visitor.location


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/staff//../x\\@evil", "/voice", "/staffing"]
)
def test_signing_in_leads_nowhere_else(stage: ConsoleStage, elsewhere: str) -> None:
    visitor = stage.visitor()

    assert 303 == sign_in(visitor, wanted=elsewhere)
    assert visitor.location in {"/staff/", "/staff//../x"}


def test_what_was_refused_is_in_the_log_without_what_was_typed(stage: ConsoleStage) -> None:
    sign_in(stage.visitor(), password=WRONG)
    sign_in(stage.visitor(), login="my secret password", password=WRONG)
    with reading(stage.engine) as connection:
        done = [(each.by, each.action, each.about) for each in entries(connection, Wanted())]

    assert [
        ("somebody", "sign-in refused", "unknown login: wrong password"),
        ("somebody", "sign-in refused", "Thandi: wrong password"),
    ] == done


def test_signing_out_ends_the_session_in_every_copy_of_its_cookie(stage: ConsoleStage) -> None:
    visitor, thief = stage.visitor(), stage.visitor()
    sign_in(visitor)
    cookie = visitor.client.get_cookie("helpline_staff", "helpline.example", "/staff")
    assert cookie is not None
    thief.client.set_cookie("helpline_staff", cookie.value, domain="helpline.example", path="/staff")
    assert is_in(thief)
    visitor.post("/staff/sign-out")

    assert not is_in(visitor)
    assert not is_in(thief)


def test_signing_out_everywhere_leaves_this_browser_signed_in(stage: ConsoleStage) -> None:
    here, lost = stage.visitor(), stage.visitor()
    sign_in(here)
    sign_in(lost)
    here.post("/staff/account/sign-out-everywhere")

    assert is_in(here)
    assert not is_in(lost)


@pytest.mark.parametrize(("minutes", "signed_in"), [(60, True), (61, False)])
def test_a_session_ends_when_nobody_does_anything_for_an_hour(
    stage: ConsoleStage, minutes: int, signed_in: bool
) -> None:
    visitor = stage.visitor()
    sign_in(visitor)
    stage.clock.passes(minutes=minutes)

    assert signed_in == is_in(visitor)


def test_a_page_that_looks_again_by_itself_is_nobody_who_does_anything(stage: ConsoleStage) -> None:
    visitor = stage.visitor()
    sign_in(visitor)
    for _ in range(7):
        stage.clock.passes(minutes=10)
        visitor.client.get("/staff/", base_url=visitor.public, headers={"Refreshing": "1"})

    assert not is_in(visitor)


def test_a_session_ends_after_twelve_hours_even_of_work(stage: ConsoleStage) -> None:
    visitor = stage.visitor()
    sign_in(visitor)
    worked = []
    for _ in range(25):
        stage.clock.passes(minutes=30)
        worked.append(is_in(visitor))

    assert [True] * 23 + [False] * 2 == worked


def test_an_account_that_is_deactivated_is_signed_out_at_once(stage: ConsoleStage) -> None:
    visitor = stage.visitor()
    sign_in(visitor)
    with writing(stage.engine) as connection:
        deactivate(connection, 1)

    assert not is_in(visitor)
    assert 401 == sign_in(visitor)


def test_the_cookie_is_for_the_staff_pages_over_https_and_not_for_scripts(stage: ConsoleStage) -> None:
    visitor = stage.visitor()
    answer = visitor.post("/staff/sign-in", login="thandi", password=PASSWORD)
    told = {piece.strip().lower() for piece in answer.headers["Set-Cookie"].split(";")[1:]}

    assert {"secure", "httponly", "path=/staff", "samesite=lax"} <= told


def test_a_form_of_another_site_changes_nothing(stage: ConsoleStage) -> None:
    visitor = stage.signed_in(Role.LISTENER)
    answer = visitor.post_without_token("/staff/sign-out")

    assert 400 == answer.status_code
    assert is_in(visitor)


def test_nobody_stays_signed_in_as_who_they_were_before(stage: ConsoleStage) -> None:
    visitor = stage.visitor()
    visitor.get("/staff/sign-in")
    before = visitor.client.get_cookie("helpline_staff", "helpline.example", "/staff")
    sign_in(visitor)
    after = visitor.client.get_cookie("helpline_staff", "helpline.example", "/staff")

    assert before is not None
    assert after is not None
    assert before.value != after.value

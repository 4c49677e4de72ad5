from pathlib import Path

import pytest

from ivr.console import headers
from ivr.console.rules import ANYBODY, LISTENERS, RECORDERS, SIGNED_IN
from ivr.storage.accounts import Role
from tests.console.staging import ConsoleStage, console_stage


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path, audio, database)


def test_who_is_not_signed_in_is_led_to_sign_in_and_back(stage: ConsoleStage) -> None:
    answer = stage.visitor().get("/staff/", page="2")

    assert (303, "/staff/sign-in?next=/staff/?page%3D2") == (answer.status_code, answer.headers["Location"])


def test_who_sends_a_form_after_the_session_has_ended_is_told_that_it_was_not_taken(
    stage: ConsoleStage,
) -> None:
    visitor = stage.visitor()

    answer = visitor.post("/staff/account/sign-out-everywhere")

    assert 303 == answer.status_code
    assert "what you sent was not taken" in visitor.get(answer.headers["Location"]).text


def test_the_menu_marks_the_page_and_no_other(stage: ConsoleStage) -> None:
    visitor = stage.signed_in(Role.ADMINISTRATOR)

    assert (1, 0) == tuple(
        visitor.get(path).text.count("aria-current") for path in ("/staff/", "/staff/account")
    )


def test_an_address_that_is_no_page_says_so(stage: ConsoleStage) -> None:
    answer = stage.signed_in().get("/staff/nothing/here")

    assert (404, True) == (answer.status_code, "There is no such page" in answer.text)


def test_a_form_without_its_token_changes_nothing(stage: ConsoleStage) -> None:
    visitor = stage.signed_in()

    answer = visitor.post_without_token("/staff/sign-out")

    assert (400, 200) == (answer.status_code, visitor.get("/staff/").status_code)


def test_a_form_that_is_too_large_is_refused(stage: ConsoleStage) -> None:
    answer = stage.signed_in().post("/staff/sign-out", text="x" * 70_000)

    assert 413 == answer.status_code


def test_a_route_that_has_no_rule_is_shut(stage: ConsoleStage) -> None:
    stage.app._got_first_request = False
    stage.app.add_url_rule("/staff/stray", "staff.stray", lambda: "open", methods=["GET"])

    answer = stage.signed_in(Role.ADMINISTRATOR).get("/staff/stray")

    assert 403 == answer.status_code


def test_nothing_from_elsewhere_may_run_in_a_page(stage: ConsoleStage) -> None:
    policy = stage.visitor().get("/staff/sign-in").headers["Content-Security-Policy"]

    assert (headers.POLICY, False) == (policy, "unsafe" in policy or "http" in policy)


def test_no_page_is_kept_by_a_browser(stage: ConsoleStage) -> None:
    assert "no-store" == stage.signed_in().get("/staff/").headers["Cache-Control"]


def test_a_page_while_storage_is_away_says_that_calls_go_on(stage: ConsoleStage) -> None:
    visitor = stage.signed_in(Role.LISTENER)
    stage.engine.dispose()
    database = Path(str(stage.engine.url.database))
    database.rename(database.with_suffix(".away"))

    answer = visitor.get("/staff/")

    assert (503, True) == (answer.status_code, "Calls go on" in answer.text)


@pytest.mark.parametrize(
    ("rule", "role", "may"),
    [
        (LISTENERS, Role.LISTENER, True),
        (LISTENERS, Role.RECORDER, False),
        (LISTENERS | RECORDERS, Role.RECORDER, True),
        (LISTENERS, Role.ADMINISTRATOR, True),
        (SIGNED_IN, Role.ROTA_KEEPER, True),
    ],
)
def test_a_rule_admits_its_roles_and_administrators(
    stage: ConsoleStage, rule: object, role: Role, may: bool
) -> None:
    assert may is rule.allows(stage.account(role))  # type: ignore[attr-defined]


def test_nobody_is_admitted_but_where_anybody_is() -> None:
    assert (True, False) == (ANYBODY.allows(None), SIGNED_IN.allows(None))


def test_styles_and_scripts_are_asked_for_anew_and_sent_only_if_they_have_changed(
    stage: ConsoleStage,
) -> None:
    client = stage.app.test_client()
    with client.get("/staff/static/session.js") as first:
        tag = first.headers["ETag"]
    with client.get("/staff/static/session.js", headers={"If-None-Match": tag}) as again:
        assert (304, b"") == (again.status_code, again.data)

    assert "no-cache" in first.headers["Cache-Control"]
    assert "max-age" not in first.headers["Cache-Control"]

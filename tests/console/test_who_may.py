"""Every route of the staff's pages, asked for by nobody and by every role, from the list of routes itself."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from ivr.storage.accounts import Role
from tests.console.staging import ConsoleStage, Visitor, console_stage
from tests.console.who_may import ANYBODY, WHO_MAY

METHODS = ("GET", "POST")
VALUES = {
    "language": "en",
    "prompt": "welcome",
    "filename": "console.css",
    "rest": "no/such/page",
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, audio: Path, database: Path) -> ConsoleStage:
    return console_stage(tmp_path_factory.mktemp("staff"), audio, database)


def routes(stage: ConsoleStage) -> Iterator[tuple[str, Rule]]:
    """Every method and rule under /staff, whoever has added it."""
    for rule in stage.app.url_map.iter_rules():
        if rule.rule == "/staff" or rule.rule.startswith("/staff/"):
            yield from ((method, rule) for method in METHODS if method in (rule.methods or ()))


def row(method: str, rule: Rule) -> str | None:
    """The row of the table that is for it."""
    path = re.sub(r"<[^>]+>", "_", rule.rule.removeprefix("/staff"))
    return next((each for each in (f"{method} {path}", path) if each in WHO_MAY), None)


def ask(visitor: Visitor, method: str, rule: Rule) -> TestResponse:
    """The answer to a link, or to a form without its token, which changes nothing."""
    path = re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda found: VALUES.get(found[1], "7"), rule.rule)
    answer = visitor.get(path) if method == "GET" else visitor.post_without_token(path)
    answer.close()
    return answer


def shut(answer: TestResponse) -> bool:
    to_sign_in = answer.status_code == 303 and answer.headers["Location"].startswith("/staff/sign-in")
    return answer.status_code == 403 or to_sign_in


def test_every_route_has_a_row_and_every_row_a_route(stage: ConsoleStage) -> None:
    found = {f"{method} {rule.rule}": row(method, rule) for method, rule in routes(stage)}

    assert [] == [each for each, its in found.items() if its is None], "write who may into who_may.py"
    assert set() == set(WHO_MAY) - set(found.values())


def test_nobody_gets_anywhere_without_signing_in(stage: ConsoleStage) -> None:
    nobody = stage.visitor()
    rows = [(method, rule, row(method, rule)) for method, rule in routes(stage)]
    wrong = [
        f"{method} {rule.rule}"
        for method, rule, its in rows
        if its and WHO_MAY[its] != ANYBODY and not shut(ask(nobody, method, rule))
    ]

    assert [] == wrong


@pytest.mark.parametrize("role", [None, *Role])
def test_a_role_may_what_its_rows_say_and_nothing_else(stage: ConsoleStage, role: Role | None) -> None:
    visitor = stage.signed_in(*[role] if role else [], name=f"Some {role.value if role else 'body'}")
    wrong = []
    for method, rule in routes(stage):
        its = row(method, rule)
        answer = ask(visitor, method, rule)
        may = its is not None and (WHO_MAY[its] == ANYBODY or role in WHO_MAY[its])
        if may != (answer.status_code != 403) or answer.status_code >= 500:
            wrong.append(f"{method} {rule.rule}: {answer.status_code}")

    assert [] == wrong


def test_no_form_is_taken_without_its_token(stage: ConsoleStage) -> None:
    boss = stage.signed_in(Role.ADMINISTRATOR, name="Token")
    told = {f"{rule.rule}": ask(boss, m, rule).status_code for m, rule in routes(stage) if m == "POST"}

    assert {} == {path: status for path, status in told.items() if status != 400}

"""The roster's pages on a stage: what keepers post, and what stands in storage after it."""

import re
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

from werkzeug.test import TestResponse

from ivr.duty.roster import make_roster
from ivr.storage.accounts import Role
from ivr.storage.audit import Wanted, entries
from ivr.storage.counsellors import list_counsellors
from ivr.storage.duty_changes import list_changes
from ivr.storage.engine import reading
from ivr.storage.shifts import list_shifts
from tests.app.people import SIPHO, THANDI
from tests.console.staging import ConsoleStage, Visitor, console_stage

HOUR = timedelta(hours=1)
LINK = re.compile(r'href="/staff/roster/shift\?([^"]+)"')
HIDDEN = re.compile(r'name="(uid|at|version)" value="([^"]*)"')
WEEKLY = {"repeat": "weekly", "days": ["0"], "every": "1"}


def roster_stage(folder: Path, audio: Path, database: Path) -> ConsoleStage:
    """Thandi and Sipho are on duty from two in the morning of Monday, 5 January, for a day; it is 14:00."""
    return console_stage(folder, audio, database, people=(THANDI, SIPHO))


def keeper_of(stage: ConsoleStage) -> Visitor:
    """Rosa, who keeps the roster."""
    return stage.signed_in(Role.ROTA_KEEPER, name="Rosa")


def key(stage: ConsoleStage, name: str) -> str:
    with reading(stage.engine) as connection:
        return next(each.key for each in list_counsellors(connection) if each.name == name)


def on_duty(stage: ConsoleStage, at: datetime) -> list[str]:
    """Whom a caller would reach at a moment, by what is stored."""
    with reading(stage.engine) as connection:
        stored = list_counsellors(connection), list_shifts(connection), list_changes(connection)
    zone = stage.stage.parts.snapshot.current().roster.zone
    roster = make_roster(stored[0], stored[1], zone, at - 48 * HOUR, at + 48 * HOUR, stored[2])
    return [each.name for each in roster.on_duty(at)]


def add(stage: ConsoleStage, keeper: Visitor, name: str = "Thandi", **fields: object) -> TestResponse:
    values = {
        "person": key(stage, name),
        "date": "2026-01-12",
        "start": "22:00",
        "end": "06:00",
        "repeat": "once",
    }
    return keeper.post("/staff/roster/shift/new", **{**values, **fields})


def first_shift(keeper: Visitor, week: str) -> dict[str, str]:
    """What names the first shift of a week in addresses."""
    found = LINK.search(keeper.get("/staff/roster/week", date=week).text)
    assert found
    return dict(parse_qsl(unescape(found[1])))


def shift(keeper: Visitor, week: str) -> TestResponse:
    """The page of the first shift of a week."""
    return keeper.get("/staff/roster/shift", **first_shift(keeper, week))


def follow(visitor: Visitor, answer: TestResponse) -> str:
    """The page that an answer leads to."""
    return visitor.client.get(answer.headers["Location"], base_url=visitor.public).text


def hidden(page: TestResponse) -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(page.text)}


def noted(stage: ConsoleStage) -> list[tuple[str, str]]:
    with reading(stage.engine) as connection:
        return [(each.by, each.action) for each in entries(connection, Wanted())]

"""What is logged while staff are told of a promise, a conversation or a caller names the call it is about."""

import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, insert

from ivr.content import Content
from ivr.content.service import NotifyTable
from ivr.jobs.watches import Watches
from ivr.logs import call_now
from ivr.storage.engine import writing
from ivr.storage.promises import Message, list_promises, store_message
from ivr.storage.tables_reaching import conversations
from tests.jobs.test_notices import AT, GAP, STAFF, NoNumberError, Office, shipped, with_staff

__all__ = ["shipped"]
CALL = "CA" + "1" * 32


class Calls(logging.Handler):
    """The words of each line and the call it was about."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append((record.getMessage().split(" ")[-1], call_now()))

    def calls(self) -> set[str]:
        return {call for _, call in self.told}


@pytest.fixture
def log() -> Iterator[Calls]:
    ours, found = logging.getLogger("ivr.jobs"), Calls()
    before = ours.level
    ours.setLevel(logging.INFO)
    ours.addHandler(found)
    yield found
    ours.removeHandler(found)
    ours.setLevel(before)


@pytest.fixture
def office(either_engine: Engine, shipped: Content) -> Office:
    return Office(either_engine, with_staff(shipped, NotifyTable(sms=[STAFF])))


def leave(engine: Engine) -> int:
    with writing(engine) as connection:
        store_message(connection, Message(CALL, "RE1", 9, "zu", 1, AT))
        return list_promises(connection)[0].id


def test_a_promise_from_the_watch_to_the_phone_of_staff(office: Office, log: Calls) -> None:
    leave(office.engine)
    Watches(office.engine, NotifyTable, lambda *_: (), lambda: AT).work()
    office.tell()

    assert [("promise-new", CALL), ("sms", CALL)] == log.told


@pytest.mark.parametrize("fails", [OSError("away"), NoNumberError()])
def test_a_message_to_staff_that_fails(office: Office, log: Calls, fails: Exception) -> None:
    office.notify("promise-overdue", promise=leave(office.engine))
    office.provider.fails = fails
    office.tell()

    assert {CALL} == log.calls()


def test_a_notice_that_nobody_is_to_be_told(either_engine: Engine, shipped: Content, log: Calls) -> None:
    office = Office(either_engine, with_staff(shipped, NotifyTable()))
    office.notify("nobody-reachable", key=CALL, language="en")
    office.tell()
    office.tell(days=2)

    assert {CALL} == log.calls()


def test_a_conversation(office: Office, log: Calls) -> None:
    said = {"caller": "", "person": "12345678", "language": "zu", "outcome": "", "answer": ""}
    with writing(office.engine) as connection:
        row = {**said, "id": 7, "call": CALL, "leg_id": 1, "started": AT, "dropped": False}
        connection.execute(insert(conversations).values(**row))
    office.notify("conversation-urgent", conversation="7", person="12345678", language="zu")
    office.tell()

    assert {CALL} == log.calls()


def test_what_is_about_no_call_names_none(office: Office, log: Calls) -> None:
    office.notify("gap-ahead", **GAP)
    office.notify("conversation-urgent", conversation="99", person="12345678", language="zu")
    office.tell()

    assert {""} == log.calls()

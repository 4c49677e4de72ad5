"""`ivr caller forget` removes what leads to a number, and leaves everybody else's."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select

from ivr import clock
from ivr.cli import main
from ivr.journal.promise_files import waiting_in
from ivr.journal.promises import PromiseJournal
from ivr.journal.sealing import Sealing
from ivr.privacy import hashed
from ivr.storage.audit import Wanted, entries
from ivr.storage.blocks import block, list_blocks
from ivr.storage.callbacks import CallBack, store_callback
from ivr.storage.engine import engine_for, migrate, reading, writing
from ivr.storage.promise_states import keep
from ivr.storage.promises import Message, fetched, list_promises, recordings_to_delete, store_message
from ivr.storage.tables_reaching import conversations
from ivr.storage.tallies import count, counted
from tests.cli.test_promises import AT, NOBODY
from tests.telephony.twilio.records_kept import HELPLINE, Provider, Record, a_provider

__all__ = ["a_provider"]

NUMBER, OTHER = "+27821112233", "+27821112244"
KEYS = (b"NEW", b"OLD")
HERS, HIS, AGAIN = ("RE" + each * 32 for each in "123")
DAY = timedelta(days=1)


def call(number: int) -> str:
    return f"CA{number:032}"


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "NEW|OLD")
    monkeypatch.setenv("HELPLINE_NUMBER", "+27105550100")
    found = engine_for(f"sqlite:///{tmp_path}/helpline.db")
    migrate(found)
    return found


def forget(number: str = NUMBER) -> int:
    with pytest.raises(SystemExit) as end:
        main(("caller", "forget", number))
    return int(end.value.code or 0)


def talked(engine: Engine, id_: str, caller: str) -> None:
    who = {"call": id_, "leg_id": int(id_[2:]), "caller": caller, "person": "k1", "language": "en"}
    how = {"started": AT, "dropped": False, "outcome": "", "answer": ""}
    with writing(engine) as connection:
        connection.execute(insert(conversations).values(**who, **how))


def left(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [each.call for each in list_promises(connection)]


def test_messages_go_from_storage_and_disk_and_are_to_be_deleted_at_the_provider(
    engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "messages").mkdir()
    with writing(engine) as connection:
        for n, (recording, number) in enumerate(((HERS, NUMBER), (HIS, OTHER))):
            told = (call(n), recording, 9, "en", 1, AT, hashed(KEYS[n], number))
            store_message(connection, Message(*told[:5], told[5], told[6]))
            fetched(connection, recording, f"{recording}.wav", AT)
            (tmp_path / "messages" / f"{recording}.wav").write_bytes(b"RIFF")
            keep(connection, n + 1, AT)
    code = forget()
    with reading(engine) as connection:
        due = {each.id for each in recordings_to_delete(connection, AT + 9999 * DAY)}

    assert (0, [call(1)]) == (code, left(engine))
    assert [f"{HIS}.wav"] == [each.name for each in (tmp_path / "messages").iterdir()]
    assert HERS in due


def test_a_call_back_that_is_still_open_is_found_by_its_sealed_number_whatever_the_key(
    engine: Engine,
) -> None:
    with writing(engine) as connection:
        for n, (key, number) in enumerate(((b"NEW", NUMBER), (b"OLD", NUMBER), (b"NEW", OTHER))):
            sealed = Sealing(key).seal(number)
            store_callback(connection, CallBack(call(n), sealed, number[-3:], "en", "any", 1, AT))
    forget()

    assert [call(2)] == left(engine)


def test_what_was_left_on_a_call_of_theirs_goes_although_the_number_was_not_kept_with_it(
    engine: Engine,
) -> None:
    talked(engine, call(1), hashed(b"OLD", NUMBER))
    with writing(engine) as connection:
        for n, suffix in ((1, ""), (1, ".2"), (2, "")):
            store_message(connection, Message(call(n) + suffix, f"RE{n}{len(suffix):031}", 9, "en", 1, AT))
    forget()

    assert [call(2)] == left(engine)


def test_blocks_counts_and_links_to_conversations_go_and_conversations_stay(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    talked(engine, call(1), hashed(b"NEW", NUMBER))
    talked(engine, call(2), hashed(b"NEW", OTHER))
    with writing(engine) as connection:
        for key in KEYS:
            block(connection, hashed(key, NUMBER), "rude", AT + 9999 * DAY, AT)
        count(connection, f"callback:{hashed(b'NEW', NUMBER)}", "today", AT + DAY, 3)
    forget("082 111 2233")
    with reading(engine) as connection:
        blocked = list_blocks(connection, AT)
        counts = counted(connection, f"callback:{hashed(b'NEW', NUMBER)}", "today")
        callers = list(connection.scalars(select(conversations.c.caller).order_by(conversations.c.id)))

    assert ((), 0, ["", hashed(b"NEW", OTHER)]) == (blocked, counts, callers)
    assert (
        "1 links to conversations, 0 links to times of waiting, 2 blocks, 1 counts" in capsys.readouterr().out
    )


def test_promises_that_wait_on_disk_go_too(engine: Engine, tmp_path: Path) -> None:
    journal = PromiseJournal(engine_for(NOBODY), tmp_path / "journal", Sealing(b"OLD"))
    journal.keep_message(call(1), HERS, 9, "en", 1, AT, caller=hashed(b"OLD", NUMBER))
    journal.keep_callback(call(2), NUMBER, "en", "any", 1, AT)
    journal.keep_callback(call(3), OTHER, "en", "any", 1, AT)
    forget()

    assert [call(3)] == [each.call for each in waiting_in(tmp_path / "journal")]


def test_what_waits_on_another_machine_s_disk_is_dropped_when_that_brings_it_in(
    engine: Engine, tmp_path: Path
) -> None:
    there, before = tmp_path / "there", clock.now() - timedelta(minutes=1)
    away = PromiseJournal(engine_for(NOBODY), there, Sealing(b"OLD"))
    hers = hashed(b"OLD", NUMBER)
    away.keep_message(call(1), HERS, 9, "en", 1, before, caller=hers)
    away.keep_callback(call(2), NUMBER, "en", "any", 1, before, caller=hashed(b"OLD", OTHER), rung=hers)
    away.keep_missed_call(call(3), NUMBER, "en", hers, before, per_day=1, per_hour=9)
    away.keep_message(call(4), HIS, 9, "en", 1, before, caller=hashed(b"OLD", OTHER))
    code = forget()
    away.keep_message(call(5), AGAIN, 9, "en", 1, clock.now() + timedelta(seconds=1), caller=hers)
    back = PromiseJournal(engine, there, Sealing(b"OLD"))
    waiting = back.drain()
    with reading(engine) as connection:
        due = {each.id for each in recordings_to_delete(connection, clock.now())}

    # Nothing was known of them here; what the other machine has is not known to this one.
    assert (1, 0, []) == (code, waiting, list(there.iterdir()))
    assert [call(4), call(5)] == left(engine)
    assert {HERS} == due


def test_it_stands_in_the_audit_log_without_the_number(engine: Engine) -> None:
    talked(engine, call(1), hashed(b"NEW", NUMBER))
    forget()
    with reading(engine) as connection:
        [done] = entries(connection, Wanted())

    assert "caller forgotten" == done.action
    assert "1112233" not in done.about


@pytest.mark.parametrize(
    ("number", "told"), [(OTHER, "Nothing was known"), ("+86282452253", "Many callers share")]
)
def test_a_number_of_which_nothing_is_known_is_said_so(
    engine: Engine, number: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    talked(engine, call(1), hashed(b"NEW", NUMBER))

    assert 1 == forget(number)
    assert told in capsys.readouterr().err


def test_the_provider_deletes_its_records_of_the_number_s_calls_and_texts(
    engine: Engine, provider: Provider, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    account = {"ACCOUNT_SID": "AC" + "1" * 32, "AUTH_TOKEN": "secret", "API_URL": provider.url}
    for name, value in account.items():
        monkeypatch.setenv(f"TWILIO_{name}", value)
    theirs = Record("calls", OTHER, HELPLINE)
    provider.keeps(Record("calls", NUMBER, HELPLINE), Record("messages", HELPLINE, NUMBER), theirs)

    assert 0 == forget()
    assert "Removed at the provider: 2 records of calls and texts" in capsys.readouterr().out
    assert [theirs] == provider.left()

"""`ivr notices` shows what was told and what could not be, with no whole number."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from ivr.storage.engine import engine_for, prepare, writing
from ivr.storage.notices import (
    EMAIL,
    SMS,
    Recipient,
    address,
    delivered,
    due_deliveries,
    keep_notice,
    not_delivered,
    unaddressed,
)

AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
STAFF = Recipient("gap-ahead", SMS, "+27820000009", "en")
OFFICE = Recipient("gap-ahead", EMAIL, "office@helpline.example", "en")


def told(folder: Path) -> None:
    engine = engine_for(f"sqlite:///{folder}/helpline.db")
    prepare(engine)
    with writing(engine) as connection:
        keep_notice(connection, "gap-ahead", "k", {"start": "2026-11-23T08:00:00+02:00"})
        [notice] = unaddressed(connection)
        address(connection, notice.id, (STAFF, OFFICE), AT)
        sms, mail = due_deliveries(connection, AT)
        not_delivered(connection, sms.id, None, "NotTextableError")
        delivered(connection, mail.id, AT)
        keep_notice(connection, "promise-new", "7", {"promise": 7})
    engine.dispose()


def notices(folder: Path, *options: str) -> str:
    environ = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": "", "TWILIO_ACCOUNT_SID": ""}
    command = [sys.executable, "-m", "ivr", "notices", *options]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=30, check=False)
    assert (0, "") == (ended.returncode, ended.stderr)
    return ended.stdout


def test_what_was_told_and_what_was_not_is_listed(tmp_path: Path) -> None:
    told(tmp_path)
    rows = json.loads(notices(tmp_path, "--json"))
    failed = notices(tmp_path, "--undelivered", "--state", "given-up")

    assert [
        ("promise-new", None, "waiting"),
        ("gap-ahead", "…009", "given-up"),
        ("gap-ahead", "office@helpline.example", "sent"),
    ] == [(each["kind"], each["to"], each["state"]) for each in rows]
    assert ["gap-ahead", "…009", "NotTextableError"] == [
        failed.splitlines()[1].split()[at] for at in (0, 6, 9)
    ]


def test_with_nothing_told_it_says_so(tmp_path: Path) -> None:
    assert "Nothing was told.\n" == notices(tmp_path)

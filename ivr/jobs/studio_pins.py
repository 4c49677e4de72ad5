"""Staff numbers and PINs on the recording line: counted first, looked at outside of any transaction."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from ivr.flow.studio_line_deeds import CheckPin
from ivr.flow.studio_line_state import PinOutcome, PinTried
from ivr.jobs.studio_once import once
from ivr.storage.accounts import Account
from ivr.storage.accounts_keys import Try, matches
from ivr.storage.accounts_phones import pin_was_right_from, try_pin_from
from ivr.storage.audit import note
from ivr.storage.engine import writing

PHONE = "phone"
MayRecord = Callable[[Account | None], bool]


def tried(
    engine: Engine, id_: str, deed: CheckPin, at: datetime, caller: str, may_record: MayRecord
) -> PinTried:
    """What came of the two, or of those that came first with that id, which count once.

    `caller` stands for the number of the phone, "" if that is withheld.
    """
    told = once(engine, id_, at, lambda: _judged(engine, deed, at, caller, may_record))
    outcome, account, language = told.split(" ")
    return PinTried(at, PinOutcome(outcome), int(account), language)


def _judged(engine: Engine, deed: CheckPin, at: datetime, caller: str, may_record: MayRecord) -> str:
    with writing(engine) as connection:
        attempt = try_pin_from(connection, deed.number, caller, at)
    account = attempt.account
    if not matches(attempt, deed.pin) or account is None:
        _refused(engine, attempt, "locked" if attempt.locked_until else "wrong PIN", at)
        return f"{PinOutcome.WRONG.value} 0 "
    allowed = may_record(account)
    if not allowed:
        _refused(engine, attempt, "may not record", at)
    with writing(engine) as connection:
        pin_was_right_from(connection, deed.number, caller, at)
        if not allowed:
            return f"{PinOutcome.NO_ROLE.value} 0 "
        note(connection, at, account.name, "signed in", "the recording line", PHONE)
    return f"{PinOutcome.RIGHT.value} {account.id} {account.language}"


def _refused(engine: Engine, attempt: Try, why: str, at: datetime) -> None:
    name = attempt.account.name if attempt.account else "an unknown staff number"
    with writing(engine) as connection:
        note(connection, at, "somebody", "sign-in refused", f"{name}: {why}", PHONE)

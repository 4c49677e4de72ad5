"""Accounts as they are stored: on both databases, with several processes at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import pytest
from sqlalchemy import Connection, Engine, select

from ivr.storage import audit
from ivr.storage.accounts import Account, AccountError, Role, account_by_id, list_accounts
from ivr.storage.accounts_attempts import begin_attempt, take_back, was_right
from ivr.storage.accounts_changes import add_account, deactivate, end_sessions, set_roles
from ivr.storage.accounts_codes import (
    recovery_codes_left,
    set_totp,
    use_recovery_code,
    use_step,
)
from ivr.storage.accounts_hashes import hashed_secret
from ivr.storage.accounts_keys import matches, pin_was_right, set_password, set_pin, try_pin
from ivr.storage.accounts_sessions import begin_session, end_session, session_account, sessions_of
from ivr.storage.engine import reading, writing
from ivr.storage.invitations import invite, invite_first, use_invitation
from ivr.storage.tables_accounts import accounts, invitations

T = TypeVar("T")
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
PIN = "804713"


def make(engine: Engine, name: str, *roles: Role, password: bool = True) -> Account:
    with writing(engine) as connection:
        account = add_account(connection, name, name.lower(), roles, "en", AT)
        if password:
            set_password(connection, account.id, "a hash")
    return account


def within(engine: Engine, do: Callable[[Connection], T]) -> T:
    with writing(engine) as connection:
        return do(connection)


def at_once(engine: Engine, many: int, do: Callable[[Connection], T]) -> list[T]:
    """What each of that many processes gets."""
    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(lambda _: within(engine, do), range(many)))


def overlapping(
    engine: Engine, first: Callable[[Connection], T], second: Callable[[Connection], T]
) -> tuple[T, T]:
    """What both get, when the second begins while the first is done but not committed."""
    with ThreadPoolExecutor(1) as pool:
        with writing(engine) as connection:
            told = first(connection)
            other = pool.submit(within, engine, second)
            wait([other], timeout=0.3)
        return told, other.result()


def tried(engine: Engine, number: str, pin: str, at: datetime = AT) -> str:
    with writing(engine) as connection:
        attempt = try_pin(connection, number, at)
    if not matches(attempt, pin):
        return "locked" if attempt.locked_until else "wrong"
    within(engine, lambda connection: pin_was_right(connection, number))
    return "right"


@pytest.fixture
def thandi(engine: Engine) -> Account:
    account = make(engine, "Thandi", Role.RECORDER)
    within(engine, lambda connection: set_pin(connection, account.id, hashed_secret(PIN)))
    return account


def test_everybody_has_a_staff_number_of_their_own(engine: Engine) -> None:
    numbers = {make(engine, f"Staff {nth}".replace(" ", "")).number for nth in range(30)}

    assert 30 == len(numbers)
    assert all(number.isdigit() and len(number) == 4 for number in numbers)


def test_after_three_wrong_pins_none_counts_for_one_five_fifteen_sixty_minutes(
    engine: Engine, thandi: Account
) -> None:
    at, locks = AT, []
    for minutes in (1, 5, 15, 60, 60):
        assert ["wrong"] * 3 == [tried(engine, thandi.number, "000000", at) for _ in range(3)]
        end = at + timedelta(minutes=minutes)
        locks.append(tried(engine, thandi.number, PIN, end - timedelta(seconds=1)))
        at = end

    assert ["locked"] * 5 == locks
    assert "right" == tried(engine, thandi.number, PIN, at)


def test_a_right_pin_begins_the_row_and_the_locks_anew(engine: Engine, thandi: Account) -> None:
    for _ in range(3):
        tried(engine, thandi.number, "000000")
    later = AT + timedelta(minutes=1)
    assert "right" == tried(engine, thandi.number, PIN, later)
    for _ in range(3):
        tried(engine, thandi.number, "000000", later)

    assert "right" == tried(engine, thandi.number, PIN, later + timedelta(minutes=1))


def test_a_number_that_nobody_has_is_locked_like_any_other(engine: Engine, thandi: Account) -> None:
    unknown = "1" + thandi.number[1:] + "77"

    assert ["wrong"] * 3 + ["locked"] == [tried(engine, unknown, PIN) for _ in range(4)]


def test_a_pin_of_somebody_who_may_not_sign_in_does_not_count(engine: Engine, thandi: Account) -> None:
    within(engine, lambda connection: deactivate(connection, thandi.id))

    assert "wrong" == tried(engine, thandi.number, PIN)


def test_eight_phones_at_once_have_three_attempts_between_them(engine: Engine, thandi: Account) -> None:
    found = at_once(engine, 8, lambda connection: try_pin(connection, thandi.number, AT).locked_until)

    assert (3, 5) == (found.count(None), sum(each is not None for each in found))


def test_attempts_are_forgotten_after_a_day(engine: Engine) -> None:
    def lock(at: datetime) -> datetime | None:
        for _ in range(2):
            within(engine, lambda connection: begin_attempt(connection, "x", at, 2))
        return within(engine, lambda connection: begin_attempt(connection, "x", at, 2))

    assert AT + timedelta(minutes=1) == lock(AT)
    hours = AT + timedelta(hours=23)
    assert hours + timedelta(minutes=5) == lock(hours)
    days = hours + timedelta(days=1)
    assert days + timedelta(minutes=1) == lock(days)


def test_a_right_attempt_takes_back_only_itself(engine: Engine) -> None:
    def begin() -> datetime | None:
        return within(engine, lambda connection: begin_attempt(connection, "x", AT, 3))

    begin()
    begin()
    within(engine, lambda connection: take_back(connection, "x"))

    assert [None, None, AT + timedelta(minutes=1)] == [begin(), begin(), begin()]
    within(engine, lambda connection: was_right(connection, "x"))
    assert begin() is None


def test_a_right_attempt_that_was_the_last_leaves_no_lock(engine: Engine) -> None:
    def begin(at: datetime) -> datetime | None:
        return within(engine, lambda connection: begin_attempt(connection, "x", at, 2))

    begin(AT)
    begin(AT)
    within(engine, lambda connection: take_back(connection, "x"))

    assert begin(AT) is None
    assert AT + timedelta(minutes=1) == begin(AT)


def test_of_two_who_use_a_link_at_once_one_gets_it(engine: Engine) -> None:
    account = make(engine, "Thandi")
    token = within(engine, lambda connection: invite(connection, account.id, "", AT))
    first, second = overlapping(engine, *[lambda connection: use_invitation(connection, token, AT)] * 2)

    assert first is not None
    assert second is None


def test_a_link_is_stored_as_a_hash_alone(engine: Engine) -> None:
    token = within(engine, lambda connection: invite_first(connection, AT))
    with reading(engine) as connection:
        kept = connection.scalars(select(invitations.c.hash)).one()

    assert token
    assert token not in kept
    assert 64 == len(kept)


def test_of_two_last_administrators_who_resign_at_once_one_stays(engine: Engine) -> None:
    thandi, sipho = (make(engine, name, Role.ADMINISTRATOR) for name in ("Thandi", "Sipho"))

    def resign(account: Account, connection: Connection) -> bool:
        try:
            set_roles(connection, account.id, ())
        except AccountError:
            return False
        return True

    assert (True, False) == overlapping(engine, partial(resign, thandi), partial(resign, sipho))


def test_an_administrator_who_never_set_a_password_is_not_one_to_rely_on(engine: Engine) -> None:
    thandi = make(engine, "Thandi", Role.ADMINISTRATOR)
    make(engine, "Sipho", Role.ADMINISTRATOR, password=False)

    with pytest.raises(AccountError, match="last active administrator"):
        within(engine, lambda connection: deactivate(connection, thandi.id))


def test_a_session_counts_until_it_is_ended_or_twelve_hours_old(engine: Engine, thandi: Account) -> None:
    def holder(token: str, at: datetime) -> Account | None:
        with reading(engine) as connection:
            return session_account(connection, thandi.id, thandi.epoch, token, at)

    for token in ("a", "b"):
        within(engine, partial(begin_session, account_id=thandi.id, token=token, at=AT))
    last = AT + timedelta(hours=12)

    assert thandi.id == getattr(holder("a", last - timedelta(seconds=1)), "id", None)
    assert holder("a", last) is None
    within(engine, lambda connection: end_session(connection, "a"))
    assert holder("a", AT) is None
    assert holder("b", AT) is not None
    with reading(engine) as connection:
        assert (AT,) == sessions_of(connection, thandi.id, AT)
    within(engine, lambda connection: end_sessions(connection, thandi.id))
    assert holder("b", AT) is None


def test_a_session_of_an_older_epoch_does_not_count(engine: Engine, thandi: Account) -> None:
    within(engine, lambda connection: end_sessions(connection, thandi.id))
    within(engine, lambda connection: begin_session(connection, thandi.id, "a", AT))
    with reading(engine) as connection:
        assert session_account(connection, thandi.id, thandi.epoch, "a", AT) is None
        assert session_account(connection, thandi.id, thandi.epoch + 1, "a", AT) is not None


def test_a_code_and_a_recovery_code_count_once_however_many_try_at_once(
    engine: Engine, thandi: Account
) -> None:
    within(engine, lambda connection: set_totp(connection, thandi.id, "sealed", ("AAAAA-BBBBB", "C"), 10))
    steps = at_once(engine, 4, lambda connection: use_step(connection, thandi.id, 11))
    codes = at_once(engine, 4, lambda connection: use_recovery_code(connection, thandi.id, "AAAAA-BBBBB"))
    with reading(engine) as connection:
        left = recovery_codes_left(connection, thandi.id)

    assert (1, 1, 1) == (steps.count(True), codes.count(True), left)
    assert not within(engine, lambda connection: use_step(connection, thandi.id, 10))


def test_what_is_stored_of_an_account_is_no_password_and_no_pin(engine: Engine, thandi: Account) -> None:
    with reading(engine) as connection:
        row = connection.execute(select(accounts).where(accounts.c.id == thandi.id)).one()

    assert row.pin.startswith("$argon2id$")
    assert PIN not in str(row)


def test_those_who_may_not_sign_in_are_listed_last(engine: Engine) -> None:
    gone = make(engine, "Anna")
    make(engine, "zola")
    make(engine, "Bongi")
    within(engine, lambda connection: deactivate(connection, gone.id))
    with reading(engine) as connection:
        names = [each.name for each in list_accounts(connection)]
        found = account_by_id(connection, gone.id)

    assert ["Bongi", "zola", "Anna"] == names
    assert found
    assert not found.active


def test_a_change_that_fails_leaves_no_word_in_the_log(engine: Engine) -> None:
    def fails(connection: Connection) -> None:
        audit.note(connection, AT, "Thandi", "take accepted", "en welcome, take 1")
        raise AccountError("no")

    with pytest.raises(AccountError):
        within(engine, fails)
    with reading(engine) as connection:
        assert () == audit.entries(connection, audit.Wanted())


def test_the_log_is_read_to_its_end_piece_by_piece(engine: Engine) -> None:
    def fill(connection: Connection) -> None:
        for nth in range(1203):
            audit.note(connection, AT, "Thandi", "take accepted", f"{nth}", "phone")

    within(engine, fill)
    with reading(engine) as connection:
        found = [each.about for each in audit.every_entry(connection, audit.Wanted(way="phone"))]

    assert [str(nth) for nth in reversed(range(1203))] == found

"""Of who was removed no secret stays, and in time no name; what staff said for a while goes too."""

from datetime import timedelta

from sqlalchemy import Connection, Engine, insert, select, update

from ivr.duty.changes import Kind
from ivr.storage.accounts import Account, list_accounts
from ivr.storage.accounts_changes import activate, add_account, deactivate
from ivr.storage.accounts_codes import set_totp
from ivr.storage.accounts_keys import set_password, set_pin
from ivr.storage.announcements import add_announcement, withdraw_announcement
from ivr.storage.audit import note
from ivr.storage.duty_changes import close, list_changes, set_duty
from ivr.storage.engine import writing
from ivr.storage.holds import extend
from ivr.storage.tables import counsellors
from ivr.storage.tables_accounts import accounts, audit, recovery_codes
from ivr.storage.tables_announcements import announcement_texts, announcements
from ivr.storage.tables_reaching import holds
from tests.storage.test_retention import DAY, NOON, SECOND, counted, purge

SECRETS = (accounts.c.password, accounts.c.pin, accounts.c.totp, accounts.c.totp_step)


def sipho(connection: Connection) -> Account:
    """Somebody with every secret there is."""
    account = add_account(connection, "Sipho", "sipho", [], "en", NOON)
    set_password(connection, account.id, "a hash")
    set_pin(connection, account.id, "another")
    set_totp(connection, account.id, "sealed", ["code-1", "code-2"], 7)
    return account


def removed(connection: Connection) -> Account:
    account = deactivate(connection, sipho(connection).id)
    note(connection, NOON, "Naledi", "account deactivated", account.name)
    return account


def secrets(connection: Connection) -> list[object]:
    stored = connection.execute(select(*SECRETS)).one()
    return [*stored, len(connection.execute(select(recovery_codes)).all())]


def thandi(connection: Connection) -> str:
    who = {"key": "k1", "name": "Thandi", "phone": "+27820000001", "languages": "en", "priority": 1}
    connection.execute(insert(counsellors).values(**who))
    return "k1"


def announced(connection: Connection, ends: int) -> int:
    """One that is heard until so many days after noon."""
    return add_announcement(
        connection, "Closed", NOON - DAY, NOON + ends * DAY, {"en": "Closed."}, "Naledi", NOON
    )


def test_an_account_that_is_removed_keeps_no_secret(engine: Engine) -> None:
    with writing(engine) as connection:
        removed(connection)

        assert ["", "", "", 0, 0] == secrets(connection)


def test_who_is_let_in_again_has_no_password_until_they_set_one(engine: Engine) -> None:
    with writing(engine) as connection:
        again = activate(connection, removed(connection).id)

    assert (True, False, False, False) == (again.active, again.has_password, again.has_pin, again.has_totp)


def test_secrets_of_accounts_that_were_removed_before_go_the_next_day(engine: Engine) -> None:
    with writing(engine) as connection:
        sipho(connection)
        connection.execute(update(accounts).values(active=False))
        told = counted(connection, NOON)

        assert ({"secrets of accounts": 1}, {"secrets of accounts": 1}) == (told, purge(connection, NOON))
        assert ["", "", "", 0, 0] == secrets(connection)
        assert {} == purge(connection, NOON)


def test_a_removed_account_goes_with_the_last_that_the_log_says_of_it(engine: Engine) -> None:
    last = NOON + 1826 * DAY
    with writing(engine) as connection:
        removed(connection)
        early = purge(connection, last)
        told = counted(connection, last + SECOND)
        late = purge(connection, last + SECOND)

        assert ({}, {"audit log": 1, "accounts": 1}) == (early, late)
        assert told == late
        assert () == list_accounts(connection)


def test_what_somebody_did_holds_their_account_as_long_as_the_log_tells_it(engine: Engine) -> None:
    with writing(engine) as connection:
        removed(connection)
        note(connection, NOON + DAY, "Sipho", "signed in", "")

        assert {"audit log": 1} == purge(connection, NOON + 1826 * DAY + SECOND)


def test_an_account_that_may_sign_in_stays_however_long_nothing_was_done_with_it(engine: Engine) -> None:
    with writing(engine) as connection:
        sipho(connection)

        assert {} == purge(connection, NOON + 9999 * DAY)


def test_an_announcement_goes_as_long_after_its_end_as_calls_do(engine: Engine) -> None:
    with writing(engine) as connection:
        announced(connection, ends=1)
        newest = announced(connection, ends=1)
        connection.execute(audit.delete())
        early = purge(connection, NOON + 366 * DAY)
        late = purge(connection, NOON + 366 * DAY + SECOND)

        assert ({}, {"announcements": 1}) == (early, late)
        # Its number would be given to another, and with it what is recorded under that number.
        assert [newest] == list(connection.scalars(select(announcements.c.id)))
        assert [newest] == list(connection.scalars(select(announcement_texts.c.announcement_id)))


def test_an_announcement_that_was_withdrawn_is_over_from_then_on(engine: Engine) -> None:
    with writing(engine) as connection:
        gone = announced(connection, ends=9999)
        announced(connection, ends=9999)
        withdraw_announcement(connection, gone, "Naledi", NOON)

        assert {"announcements": 1} == purge(connection, NOON + 365 * DAY + SECOND)


def test_a_hold_goes_a_day_after_it_ended_whether_its_counsellor_is_there_or_not(engine: Engine) -> None:
    with writing(engine) as connection:
        extend(connection, "k9", 1, NOON)
        early = purge(connection, NOON + DAY)
        late = purge(connection, NOON + DAY + SECOND)

        assert ({}, {"holds": 1}) == (early, late)
        assert [] == connection.execute(select(holds)).all()


def test_a_word_without_an_end_goes_when_the_longest_shift_is_over_as_long(engine: Engine) -> None:
    last = NOON + timedelta(days=366 + 90)
    with writing(engine) as connection:
        set_duty(connection, thandi(connection), Kind.OFF, NOON, None, "", NOON)
        early = purge(connection, last)
        late = purge(connection, last + SECOND)

        assert ({}, {"roster changes": 1}) == (early, late)


def test_a_closure_stays_until_somebody_ends_it(engine: Engine) -> None:
    with writing(engine) as connection:
        close(connection, NOON, None, "", NOON)

        assert {} == purge(connection, NOON + 9999 * DAY)
        assert 1 == len(list_changes(connection))

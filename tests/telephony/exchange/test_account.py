import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr.telephony.exchange.account import FILE, AccountError, local_account


def test_an_account_looks_like_one_of_twilio(tmp_path: Path) -> None:
    account = local_account(tmp_path)

    assert account.sid.startswith("AC")
    assert len(account.sid) == 34
    assert len(account.token) == 32


def test_the_account_is_made_once(tmp_path: Path) -> None:
    first = local_account(tmp_path / "new")

    assert first == local_account(tmp_path / "new")


def test_many_at_once_get_the_same_account(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        accounts = set(pool.map(local_account, [tmp_path] * 16))

    assert 1 == len(accounts)
    assert [FILE] == [each.name for each in tmp_path.iterdir()]


def test_only_the_owner_may_read_the_account(tmp_path: Path) -> None:
    local_account(tmp_path)

    assert 0o600 == stat.S_IMODE((tmp_path / FILE).stat().st_mode)


def test_the_secret_is_not_printed_with_the_account(tmp_path: Path) -> None:
    account = local_account(tmp_path)

    assert account.token not in repr(account)


def test_a_broken_account_file_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{")

    with pytest.raises(AccountError, match=r"exchange-account\.json: not an account"):
        local_account(tmp_path)

"""The account of a helpline that has none: made once, kept in DATA_DIR, known to helpline and exchange."""

import json
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

FILE = "exchange-account.json"


@dataclass(frozen=True, slots=True)
class Account:
    """Who may use the exchange's REST side, and the secret that signs every webhook."""

    sid: str
    token: str = field(repr=False)


class AccountError(Exception):
    """The account's file is there and cannot be used; the message says which and what to do."""


def local_account(data_dir: Path, *, looking: bool = False) -> Account:
    """The account in `data_dir`, made now if there is none; two processes at once get the same one.

    For mere `looking` one that is made is not kept.
    """
    path = data_dir / FILE
    if path.exists():
        return _read(path)
    new = Account("AC" + secrets.token_hex(16), secrets.token_hex(16))
    if looking:
        return new
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_first(path, new)
    return _read(path)


def _write_first(path: Path, account: Account) -> None:
    # A link fails when the name is taken, so whoever comes second reads what the first has written whole.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{FILE}.")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"sid": account.sid, "token": account.token}, file)
            file.flush()
            os.fsync(file.fileno())
        _link(Path(name), path)
    finally:
        Path(name).unlink(missing_ok=True)


def _link(new: Path, path: Path) -> None:
    try:
        path.hardlink_to(new)
    except FileExistsError:
        return


def _read(path: Path) -> Account:
    try:
        fields = json.loads(path.read_text("utf-8"))
        return Account(str(fields["sid"]), str(fields["token"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AccountError(f"{path}: not an account ({error}); delete it and a new one is made") from error

"""Where the running exchange is: a file in DATA_DIR that only its owner may read."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

FILE = "exchange.json"


@dataclass(frozen=True, slots=True)
class Address:
    """The exchange's base URL, the token of its phones, its account, and the helpline it belongs to."""

    url: str
    token: str = field(repr=False)
    account_sid: str
    auth_token: str = field(repr=False)
    number: str
    pid: int
    helpline: str = ""


@contextmanager
def published(address: Address, data_dir: Path) -> Iterator[None]:
    """While inside, the file tells where the exchange is; it is written whole and taken away at the end.

    A terminal's call may run an exchange of its own while a server's is starting beside it: of two the later
    is told of, and once it has ended the other again.
    """
    before = read_address(data_dir)
    _write(address, data_dir)
    try:
        yield
    finally:
        if read_address(data_dir) == address:
            if before and _runs(before.pid):
                _write(before, data_dir)
            else:
                (data_dir / FILE).unlink()


def _write(address: Address, data_dir: Path) -> None:
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=data_dir, prefix=f".{FILE}.")  # made with mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(address), file)
    Path(name).replace(data_dir / FILE)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def read_address(data_dir: Path) -> Address | None:
    """What the file says, if there is a whole one; the exchange may be gone all the same."""
    try:
        return Address(**json.loads((data_dir / FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None

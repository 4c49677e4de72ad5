"""Where the running exchange is, when there are two for a while."""

import os
import subprocess
import sys
from pathlib import Path

from ivr.telephony.exchange.address import Address, published, read_address

HERE = os.getpid()


def address(url: str, pid: int = HERE) -> Address:
    return Address(url, "token", "AC1", "secret", "+12025550100", pid)


def a_process_that_has_ended() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_an_exchange_is_told_of_while_it_runs_and_no_longer(tmp_path: Path) -> None:
    with published(address("http://one"), tmp_path):
        during = read_address(tmp_path)

    assert (address("http://one"), None) == (during, read_address(tmp_path))


def test_when_a_second_one_ends_the_first_is_told_of_again(tmp_path: Path) -> None:
    with published(address("http://server"), tmp_path):
        with published(address("http://call"), tmp_path):
            during = read_address(tmp_path)
        after = read_address(tmp_path)

    assert (address("http://call"), address("http://server")) == (during, after)
    assert read_address(tmp_path) is None


def test_one_that_begins_later_is_left_alone_when_the_first_ends(tmp_path: Path) -> None:
    first, second = published(address("http://call"), tmp_path), published(address("http://server"), tmp_path)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)

    assert address("http://server") == read_address(tmp_path)
    second.__exit__(None, None, None)


def test_one_whose_process_has_ended_is_not_told_of_again(tmp_path: Path) -> None:
    lost = published(address("http://lost", a_process_that_has_ended()), tmp_path)
    lost.__enter__()
    with published(address("http://one"), tmp_path):
        pass

    assert read_address(tmp_path) is None

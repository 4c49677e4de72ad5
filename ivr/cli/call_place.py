"""Where a terminal's call goes: the running helpline and its exchange, or both started for this call."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server
from typing import IO

import requests

from ivr.settings import Settings
from ivr.telephony.exchange.address import Address, read_address

START_SECONDS = 60
STOP_SECONDS = 10


class UnreachableHelpline(Exception):  # noqa: N818 (said to whoever typed the command)
    """There is no helpline to call; the message says why."""


@contextmanager
def helpline(settings: Settings) -> Iterator[Address]:
    """The address of a helpline that answers; one started here is stopped at the end."""
    running = read_address(settings.data_dir)
    if running and _alive(running):
        yield running
        return
    with tempfile.TemporaryFile() as said, _serving(said) as process:
        yield _wait(settings.data_dir, process, said)


def _alive(address: Address) -> bool:
    return all(_answers(f"{each}/healthz") for each in (address.url, address.helpline))


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=3).ok
    except requests.RequestException:
        return False


@contextmanager
def _serving(said: IO[bytes]) -> Iterator["subprocess.Popen[bytes]"]:
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name not in {"PUBLIC_URL", "AUDIO_URL"}}
    environ = {**kept, "PORT": str(port), "HOST": "127.0.0.1"}
    command = [sys.executable, "-m", "ivr", "serve"]
    with subprocess.Popen(
        command, env=environ, stdin=subprocess.DEVNULL, stdout=said, stderr=said
    ) as process:
        try:
            yield process
        finally:
            _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _wait(data_dir: Path, process: "subprocess.Popen[bytes]", said: IO[bytes]) -> Address:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise UnreachableHelpline(f"the helpline could not be started:\n{_tail(said)}")
        address = read_address(data_dir)
        if address and _alive(address):
            return address
        time.sleep(0.1)
    raise UnreachableHelpline(f"the helpline did not answer within {START_SECONDS} s:\n{_tail(said)}")


def _tail(said: IO[bytes]) -> str:
    said.seek(0)
    return "\n".join(said.read().decode("utf-8", "replace").splitlines()[-15:])

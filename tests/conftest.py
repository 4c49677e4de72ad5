"""Sockets stay closed in every test, except to this machine."""

import gc

import pytest
from pytest_socket import socket_allow_hosts

_SELDOM = 20_000  # new objects between two looks for those that nobody needs


def pytest_collection_finish() -> None:
    """Spare every collection from going through all modules and tests: it was a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_SELDOM)


@pytest.fixture(autouse=True)
def _only_loopback() -> None:
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)

"""For every test: no sockets but to this machine, and nothing slow that no test is about."""

import gc
import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from pytest_socket import socket_allow_hosts
from werkzeug.routing import Rule

from ivr.storage import accounts_hashes

_SELDOM = 20_000  # new objects between two looks for those that nobody needs


def pytest_configure() -> None:
    """Keep what is compiled, out of sight: some hundred processes would each compile the whole helpline."""
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode, sys.pycache_prefix = False, str(Path(sys.prefix) / "pycache")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with something slow in them come first: the last to end shall not be one that has just begun."""
    slow = {each.path for each in items if each.get_closest_marker("slow")}
    items.sort(key=lambda each: each.path not in slow)


def pytest_collection_finish() -> None:
    """Spare every collection from going through all modules and tests: it was a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_SELDOM)


@pytest.fixture(autouse=True)
def _only_loopback() -> None:
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _no_log_of_others() -> Iterator[None]:
    """What a test has written its log to is closed after it, and nothing for the next."""
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    for each in list(root.handlers):
        if type(each) is logging.StreamHandler and each not in before:
            root.removeHandler(each)


@pytest.fixture(scope="session", autouse=True)
def _quick_secrets() -> Iterator[None]:
    """Passwords and PINs are hashed in no time: guessers in tests try dozens."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts_hashes, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_routes() -> Iterator[None]:
    """What writes the URL of a route is compiled when first asked to: that is 230 in each application."""
    compiled = Rule._compile_builder

    def lazily(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: list[Callable[..., tuple[str, str]]] = []

        def build(*rule: Rule, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(compiled(self, append_unknown))
            return made[0](*rule, **values)

        return build

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", lazily)
        yield

"""From where a page is asked for: the address by which attempts are counted."""

import pytest
from flask import Flask

from ivr.console.askers import asker


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("8.8.4.4", "", "8.8.4.4"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "8.8.8.8", "8.8.8.8"),
        ("127.0.0.1", "9.9.9.9, 8.8.8.8", "8.8.8.8"),
        ("10.0.0.2", "8.8.8.8", "8.8.8.8"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("8.8.4.4", "8.8.8.8", "8.8.4.4"),
        ("2a00:1450:4001:80b::200e", "", "2a00:1450:4001:80b::"),
        ("::ffff:8.8.4.4", "", "8.8.4.4"),
        ("", "", "unknown"),
    ],
)
def test_a_proxys_word_counts_and_a_strangers_does_not(peer: str, forwarded: str, counted: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    environ = {"REMOTE_ADDR": peer}
    with Flask("test").test_request_context("/", headers=headers, environ_overrides=environ):
        assert counted == asker()

"""Keys that somebody types, each reaching its phone at once."""

import asyncio
import os
import pty
import sys

import pytest

from ivr.cli.call_typing import Typist, typing


def test_typed_keys_reach_the_right_phone() -> None:
    caller: list[object] = []
    counsellor: list[object] = []
    typist = Typist(caller.append, counsellor.append)

    for character in "2xac1ch#h":
        typist.type(character)

    assert [{"do": "key", "key": "2"}, {"do": "key", "key": "#"}, {"do": "hangup"}] == caller
    assert [{"do": "answer"}, {"do": "key", "key": "1"}, {"do": "hangup"}] == counsellor


async def test_keys_typed_in_one_go_all_arrive_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard, terminal = pty.openpty()
    typed: list[object] = []

    with os.fdopen(keyboard, "wb"), os.fdopen(terminal) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        with typing(Typist(typed.append, typed.append)):
            os.write(keyboard, b"c12")
            await asyncio.sleep(0.05)

    assert [{"do": "key", "key": "1"}, {"do": "key", "key": "2"}] == typed

"""Where the processor time of one turn goes: a key at the main menu, in microseconds.

First as it is when nobody has come that way before, then as it is for everybody after.
"""

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from ivr.app.desk import desk_of
from ivr.flow.call_note import CallNote
from ivr.flow.caller import advance
from ivr.flow.codec import decode, encode
from ivr.flow.events import Pressed
from ivr.telephony.twilio.plain_turns import PlainTurns
from ivr.telephony.twilio.twiml import render
from ivr.telephony.twilio.urls import Where
from ivr.telephony.twilio.wire import read_webhook
from tests.app.stage import CALL, PUBLIC, action, audio, database, make_stage, sign
from tests.benchmarks.bench_turns import FORM

__all__ = ["audio", "database"]
ROUNDS, TIMES = 9, 300


def microseconds(work: Callable[[], object]) -> float:
    return min(_once(work) for _ in range(ROUNDS)) * 1e6


def _once(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    for _ in range(TIMES):
        work()
    return (time.thread_time() - begun) / TIMES


def environ(path: str) -> dict[str, Any]:
    form = {**FORM, "CallSid": CALL, "Digits": "2"}
    body = urlencode(form).encode()
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_X_TWILIO_SIGNATURE": sign(PUBLIC + path, form),
        "wsgi.input": io.BytesIO(body),
    }


def test_where_the_time_of_a_turn_goes(
    tmp_path: Path,
    audio: Path,
    database: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = make_stage(tmp_path, audio, database)
    desk, at = desk_of(stage.parts), stage.clock()
    languages = action(stage.document("/voice"))
    path = action(stage.document(languages, Digits="1")).removeprefix(PUBLIC).partition("#")[0]
    _, _, language, _, state = path.split("/")
    told = environ(path)

    def read() -> Any:
        told["wsgi.input"].seek(0)
        return read_webhook(told)

    asked, world = read(), desk.world()
    call, event = decode(world.helpline, language, state), Pressed(at, "2")
    after, turn = advance(world.helpline, call, event)
    where = Where(language, encode(after))
    note = CallNote(CALL, ("g", state, "2", ""), call, after, event, turn)
    pieces: dict[str, Callable[[], object]] = {
        "form and request read": read,
        "signature": lambda: asked.is_signed(desk.check),
        "the world of the moment": desk.world,
        "state read": lambda: decode(world.helpline, language, state),
        "flow": lambda: advance(world.helpline, call, event),
        "state and document written": lambda: (
            encode(after),
            render(turn, where, desk.urls, world.sounds, world.people, desk.caller_id, desk.heard),
        ),
        "journal": lambda: stage.parts.calls.note(note),
        "figures": lambda: (desk.turned("menu", "Pressed"), stage.parts.figures.took(0.001, 200)),
    }
    statuses: list[str] = []

    def whole() -> None:
        told["wsgi.input"].seek(0)
        stage.app.wsgi_app(told, lambda status, _: statuses.append(status))

    costs = {name: microseconds(work) for name, work in pieces.items()}
    remembered = microseconds(whole)
    monkeypatch.setattr(PlainTurns, "get", lambda *_: None)
    total = microseconds(whole)
    rows = {"the rest": total - sum(costs.values()), "a turn": total, "a turn that is remembered": remembered}
    with capsys.disabled():
        print()
        for name, cost in {**costs, **rows}.items():
            print(f"{cost:6.1f} us  {name}")

    assert {"200 OK"} == set(statuses)

"""SQLite on a disk that is full: nothing is confirmed that is kept nowhere, and the caller is put through."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ivr import clock
from ivr.storage.engine import engine_for
from tests.app.people import THANDI
from tests.faults.serving import Helpline, serving, until
from tests.faults.stored import counted, promised

NOW = clock.now()
ON_DUTY = replace(THANDI, start=NOW - timedelta(hours=2), end=NOW + timedelta(hours=22))


@contextmanager
def full(helpline: Helpline) -> Iterator[None]:
    """No file of the server takes another byte; what is there can be read."""
    for each in helpline.workers():
        resource.prlimit(each, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for each in helpline.workers():
            resource.prlimit(each, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.mark.slow
def test_with_no_room_nothing_is_confirmed_and_the_caller_is_put_through(tmp_path: Path, audio: Path) -> None:
    with serving(tmp_path, audio, people=(ON_DUTY,)) as helpline:
        caller, later = helpline.call(1), helpline.call(2)
        heard = [caller.says("/voice")]
        with full(helpline):
            heard.append(caller.says("/voice/en/g/l.u", Digits="1"))
            lost = caller.leaves_a_message()
            put_through = caller.until_rung(lost).dialled()
            dialled = later.asks_for_somebody().dialled()
            heard.append(caller.says("/voice/en/t/l"))
        kept = until(lambda: not helpline.call(3).leaves_a_message().document.findall("Enqueue"))
        ended = [each.hangs_up().status for each in (caller, later)]
        engine = engine_for(helpline.settings.database_url)
        arrived = until(lambda: promised(engine) == [f"CA{3:032x}"])
        known = until(lambda: counted(engine)[0] == 3)
        engine.dispose()

    assert [200] * 3 == [each.status for each in heard]
    assert lost.seconds < 2.0
    assert [ON_DUTY.phone] == put_through == dialled
    assert (True, True, True) == (kept, arrived, known)
    assert [204, 204] == ended

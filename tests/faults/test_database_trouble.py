"""PostgreSQL stopped, held, read-only or full in mid-calls: calls go on, and all of it is there later."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ivr import clock
from ivr.storage.engine import engine_for, migrate
from tests.app.people import THANDI
from tests.faults.cluster import Cluster, fill, started
from tests.faults.serving import serving, until
from tests.faults.stored import counted, promised

CALLS = 8
NOW = clock.now()
ON_DUTY = replace(THANDI, start=NOW - timedelta(hours=2), end=NOW + timedelta(hours=22))


def fill_disk(cluster: Cluster) -> None:
    fill(cluster.folder / "data" / "filler")


def make_room(cluster: Cluster) -> None:
    (cluster.folder / "data" / "filler").unlink()
    cluster.release()


Trouble = tuple[Callable[[Cluster], None], Callable[[Cluster], None]]
TROUBLES: dict[str, Trouble] = {
    "stopped": (Cluster.stop, Cluster.start),
    "held": (Cluster.hold, Cluster.release),
    "read-only": (lambda each: each.allow_writing(False), lambda each: each.allow_writing(True)),
    "full": (fill_disk, make_room),
}


@pytest.fixture(params=TROUBLES)
def trouble(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def cluster(trouble: str) -> Iterator[Cluster]:
    with started(small=trouble == "full") as found:
        yield found


@pytest.fixture
def engine(cluster: Cluster) -> Iterator[Engine]:
    found = engine_for(cluster.url)
    migrate(found)
    yield found
    found.dispose()


@pytest.mark.slow
def test_calls_go_on_and_promises_and_figures_follow_once(
    tmp_path: Path, audio: Path, cluster: Cluster, engine: Engine, trouble: str
) -> None:
    begins, ends = TROUBLES[trouble]
    with serving(tmp_path, audio, people=(ON_DUTY,), environ={"DATABASE_URL": cluster.url}) as helpline:
        calls = [helpline.call(number) for number in range(CALLS)]
        heard = [each.says("/voice") for each in calls]
        begins(cluster)
        try:
            heard += [each.says("/voice/en/g/l.u", Digits="1") for each in calls]
            dialled = calls[0].asks_for_somebody().dialled()
            kept = [each.leaves_a_message() for each in calls]
            waiting = helpline.waiting_promises()
            again = [each.leaves_a_message() for each in calls]
            ended = [each.hangs_up() for each in calls]
        finally:
            ends(cluster)
        arrived = until(lambda: not helpline.waiting_promises() and counted(engine)[0] == CALLS, 60)

    assert {200} == {each.status for each in heard}
    assert {204} == {each.status for each in ended}
    assert [ON_DUTY.phone] == dialled
    assert [each.text for each in kept] == [each.text for each in again]
    assert max(each.seconds for each in (*heard, *kept, *again)) < 2.0  # one, and what a busy machine adds
    assert (CALLS, True) == (waiting, arrived)
    assert [f"CA{number:032x}" for number in range(CALLS)] == promised(engine)
    assert (CALLS, CALLS) == counted(engine)

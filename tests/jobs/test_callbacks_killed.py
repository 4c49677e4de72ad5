"""A process is killed at each of its commits, another goes on: no phone rings twice, and nothing is lost.

What is killed between a commit and the ringing, or just after it, stands in the tests of each job.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, event

from tests.jobs.callback_stage import ANNA, BONGI, NUMBER, KilledError, Stage

STEPS = range(1, 5)


def killed(engine: Engine, step: int, deed: Callable[[], object]) -> bool:
    """Whether the process was killed while it did this, at its commit of that number."""
    commits = iter(range(1, 1_000))

    def commit(_: object) -> None:
        if next(commits) == step:
            raise KilledError

    event.listen(engine, "commit", commit)
    try:
        deed()
    except KilledError:
        return True
    finally:
        event.remove(engine, "commit", commit)
    return False


@pytest.fixture
def stage(either_engine: Engine) -> Stage:
    return Stage(either_engine)


@pytest.mark.parametrize("step", STEPS)
def test_killed_while_it_offers_a_call_back(stage: Stage, step: int) -> None:
    stage.ask()
    stage.clock.forward(minutes=1)
    died = killed(stage.engine, step, stage.callbacks.look)
    after = stage.another()
    for _ in range(12):
        after.look(seconds=15)

    assert died == (step <= 2)
    assert [ANNA.phone, BONGI.phone] == stage.rung()
    assert ("open", "nobody-took-it") == (stage.promise().state, stage.promise().reason)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("bridged", [True, False])
def test_killed_while_a_counsellor_takes_it_and_the_network_asks_again(
    stage: Stage, step: int, bridged: bool
) -> None:
    stage.ask()
    stage.look(minutes=1)
    leg = stage.last
    killed(stage.engine, step, lambda: stage.callbacks.takes(leg.promise, leg.claim, leg.person))
    after = stage.another()
    number = after.callbacks.takes(leg.promise, leg.claim, leg.person)
    killed(stage.engine, step, lambda: stage.callbacks.ended(leg.promise, leg.claim, bridged=bridged))
    after.callbacks.ended(leg.promise, leg.claim, bridged=bridged)

    assert NUMBER == number
    assert ("kept" if bridged else "open", 1) == (stage.promise().state, stage.promise().tries)


@pytest.mark.parametrize("step", STEPS)
def test_killed_while_it_rings_a_missed_call_back(stage: Stage, step: int) -> None:
    stage.miss()
    stage.clock.forward(seconds=10)
    died = killed(stage.engine, step, stage.ring_backs.look)
    after = stage.another()
    for _ in range(12):
        stage.clock.forward(seconds=15)
        after.ring_backs.look()

    assert died == (step <= 1)
    assert [NUMBER] == stage.rung()
    assert ("given-up", "outcome-unknown") == (stage.promise().state, stage.promise().reason)

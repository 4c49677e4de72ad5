"""Whoever is on duty, whatever they do, whatever breaks: how every call has to end.

Callers end connected, promised, or gone by their own hang-up; nobody is rung who is busy or was rung three
times; no phone rings for a caller who is gone or taken; a promise is offered within three minutes.
"""

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.calls.evenings import EVENINGS, Evening, happen, stage
from tests.calls.script import CALLERS
from tests.calls.watching import ended_well, promised, rung, rung_in_wrap_up, silence_lasted, waited


@pytest.mark.slow
@pytest.mark.timeout(300)  # in half a minute, unless others need the machine
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),  # to find a smaller evening would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(evening=EVENINGS)
def test_every_call_ends_well(
    evening: Evening, tmp_path_factory: pytest.TempPathFactory, audio: Path, database: Path
) -> None:
    folder = tmp_path_factory.mktemp("evening")
    watched = asyncio.run(happen(evening, lambda: stage(evening, folder, audio, database)))
    told = "\n".join(watched.played.log)
    kept = promised(watched)
    names = [name for name, _ in zip(CALLERS, evening.callers, strict=False)]

    assert [] == [name for name in names if not ended_well(watched, name, kept)], told
    assert [] == watched.played.ringing_at_end, told
    assert {} == {each: times for each, times in rung(watched).items() if times > 3}, told
    assert [] == [seconds for name in names for seconds in waited(watched, name) if seconds > 180], told
    silent = [name for name, each in zip(names, evening.callers, strict=True) if not each.keys]
    assert [] == [name for name in silent if silence_lasted(watched, name) > 300], told
    if watched.quiet:
        assert [] == watched.rung_while_busy, told
        assert [] == watched.rings_on, told
        assert [] == rung_in_wrap_up(watched), told

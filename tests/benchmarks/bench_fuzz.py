"""A hundred thousand requests that make no sense, to every route, as nobody, as staff and as the network."""

import random
import resource
from pathlib import Path
from time import perf_counter

import pytest

from tests.app.stage import audio, database
from tests.attacks.probing import Prober
from tests.attacks.seeding import furnish
from tests.console.staging import console_stage

__all__ = ["audio", "database"]
TIMES, PARTS = 100_000, 20
MORE = 60 << 10  # kB that the process may grow by, once it has seen a tenth of it all


@pytest.mark.timeout(3600)
def test_no_request_breaks_anything_or_leaves_memory_behind(
    tmp_path: Path, audio: Path, database: Path
) -> None:
    stage = console_stage(tmp_path, audio, database)
    prober = Prober(stage, random.Random(7), furnish(stage))
    begun, trouble, before = perf_counter(), list[str](), 0
    for part in range(1, PARTS + 1):
        trouble += prober.probe(TIMES // PARTS)
        if part == PARTS // 10:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"{prober.asked:,} requests, {len(trouble)} errors", *trouble, sep="\n", flush=True)
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    took = perf_counter() - begun
    print(
        f"\n{prober.asked:,} requests in {took:.0f} s, {len(trouble)} errors, "
        f"the slowest {prober.slowest:.2f} s, "
        f"memory grown by {more >> 10} MB"
    )

    assert [] == trouble
    assert MORE > more

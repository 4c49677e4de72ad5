"""Many callers at once, in a process of their own: each presses a key every few seconds, call after call.

    python -m tests.benchmarks.callers PORT SECONDS CALLERS [SCRIPT.json]

Without a script they ask for /hello: what the machine itself makes of so many.

Prints as JSON how many turns were answered, how many not, and what they took, in milliseconds. A turn's time
begins when the caller presses: waiting for a free connection, and for this process, counts.
"""

import asyncio
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.load import HELLO, LENGTH, call

CONNECTIONS = 100  # that a network keeps open
BETWEEN = (2.0, 6.0)  # seconds between two keys
PATIENCE = 15  # seconds that a network waits for an answer
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def callers(port: int, seconds: float, number: int, script: dict[str, Any] | None) -> dict[str, float]:
    """What so many callers have met."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(min(CONNECTIONS, number)):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    times: list[float] = []
    failed: list[bytes] = []
    until = time.perf_counter() + seconds
    async with asyncio.TaskGroup() as group:
        for _ in range(number):
            group.create_task(_caller(free, script, until, times, failed))
    times.sort()
    return {
        "turns": len(times),
        "failed": len(failed),
        "p50": 1000 * times[len(times) // 2],
        "p99": 1000 * times[len(times) * 99 // 100],
    }


async def _caller(
    free: asyncio.Queue[Connection],
    script: dict[str, Any] | None,
    until: float,
    times: list[float],
    failed: list[bytes],
) -> None:
    await asyncio.sleep(random.uniform(0, BETWEEN[1]))
    while time.perf_counter() < until:
        for webhook in call(script) if script else (HELLO,):
            pressed = time.perf_counter()
            if pressed > until:
                return
            head = await asyncio.wait_for(_answer(free, webhook), PATIENCE)
            if head.startswith(b"http/1.1 200"):
                times.append(time.perf_counter() - pressed)
            else:
                failed.append(head)
            await asyncio.sleep(random.uniform(*BETWEEN))


async def _answer(free: asyncio.Queue[Connection], webhook: bytes) -> bytes:
    reader, writer = await free.get()
    writer.write(webhook)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = LENGTH.search(head)
    await reader.readexactly(int(length[1]) if length else 0)
    free.put_nowait((reader, writer))
    return head


if __name__ == "__main__":
    told = json.loads(Path(sys.argv[4]).read_text()) if len(sys.argv) > 4 else None
    found = asyncio.run(callers(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), told))
    print(json.dumps(found))

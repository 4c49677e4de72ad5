"""Waiting for whichever comes first."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def done_before(work: "asyncio.Future[Any]", over: Coroutine[Any, Any, object]) -> bool:
    """Whether the work is done before `over` is; it goes on all the same."""
    ended = asyncio.ensure_future(over)
    try:
        await asyncio.wait({work, ended}, return_when=asyncio.FIRST_COMPLETED)
        return work.done()
    finally:
        ended.cancel()
        await asyncio.gather(ended, return_exceptions=True)


async def first_of(*waits: Coroutine[Any, Any, object]) -> int:
    """The place of the first wait to end, the others stopped; its exception, if that is how it ended."""
    tasks = [asyncio.ensure_future(each) for each in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        first = next(place for place, task in enumerate(tasks) if task.done())
        tasks[first].result()
        return first
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

"""Time jumps only when everybody just waits."""

import asyncio

from ivr.telephony.exchange.clock import Clock


async def test_time_jumps_while_all_only_wait() -> None:
    clock = Clock(lambda: 0.0, lambda: True)

    await asyncio.wait_for(clock.sleep(3600), 5)

    assert 3600.0 == clock.now()


async def test_sleepers_wake_in_the_order_of_their_time() -> None:
    clock, woken = Clock(lambda: 0.0, lambda: True), []

    async def sleep(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((seconds, clock.now()))

    await asyncio.gather(sleep(5), sleep(1), sleep(3))

    assert [(1, 1.0), (3, 3.0), (5, 5.0)] == woken


async def test_a_sleep_shorter_than_a_look_around_ends_too() -> None:
    clock = Clock(lambda: 0.0, lambda: True)

    await asyncio.wait_for(clock.sleep(0.00001), 2)

    assert 0.00001 == clock.now()


async def test_time_stands_still_while_somebody_works() -> None:
    clock = Clock(lambda: 0.0, lambda: True)
    sleeping = asyncio.ensure_future(clock.sleep(10))

    with clock.working():
        await asyncio.sleep(0.02)
        before = clock.now()
    await asyncio.wait_for(sleeping, 5)

    assert (0.0, 10.0) == (before, clock.now())


async def test_without_leave_to_jump_time_is_real() -> None:
    loop = asyncio.get_running_loop()
    clock = Clock(loop.time, lambda: False)
    began = loop.time()

    await clock.sleep(0.05)

    assert 0.05 <= round(loop.time() - began, 3)


async def test_who_gave_up_sleeping_does_not_make_time_jump() -> None:
    clock = Clock(lambda: 0.0, lambda: True)
    given_up = asyncio.ensure_future(clock.sleep(1))
    await asyncio.sleep(0)
    given_up.cancel()

    await clock.sleep(7)

    assert 7.0 == clock.now()


async def test_time_goes_on_really_when_a_jump_is_no_longer_allowed() -> None:
    loop, allowed = asyncio.get_running_loop(), [True]
    clock = Clock(loop.time, lambda: allowed[0])
    await clock.sleep(100)
    allowed[0] = False
    began = loop.time()

    await clock.sleep(0.05)

    assert 0.045 <= loop.time() - began < 1

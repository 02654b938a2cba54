"""One pool for all calls: finals first, nothing run for nobody."""

from __future__ import annotations

import asyncio
import threading

import pytest

from assistant.domain.errors import EngineFailed
from assistant.domain.speech import Priority
from assistant.engines.stt.scheduler import Scheduler


async def test_finals_overtake_guesses_and_guesses_keep_their_order() -> None:
    scheduler = Scheduler(1)
    scheduler.start()
    gate, order = threading.Event(), []
    blocked = asyncio.ensure_future(scheduler.run(gate.wait))
    await asyncio.sleep(0)

    def work(name: str):
        return lambda: order.append(name)

    jobs = [
        asyncio.ensure_future(scheduler.run(work("guess 1"), Priority.SPECULATIVE)),
        asyncio.ensure_future(scheduler.run(work("background"), Priority.BACKGROUND)),
        asyncio.ensure_future(scheduler.run(work("guess 2"), Priority.SPECULATIVE)),
        asyncio.ensure_future(scheduler.run(work("final"), Priority.FINAL)),
    ]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(blocked, *jobs)
    scheduler.stop()
    assert order == ["final", "guess 1", "guess 2", "background"]


async def test_a_cancelled_guess_is_never_run() -> None:
    scheduler = Scheduler(1)
    scheduler.start()
    gate, ran = threading.Event(), []
    blocked = asyncio.ensure_future(scheduler.run(gate.wait))
    guess = asyncio.ensure_future(scheduler.run(lambda: ran.append(1), Priority.SPECULATIVE))
    await asyncio.sleep(0)
    guess.cancel()
    with pytest.raises(asyncio.CancelledError):
        await guess
    gate.set()
    await blocked
    assert await scheduler.run(lambda: "next") == "next"
    scheduler.stop()
    assert not ran and scheduler.dropped == 1


async def test_an_error_reaches_its_caller_and_no_other() -> None:
    scheduler = Scheduler(1)
    scheduler.start()

    def fail() -> None:
        raise RuntimeError("bad audio")

    with pytest.raises(RuntimeError, match="bad audio"):
        await scheduler.run(fail)
    assert await scheduler.run(lambda: 7) == 7
    scheduler.stop()


async def test_a_stopped_scheduler_refuses_and_can_start_again() -> None:
    scheduler = Scheduler(2)
    with pytest.raises(EngineFailed):
        await scheduler.run(lambda: 1)
    scheduler.start()
    assert await scheduler.run(lambda: 1) == 1
    scheduler.stop()
    with pytest.raises(EngineFailed):
        await scheduler.run(lambda: 1)
    scheduler.start()
    assert await scheduler.run(lambda: 2) == 2
    scheduler.stop()

"""Rates are counted, in Redis when there is one, and in this process when it does not answer."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest

from assistant.api.limiting import RateLimiter
from assistant.domain.clock import ManualClock
from assistant.domain.errors import TooMany
from tests.support.calendars import MONDAY


async def spend(limiter: RateLimiter, times: int, *who: str) -> int:
    """How many of `times` requests were let through."""
    passed = 0
    for _ in range(times):
        try:
            await limiter.hit("3/minute", *who)
            passed += 1
        except TooMany as error:
            assert 1 <= error.retry_after <= 120
    return passed


async def test_each_one_has_their_own_rate() -> None:
    limiter = RateLimiter(ManualClock(MONDAY))
    assert await spend(limiter, 5, "key", "a") == 3
    assert await spend(limiter, 5, "key", "b") == 3


async def test_without_an_answer_from_redis_it_counts_here() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        limiter = RateLimiter(ManualClock(MONDAY), f"redis://127.0.0.1:{port}/0")
        assert await spend(limiter, 5, "key", "a") == 3


@pytest.fixture
def redis_url() -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server: install Debian's redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""], stdout=subprocess.DEVNULL)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait(10)


@pytest.mark.slow
async def test_processes_that_share_a_redis_share_the_rate(redis_url: str) -> None:
    first, second = RateLimiter(ManualClock(MONDAY), redis_url), RateLimiter(ManualClock(MONDAY), redis_url)
    assert await spend(first, 2, "key", "a") == 2
    assert await spend(second, 2, "key", "a") == 1

"""Rate limits per key and per address, in memory or in Redis when several processes share the work."""

from __future__ import annotations

import time
from typing import Any

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError

from assistant.domain.clock import Clock
from assistant.domain.errors import TooMany

log = structlog.get_logger(__name__)


class RateLimiter:
    """`hit` raises `TooMany` with the seconds to wait. Without an answer from Redis it counts in this process instead."""

    def __init__(self, clock: Clock, redis_url: str | None = None) -> None:
        self._clock = clock
        self._memory = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared: SlidingWindowCounterRateLimiter | None = None
        if redis_url:
            options: dict[str, Any] = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
            self._shared = SlidingWindowCounterRateLimiter(RedisStorage(f"async+{redis_url}", implementation="redispy", **options))
        self._shared_down_until = 0.0
        self._items: dict[str, RateLimitItem] = {}

    async def hit(self, rate: str, *who: str) -> None:
        item = self._items.get(rate)
        if item is None:
            item = self._items[rate] = parse(rate)
        if self._shared is not None and self._clock.monotonic() >= self._shared_down_until:
            try:
                await self._spend(self._shared, item, *who)
                return
            except (RedisError, OSError) as error:
                self._shared_down_until = self._clock.monotonic() + 30
                log.warning("rate limits: redis does not answer, counting in this process", kind=type(error).__name__)
        await self._spend(self._memory, item, *who)

    @staticmethod
    async def _spend(strategy: SlidingWindowCounterRateLimiter, item: RateLimitItem, *who: str) -> None:
        if await strategy.hit(item, *who):
            return
        free_at = (await strategy.get_window_stats(item, *who)).reset_time
        # The library counts in the system's time, so its answer is read in the same.
        raise TooMany("Too many requests; wait a moment.", code="rate_limited", retry_after=max(1.0, free_at - time.time()))

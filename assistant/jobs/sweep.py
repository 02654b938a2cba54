"""The sweep: finds by the tables what should be done, so that nothing depends on a wake-up having been stored."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress

from assistant.domain.clock import Clock
from assistant.jobs.ports import Wake
from assistant.storage.database import Database

log = logging.getLogger(__name__)
#: Looks at a table and names the (kind, subject) of what is due.
Finder = Callable[[], Iterable[tuple[str, str]]]


class Sweep:
    """Runs its finders at once and then every `interval` seconds; each finder is a short read."""

    def __init__(self, db: Database, clock: Clock, wake: Wake, *, interval: float = 1.0) -> None:
        self._db = db
        self._clock = clock
        self._wake = wake
        self._interval = interval
        self._finders: dict[str, Finder] = {}
        self._task: asyncio.Task[None] | None = None

    def add(self, name: str, finder: Finder) -> None:
        self._finders[name] = finder

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="job-sweep")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def once(self) -> int:
        """One round; returns how many wake-ups it asked for."""
        asked = 0
        for name, finder in self._finders.items():
            try:
                found = await self._db.run(lambda finder=finder: list(finder()))
            except Exception as error:  # noqa: BLE001 - one table that cannot be read must not stop the others
                log.error("sweep failed", extra={"finder": name, "error": type(error).__name__})
                continue
            for kind, subject in found:
                self._wake(kind, subject)
            asked += len(found)
        return asked

    async def _run(self) -> None:
        while True:
            await self.once()
            await self._clock.sleep(self._interval)

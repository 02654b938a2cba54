"""Texts from end to end: the inbox and outbox joined to the queue and the sweep."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from assistant.domain.clock import Clock
from assistant.jobs.inbox import InboxDrain
from assistant.jobs.outbox import OutboxSender
from assistant.jobs.queue import JobQueue
from assistant.jobs.sweep import Sweep
from assistant.storage.database import Database
from assistant.storage.messages import Inbox
from assistant.storage.outbox import Outbox

INBOX, OUTBOX = "inbox", "outbox"
_MOST_AIR = 0.25


class Courtesy:
    """While texts pour in, taking them in comes first: they are then answered one after the other instead of several at once.

    Understanding a text takes tens of milliseconds of one core; six at a time would keep the provider's next webhook waiting behind them.
    """

    def __init__(self, clock: Clock, *, many: int = 20) -> None:
        self._clock = clock
        self._arrivals: deque[float] = deque(maxlen=many)
        self._turn = asyncio.Lock()

    def arrived(self) -> None:
        self._arrivals.append(self._clock.monotonic())

    @property
    def pouring(self) -> bool:
        """As many as `many` in the last second."""
        return len(self._arrivals) == self._arrivals.maxlen and self._clock.monotonic() - self._arrivals[0] < 1.0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        if not self.pouring:
            yield
            return
        async with self._turn:
            begun = self._clock.monotonic()
            yield
            if self.pouring:  # twice as much air for the webhooks as the answer took
                await self._clock.sleep(min(2 * (self._clock.monotonic() - begun), _MOST_AIR))


class Texting:
    """Registers the two kinds of jobs. `wake_inbox` is what the webhook calls, `wake_outbox` whoever queued a text."""

    def __init__(
        self, *, db: Database, inbox: Inbox, outbox: Outbox, drain: InboxDrain, sender: OutboxSender, queue: JobQueue, clock: Clock
    ) -> None:
        self._db = db
        self._inbox = inbox
        self._outbox = outbox
        self._drain = drain
        self._sender = sender
        self._queue = queue
        self._courtesy = Courtesy(clock)
        queue.register(INBOX, self._answer, quick=True)
        queue.register(OUTBOX, self._sender.drain, quick=True)

    async def _answer(self, contact_id: str) -> None:
        """Answers go out in the same job: one wait for the queue, not two."""
        async with self._courtesy.turn():
            await self._drain.drain(contact_id)
            await self._sender.drain(contact_id)

    def wake_inbox(self, contact_id: str) -> None:
        self._courtesy.arrived()
        self._queue.wake(INBOX, contact_id)

    def wake_outbox(self, lane: str) -> None:
        self._queue.wake(OUTBOX, lane)

    def attach(self, sweep: Sweep) -> None:
        sweep.add(INBOX, lambda: [(INBOX, sender) for sender in self._inbox.waiting()])
        sweep.add(OUTBOX, self._due)

    async def recover(self, *, only_process: bool) -> None:
        """Before the first job: take over what a process that died was holding. `only_process` on SQLite."""
        if only_process:
            await self._db.run(self._inbox.release_all)
        await self._db.run(lambda: self._outbox.abandon(everything=only_process))

    def _due(self) -> list[tuple[str, str]]:
        self._outbox.abandon()
        return [(OUTBOX, lane) for lane in self._outbox.due()]

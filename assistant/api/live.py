"""Live events: everything that happens, told to whoever listens, and never at the cost of what happens."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant.domain.clock import Clock

QUEUE = 500
LISTENERS = 64


@dataclass(frozen=True, slots=True)
class LiveEvent:
    type: str
    at: datetime
    conversation: str | None
    data: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"type": self.type, "at": self.at.isoformat(), "conversation": self.conversation, "data": dict(self.data)}


@dataclass(eq=False)
class Listener:
    """One listener's queue. When it is slow the oldest events make room, and `missed` says how many went."""

    loop: asyncio.AbstractEventLoop
    queue: deque[LiveEvent] = field(default_factory=lambda: deque(maxlen=QUEUE))
    missed: int = 0
    closed: bool = False
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def _offer(self, event: LiveEvent) -> None:
        if self.closed:
            return
        if len(self.queue) == QUEUE:
            self.missed += 1
        self.queue.append(event)
        self._wake.set()

    async def next(self) -> list[LiveEvent]:
        """Everything since the last call, at least one; empty when the hub has closed this listener."""
        while not self.queue and not self.closed:
            self._wake.clear()
            await self._wake.wait()
        events = list(self.queue)
        self.queue.clear()
        return events

    def close(self) -> None:
        self.closed = True
        self._wake.set()


class LiveEvents:
    """The hub (an `EventSink`). `publish` only appends to queues, from the loop or from any thread."""

    def __init__(self, clock: Clock, *, listeners: int = LISTENERS) -> None:
        self._clock = clock
        self._limit = listeners
        self._listeners: set[Listener] = set()

    def publish(self, type: str, conversation: str | None, data: Mapping[str, Any]) -> None:
        if not self._listeners:
            return
        event = LiveEvent(type, self._clock.now(), conversation, data)
        for listener in tuple(self._listeners):
            try:
                running: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
            except RuntimeError:
                running = None
            if running is listener.loop:
                listener._offer(event)
            elif not listener.loop.is_closed():
                listener.loop.call_soon_threadsafe(listener._offer, event)

    def listen(self) -> Listener | None:
        """A new listener, or None when there are too many."""
        if len(self._listeners) >= self._limit:
            return None
        listener = Listener(asyncio.get_running_loop())
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        listener.close()
        self._listeners.discard(listener)

    def close(self) -> None:
        """Let every listener go (at shutdown)."""
        for listener in tuple(self._listeners):
            self.leave(listener)

"""Group commit: small writes that arrive together share one transaction, and one flush to the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from assistant.storage.database import Database

T = TypeVar("T")
Write = Callable[[Session], Any]
MOST = 64


class WriteBatch:
    """`await run(write)` returns once the write is committed. While one transaction runs, those that come in form the next.

    A write touches nothing but its session and may be run twice: if one of a batch fails, all are rolled back and done singly,
    so that a failure is its own alone. Urgent among the writers: somebody waits for the answer.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="write-batch")  # never behind the work that fills the common threads
        self._waiting: list[tuple[Write, asyncio.Future[Any]]] = []
        self._flusher: asyncio.Task[None] | None = None

    async def run(self, write: Callable[[Session], T]) -> T:
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((write, done))
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush(), name="write-batch")
        return await done

    def close(self) -> None:
        self._thread.shutdown(wait=True)

    async def _flush(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            outcomes = await asyncio.get_running_loop().run_in_executor(self._thread, self._apply, [write for write, _ in batch])
            for (_, done), outcome in zip(batch, outcomes, strict=True):
                if done.done():  # whoever asked has gone; the write stays
                    continue
                if isinstance(outcome, BaseException):
                    done.set_exception(outcome)
                else:
                    done.set_result(outcome)

    def _apply(self, writes: list[Write]) -> list[Any]:
        if len(writes) > 1:
            try:
                with self._db.write(urgent=True) as session:
                    return [write(session) for write in writes]
            except Exception:  # noqa: BLE001 - found out and reported one by one below
                pass
        return [self._single(write) for write in writes]

    def _single(self, write: Write) -> Any:
        try:
            with self._db.write(urgent=True) as session:
                return write(session)
        except Exception as error:  # noqa: BLE001 - handed to whoever asked for this write
            return error

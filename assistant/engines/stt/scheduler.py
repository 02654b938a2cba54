"""One pool of worker threads for every call's transcriptions: finals first, then the oldest pause."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from assistant.domain.errors import EngineFailed
from assistant.domain.speech import Priority

T = TypeVar("T")


class _Job:
    __slots__ = ("future", "work")

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.future: Future[Any] = Future()


class Scheduler:
    """Runs blocking work in order of priority. Work cancelled before it began is never run; work under way is finished and dropped."""

    def __init__(self, workers: int, name: str = "stt") -> None:
        self._workers, self._name = max(1, workers), name
        self._heap: list[tuple[int, int, _Job]] = []
        self._order = itertools.count()
        self._wake = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._running = 0
        self.done = 0
        self.dropped = 0

    def start(self) -> None:
        if self._threads:
            return
        self._closed = False
        for index in range(self._workers):
            thread = threading.Thread(target=self._work, name=f"{self._name}-{index}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Refuse new work, drop what waits, and let what runs come to its end."""
        with self._wake:
            self._closed = True
            for _, _, job in self._heap:
                job.future.cancel()
            self._heap.clear()
            self._wake.notify_all()
        for thread in self._threads:
            thread.join(timeout=10.0)
        self._threads.clear()

    @property
    def waiting(self) -> int:
        return len(self._heap)

    @property
    def busy(self) -> bool:
        """Whether new work would have to wait."""
        return self._running + len(self._heap) >= self._workers

    async def run(self, work: Callable[[], T], priority: Priority = Priority.FINAL) -> T:
        job = _Job(work)
        with self._wake:
            if self._closed or not self._threads:
                raise EngineFailed("the engine is not running")
            heapq.heappush(self._heap, (int(priority), next(self._order), job))
            self._wake.notify()
        result: T = await asyncio.wrap_future(job.future)
        return result

    def _work(self) -> None:
        while True:
            with self._wake:
                while not self._heap and not self._closed:
                    self._wake.wait()
                if self._closed and not self._heap:
                    return
                _, _, job = heapq.heappop(self._heap)
                if not job.future.set_running_or_notify_cancel():
                    self.dropped += 1
                    continue
                self._running += 1
            try:
                result = job.work()
            except BaseException as error:  # noqa: BLE001  the waiting call gets it; this thread serves the next one
                job.future.set_exception(error)
            else:
                job.future.set_result(result)
            finally:
                with self._wake:
                    self._running -= 1
                    self.done += 1

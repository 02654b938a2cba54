"""The job queue: done, failed, seen, repeated, and finished after an upgrade."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from assistant.domain.errors import Conflict, EngineFailed, NotFound
from assistant.jobs.queue import JobQueue

pytestmark = pytest.mark.slow
Make = Callable[..., Awaitable[JobQueue]]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """Starts a queue over the same store, with the handler that is given."""
    started: list[JobQueue] = []

    async def start(handler: Callable[[str], Awaitable[object]], **options: object) -> JobQueue:
        queue = JobQueue(f"sqlite:///{tmp_path / 'jobs.db'}", **{"quick_poll": 0.02, **options})  # type: ignore[arg-type]
        queue.register("work", handler, quick=True)
        await queue.start()
        started.append(queue)
        return queue

    yield start
    for queue in started:
        await queue.stop(wait_seconds=0)


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """The queue lives on its own threads and a real clock, so here a test has to look again."""
    async with asyncio.timeout(15):
        while True:
            found = condition()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.02)


async def test_wake_ups_are_done_and_asked_for_twice_are_one(make: Make) -> None:
    done: list[str] = []

    async def handler(subject: str) -> None:
        done.append(subject)

    queue = await make(handler)
    for _ in range(5):
        queue.wake("work", "a")
    queue.wake("work", "b")
    await until(lambda: len(done) >= 2)
    assert sorted(done) == ["a", "b"]
    queue.wake("work", "a")
    await until(lambda: len(done) >= 3)
    with pytest.raises(NotFound):
        await queue.enqueue("unknown", "x")


async def test_a_wake_up_that_another_process_took_and_died_of_is_asked_for_again(make: Make, tmp_path: Path) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()
    done: list[str] = []

    async def handler(subject: str) -> None:
        begun.set()
        await gate.wait()
        done.append(subject)

    queue = await make(handler, quick_workers=1, doubt_after=0.0)
    queue.wake("work", "first")
    await begun.wait()
    for subject in ("taken", "waiting"):
        queue.wake("work", subject)

    async def all_stored() -> bool:
        return (await queue.depth())[0] == 3

    await until(all_stored)
    with sqlite3.connect(tmp_path / "jobs.db") as store:
        died = """UPDATE workflow_status SET status = 'PENDING', executor_id = 'another' WHERE workflow_uuid IN
                  (SELECT workflow_uuid FROM workflow_input WHERE inputs LIKE '%taken%')"""
        assert store.execute(died).rowcount == 1
    for subject in ("taken", "waiting"):
        queue.wake("work", subject)
    gate.set()
    await until(lambda: len(done) >= 3)
    queue.wake("work", "last")
    await until(lambda: "last" in done)
    assert sorted(done) == ["first", "last", "taken", "waiting"]


async def test_a_failed_job_is_seen_without_words_and_done_again(make: Make, tmp_path: Path) -> None:
    errors: list[Exception] = [ValueError("Joan's knee"), EngineFailed("about Joan")]
    done: list[str] = []

    async def handler(subject: str) -> None:
        if errors:
            raise errors.pop(0)
        done.append(subject)

    queue = await make(handler)
    first = await queue.enqueue("work", "one")
    second = await queue.enqueue("work", "two")

    async def both_failed() -> bool:
        return len(await queue.failures()) == 2

    await until(both_failed)
    failed = await queue.failures()
    assert {(job.id, job.kind) for job in failed} == {(first, "work"), (second, "work")}
    assert {job.error for job in failed} == {"ValueError", "engine_failed"}
    await queue.retry(first)
    await until(lambda: bool(done))
    assert [job.id for job in await queue.failures()] == [second]
    with pytest.raises(NotFound):
        await queue.retry("work:none")
    with sqlite3.connect(tmp_path / "jobs.db") as store:
        assert "Joan" not in "\n".join(store.iterdump())


async def test_only_failed_jobs_are_done_again(make: Make) -> None:
    async def handler(subject: str) -> None:
        """Nothing to do."""

    queue = await make(handler)
    job = await queue.enqueue("work", "one")

    async def empty() -> bool:
        return (await queue.depth())[0] == 0

    await until(empty)
    with pytest.raises(Conflict):
        await queue.retry(job)


async def test_work_begun_before_an_upgrade_is_finished_after_it(make: Make) -> None:
    begun, ended = asyncio.Event(), []

    async def old(subject: str) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(subject)

    before = await make(old)
    await before.enqueue("work", "begun")
    await begun.wait()
    await before.enqueue("work", "not begun", delay=0.3)
    await before.stop(wait_seconds=0)
    assert ended == ["begun"]
    await asyncio.to_thread(lambda: None)  # the loop's own threads are as they were
    done: list[str] = []

    async def new(subject: str) -> None:  # other code, the same pinned version
        done.append(f"{subject}, by the new release")

    await make(new)
    await until(lambda: len(done) == 2)
    assert sorted(done) == ["begun, by the new release", "not begun, by the new release"]

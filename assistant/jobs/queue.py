"""Our job queue over dbos: work is named by kind and subject, survives the process, and can be seen and repeated.

Handlers take an id and must be repeatable: what they do is decided by the tables they read, and a job is only the wake-up. So a lost
wake-up is found again by the sweep, a doubled one finds nothing to do, and dbos stores ids and codes, never a personal word.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from dbos import DBOS, Serializer, SetEnqueueOptions, SetWorkflowID
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url

from assistant.domain.errors import AssistantError, Conflict, NotFound, Unavailable

log = logging.getLogger(__name__)
Handler = Callable[[str], Awaitable[Any]]
T = TypeVar("T")

#: Pinned: work queued by an older release is finished by a newer one. Handlers stay compatible instead.
WORK_VERSION = "1"
QUICK, SLOW = "quick", "slow"
#: Another process may have begun a job that we asked for; so long we take it to be waiting still.
DOUBT_AFTER = 1.0
_LONGEST_END_SECONDS = 5.0  # for what a cancelled job still has to put away
FAILED_STATES = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


class JobFailed(Exception):
    """What dbos keeps of a failure: a code, no words."""


def _not_told_twice(record: logging.LogRecord) -> bool:
    """dbos reports a failed job once more, with a stack of its own."""
    return not (record.exc_info and isinstance(record.exc_info[1], JobFailed))


@dataclass(frozen=True, slots=True)
class JobRecord:
    id: str
    kind: str
    subject: str
    state: str
    error: str | None
    created_at: datetime


class JsonSerializer(Serializer):
    """Ids and codes as plain JSON: readable by every release, and nothing that a stored row could make us execute."""

    def serialize(self, data: Any) -> str:
        return json.dumps({"error": f"{data}"[:200]} if isinstance(data, BaseException) else {"value": data}, default=str)

    def deserialize(self, serialized_data: str) -> Any:
        stored = json.loads(serialized_data)
        if "error" in stored:
            return JobFailed(stored["error"])
        value = stored.get("value")
        if isinstance(value, dict) and set(value) == {"args", "kwargs"}:
            return {"args": tuple(value["args"]), "kwargs": value["kwargs"]}
        return value

    def name(self) -> str:
        return "local_assistance_json"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A wake-up that is stored and, as far as we know, not begun."""

    job_id: str
    at: float


class Interrupted(BaseException):
    """Our stop, not the job's failure: no `Exception`, so dbos records nothing and the job goes on at the next start."""


class JobQueue:
    """One a process. `quick` kinds answer people (polled ten times a second on SQLite), the others can wait a second.

    dbos keeps to its own threads: jobs are plain functions there that wait for a handler on our event loop. (Its asyncio mode replaces
    the loop's default executor, which everything else in the process uses too.)
    """

    def __init__(
        self,
        url: str,
        *,
        executor: str = "local",
        quick_poll: float = 0.1,
        quick_workers: int = 6,
        slow_workers: int = 2,
        doubt_after: float = DOUBT_AFTER,
    ) -> None:
        self._url = url
        self._executor = executor
        self._poll = quick_poll
        self._workers = {QUICK: quick_workers, SLOW: slow_workers}
        self._handlers: dict[str, tuple[Handler, str]] = {}
        self._engine: Engine | None = None
        self._workflow: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._running: set[asyncio.Task[str]] = set()
        self._stopping = False
        self._wanted: dict[tuple[str, str], None] = {}
        self._queued: dict[tuple[str, str], _Asked] = {}
        self._doubt_after = doubt_after
        self._signal = asyncio.Event()
        self._flusher: asyncio.Task[None] | None = None

    def register(self, kind: str, handler: Handler, *, quick: bool = False) -> None:
        """Before `start`: what does the jobs of a kind."""
        self._handlers[kind] = (handler, QUICK if quick else SLOW)

    async def start(self) -> None:
        """Launch dbos; jobs left by the last process go on. Handlers run on this event loop."""
        self._loop, self._stopping = asyncio.get_running_loop(), False
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="jobs")
        await self._off_loop(self._launch)
        self._flusher = asyncio.create_task(self._flush(), name="job-wake-ups")

    def _launch(self) -> None:
        logging.getLogger("dbos").addFilter(_not_told_twice)
        self._engine = _engine(self._url)
        DBOS(
            config={
                "name": "local-assistance",
                "system_database_url": self._url,
                "system_database_engine": self._engine,
                "application_version": WORK_VERSION,
                "executor_id": self._executor,
                "serializer": JsonSerializer(),
                "log_level": "ERROR",
                "console_log_level": "ERROR",
                "max_executor_threads": 32,
                "use_listen_notify": False,
            }
        )

        def job(kind: str, subject: str) -> str:
            return self._wait_for(kind, subject)

        self._workflow = DBOS.workflow(name="local_assistance.job", max_recovery_attempts=1000)(job)
        DBOS.launch()
        for queue, workers in self._workers.items():
            DBOS.register_queue(
                queue,
                worker_concurrency=workers,
                polling_interval_sec=self._poll if queue == QUICK else max(1.0, self._poll),
                on_conflict="always_update",
            )

    async def stop(self, *, wait_seconds: float = 5.0) -> None:
        """Finish what is running (at most `wait_seconds`); what is not finished goes on at the next start."""
        self._stopping = True
        if self._flusher is not None:
            self._flusher.cancel()
            with suppress(asyncio.CancelledError):
                await self._flusher
            self._flusher = None
        if self._running:
            _, left = await asyncio.wait(self._running, timeout=wait_seconds)
            for task in left:
                task.cancel()
            if left:
                await asyncio.wait(left, timeout=_LONGEST_END_SECONDS)
        if self._threads is not None:
            await self._off_loop(lambda: DBOS.destroy(destroy_registry=True))
            self._threads.shutdown(wait=True)
            self._threads = self._workflow = None
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    async def _off_loop(self, work: Callable[[], T]) -> T:
        if self._loop is None or self._threads is None:
            raise Unavailable("the job queue is not running")
        return await self._loop.run_in_executor(self._threads, work)

    # -- asking for work ---------------------------------------------------------------------------------------------------------

    def wake(self, kind: str, subject: str) -> None:
        """Ask for a job on `subject`; returns at once. Jobs asked for again before they have begun are one job."""
        asked = self._queued.get((kind, subject))
        if asked is None or asked.at < time.monotonic() - self._doubt_after:
            self._wanted[(kind, subject)] = None
            self._signal.set()

    async def enqueue(self, kind: str, subject: str, *, delay: float | None = None) -> str:
        """Queue a job and return its id once it is stored."""
        return await self._off_loop(lambda: self._enqueue(kind, subject, f"{kind}:{uuid.uuid4()}", delay))

    def _enqueue(self, kind: str, subject: str, job_id: str, delay: float | None = None) -> str:
        if kind not in self._handlers:
            raise NotFound(f"no such kind of job: {kind}")
        with SetWorkflowID(job_id), SetEnqueueOptions(delay_seconds=delay):
            DBOS.enqueue_workflow(self._handlers[kind][1], self._workflow, kind, subject)
        return job_id

    async def _flush(self) -> None:
        while True:
            await self._signal.wait()
            self._signal.clear()
            wishes, self._wanted = list(self._wanted), {}
            await self._off_loop(lambda wishes=wishes: self._store(wishes))  # type: ignore[misc]

    def _store(self, wishes: list[tuple[str, str]]) -> None:
        waiting = self._waiting([asked.job_id for wish in wishes if (asked := self._queued.get(wish)) is not None])
        for kind, subject in wishes:
            asked = self._queued.get((kind, subject))
            job_id = asked.job_id if asked is not None and asked.job_id in waiting else f"{kind}:{uuid.uuid4()}"
            self._queued[(kind, subject)] = _Asked(job_id, time.monotonic())
            try:
                if job_id not in waiting:
                    self._enqueue(kind, subject, job_id)
            except Exception as error:  # noqa: BLE001 - a wake-up that cannot be stored is found again by the sweep
                self._queued.pop((kind, subject), None)
                log.error("wake-up not stored", extra={"kind": kind, "error": type(error).__name__})

    def _waiting(self, job_ids: list[str]) -> set[str]:
        """Those that have not begun. Another process may have taken ours over, and died of it: then we ask for them again."""
        if not job_ids:
            return set()
        try:
            rows = DBOS.list_workflows(workflow_ids=job_ids, status=["ENQUEUED"], load_input=False, load_output=False)
        except Exception as error:  # noqa: BLE001 - asked for once too often does no harm
            log.error("wake-ups not looked up", extra={"error": type(error).__name__})
            return set()
        return {row.workflow_id for row in rows}

    def _wait_for(self, kind: str, subject: str) -> str:
        """On a thread of dbos: hand the job to our loop and wait for it."""
        if self._stopping or self._loop is None:
            raise Interrupted
        try:
            return asyncio.run_coroutine_threadsafe(self._tracked(kind, subject), self._loop).result()
        except CancelledError:
            raise Interrupted from None

    async def _tracked(self, kind: str, subject: str) -> str:
        """The job as a task that `stop` finds from its first step on."""
        task = asyncio.current_task()
        if self._stopping or task is None:
            raise asyncio.CancelledError
        self._running.add(task)
        try:
            return await self._job(kind, subject)
        finally:
            self._running.discard(task)

    async def _job(self, kind: str, subject: str) -> str:
        self._queued.pop((kind, subject), None)
        handler = self._handlers.get(kind)
        if handler is None:
            raise JobFailed(f"no handler for {kind}")
        try:
            await handler[0](subject)
        except AssistantError as error:
            log.warning("job failed", extra={"kind": kind, "code": error.reason})
            raise JobFailed(error.reason) from None
        except Exception as error:  # noqa: BLE001 - reported by its type alone: messages may repeat personal words
            log.error("job failed", extra={"kind": kind, "error": type(error).__name__})
            raise JobFailed(type(error).__name__) from None
        return "done"

    # -- seeing it ---------------------------------------------------------------------------------------------------------------

    async def failures(self, *, limit: int = 50) -> list[JobRecord]:
        """Jobs that ended in an error, newest first."""
        rows = await self._off_loop(lambda: DBOS.list_workflows(status=FAILED_STATES, limit=limit, sort_desc=True))
        return [_record(row) for row in rows]

    async def retry(self, job_id: str) -> str:
        """Do a failed job again under a new id."""
        rows = await self._off_loop(lambda: DBOS.list_workflows(workflow_ids=[job_id]))
        if not rows:
            raise NotFound("no such job")
        if rows[0].status not in FAILED_STATES:
            raise Conflict("only a failed job can be done again")
        record = _record(rows[0])
        fresh = await self.enqueue(record.kind, record.subject)
        await self._off_loop(lambda: DBOS.delete_workflow(job_id))
        return fresh

    async def depth(self) -> tuple[int, datetime | None]:
        """How many jobs are waiting or running, and since when the oldest is."""
        rows = await self._off_loop(
            lambda: DBOS.list_workflows(status=["ENQUEUED", "PENDING", "DELAYED"], limit=10_000, load_input=False, load_output=False)
        )
        ages = [row.created_at for row in rows if row.created_at is not None]
        return len(rows), _moment(min(ages)) if ages else None

    async def forget(self, before: datetime, *, limit: int = 1000) -> int:
        """Delete the records of jobs that succeeded before a moment; failed ones stay until they are retried."""

        def work() -> int:
            rows = DBOS.list_workflows(
                status=["SUCCESS", "CANCELLED"], end_time=before.isoformat(), limit=limit, load_input=False, load_output=False
            )
            if rows:
                DBOS.delete_workflows([row.workflow_id for row in rows])
            return len(rows)

        total = 0
        while (amount := await self._off_loop(work)) > 0:
            total += amount
        return total


def _record(row: Any) -> JobRecord:
    arguments = (row.input or {}).get("args") or ("", "")
    error = f"{row.error}" if row.error is not None else None
    return JobRecord(row.workflow_id, str(arguments[0]), str(arguments[1]), row.status, error, _moment(row.created_at))


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)


def _engine(url: str) -> Engine:
    """Jobs are only wake-ups for tables that are written with full durability: here WAL without a flush per commit is enough."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_size=10, max_overflow=10, pool_pre_ping=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, pool_size=10, max_overflow=10, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine

"""One door to SQLite or Postgres: short read and write transactions, run off the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

T = TypeVar("T")
BUSY_TIMEOUT_MS = 15_000
#: SQLite flushes every commit to the disk: what was acknowledged survives a power cut. Tests that need no power cut turn it off
SYNCHRONOUS = "FULL"


class Database:
    """`write()` is one immediate transaction (SQLite writers queue up here, not as lock errors); `read()` sees a snapshot.

    Both are synchronous; async code calls `await db.run(fn)`, which runs `fn` in this database's threads.
    """

    def __init__(self, url: str, *, threads: int = 8) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database and self.url.database != ":memory:":
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = {"connect_args": {"check_same_thread": False}} if self.is_sqlite else {"pool_pre_ping": True}
        self.engine = create_engine(self.url, pool_size=threads + 4, max_overflow=8, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._writers = _TurnLock()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="db")

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self._sessions() as session:
            yield session

    @contextmanager
    def write(self, *, urgent: bool = False) -> Iterator[Session]:
        """Commits on leaving, rolls back on any exception. `urgent` (a webhook that somebody waits for) goes before other writers."""
        if not self.is_sqlite:
            with self._sessions.begin() as session:
                yield session
            return
        with self._writers.turn(urgent), self._sessions() as session:
            session.connection(execution_options={"immediate": True})
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)

    def close(self) -> None:
        self._threads.shutdown(wait=True)
        self.engine.dispose()


class _TurnLock:
    """One writer at a time; the urgent ones first. Background work comes in bursts, and an answer should not queue up behind it."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._taken = False
        self._urgent = 0

    @contextmanager
    def turn(self, urgent: bool) -> Iterator[None]:
        with self._condition:
            self._urgent += urgent
            try:
                while self._taken or (self._urgent and not urgent):
                    self._condition.wait()
                self._taken = True
            finally:
                self._urgent -= urgent
        try:
            yield
        finally:
            with self._condition:
                self._taken = False
                self._condition.notify_all()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"synchronous={SYNCHRONOUS}",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

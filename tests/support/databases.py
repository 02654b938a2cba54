"""Empty SQLite stores of the newest shape, copied from one that is made once a process: making the tables costs more than most tests."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from assistant.storage import migrate
from assistant.storage.database import Database


def fresh_database(path: Path, *, threads: int = 4) -> Database:
    path.write_bytes(_empty())
    return Database(f"sqlite:///{path}", threads=threads)


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        made = Database(f"sqlite:///{path}")
        migrate.upgrade(made)
        made.close()
        return path.read_bytes()

"""Bringing a database to the newest shape: one process at a time, each revision whole or not at all."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from assistant.storage.database import Database

HERE = Path(__file__).parent / "migrations"
_LOCK = 0x10CA1A55  # any constant: what matters is that all our processes use the same


def upgrade(db: Database, *, to: str = "head", before: Callable[[str], None] = lambda _: None) -> bool:
    """Run missing migrations; True when there were any. `before` is called with the old revision when data is about to change."""
    with _only_one(db):
        old = current(db)
        if old == (head() if to == "head" else to):
            return False
        if old is not None:
            before(old)
        with db.engine.connect() as connection:
            connection = connection.execution_options(immediate=True)
            with connection.begin():
                command.upgrade(_configure(connection), to)
        return True


def current(db: Database) -> str | None:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    found = ScriptDirectory.from_config(_configure(None)).get_current_head()
    assert found is not None
    return found


def revisions() -> list[str]:
    """Every revision, oldest first."""
    return [script.revision for script in reversed(list(ScriptDirectory.from_config(_configure(None)).walk_revisions()))]


def _configure(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _only_one(db: Database) -> Iterator[None]:
    """A lock that goes with its process, so that a killed migration blocks nobody."""
    if not db.is_sqlite:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
        return
    path = db.url.database
    if not path or path == ":memory:":
        yield
        return
    with Path(f"{path}.migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

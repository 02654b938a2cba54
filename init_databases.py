"""Creates and upgrades every store: folders, keys, database. Idempotent, and safe from several processes at once."""

from __future__ import annotations

import sys
from collections.abc import Callable

from assistant.domain.clock import Clock, SystemClock
from assistant.domain.errors import AssistantError
from assistant.storage.backup import write_backup
from assistant.storage.stores import Stores, open_stores
from config import Settings, load_settings


def initialise(settings: Settings, clock: Clock | None = None, *, on_name: Callable[[str], None] = lambda name: None) -> Stores:
    """Open everything, made and upgraded as needed; a backup is written before a migration changes existing data."""
    used = clock or SystemClock()

    def keep_a_copy(stores: Stores, revision: str) -> None:
        target = stores.backup_dir / f"before-upgrade-from-{revision}.backup"
        write_backup(stores.db, stores.media_dir, stores.keyring.load(), target, used)

    return open_stores(
        data_dir=settings.data_dir,
        database_url=settings.database,
        keys=settings.secret("encryption_keys"),
        clock=used,
        before_upgrade=keep_a_copy,
        on_name=on_name,
    )


if __name__ == "__main__":
    try:
        initialise(load_settings()).close()
    except AssistantError as error:
        sys.exit(error.detail)
    print("All stores are ready.")

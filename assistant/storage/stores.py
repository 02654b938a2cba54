"""Everything that keeps data, opened together: the database brought up to date, the vault with its keys, the people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.domain.clock import Clock
from assistant.storage import migrate
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.keyring import Keyring
from assistant.storage.vault import OWNER, Vault

KEY_FILE = Path("keys") / "encryption.key"


@dataclass(frozen=True)
class Stores:
    db: Database
    vault: Vault
    keyring: Keyring
    contacts: Contacts
    data_dir: Path

    @property
    def media_dir(self) -> Path:
        return self.data_dir / "media"

    @property
    def chroma_dir(self) -> Path:
        return self.data_dir / "chroma"

    @property
    def backup_dir(self) -> Path:
        return self.data_dir / "backups"

    def close(self) -> None:
        self.db.close()


def open_stores(
    *,
    data_dir: Path,
    database_url: str,
    keys: str | None,
    clock: Clock,
    before_upgrade: Callable[[Stores, str], None] = lambda stores, revision: None,
    on_name: Callable[[str], None] = lambda name: None,
) -> Stores:
    """Create what is missing and upgrade what is old. Idempotent, and safe from several processes at once."""
    for folder in (data_dir, data_dir / "media", data_dir / "chroma", data_dir / "keys", data_dir / "backups"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    keyring = Keyring(data_dir / KEY_FILE, keys)
    vault = Vault(keyring.load(), clock, reload=keyring.load)
    db = Database(database_url)
    stores = Stores(db, vault, keyring, Contacts(vault, clock, on_name=on_name), data_dir)
    migrate.upgrade(db, before=lambda revision: before_upgrade(stores, revision))
    with db.write() as session:  # the keys that reading needs are made here, never in a read
        vault.blind(session, "start", "")
        vault.seal(session, OWNER, "start", "")
    return stores

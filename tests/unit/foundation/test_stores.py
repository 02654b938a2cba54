"""Keys, sealed fields, migrations and backup, on the real database."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

import privacy
from assistant.domain.clock import ManualClock
from assistant.storage import migrate
from assistant.storage.backup import BackupProblem, read_backup, write_backup
from assistant.storage.database import Database
from assistant.storage.keyring import Keyring
from assistant.storage.stores import Stores, open_stores
from assistant.storage.tables import Base, Contact, DataKey
from assistant.storage.vault import MasterKey, SealBroken, Vault
from config import ROOT

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
CLOCK = ManualClock(NOW)


def opened(folder: Path, url: str | None = None) -> Stores:
    return open_stores(data_dir=folder, database_url=url or f"sqlite:///{folder / 'assistant.db'}", keys=None, clock=CLOCK)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    stores = opened(tmp_path)
    yield stores
    stores.close()


def person(stores: Stores, phone: str = "+12025550143", name: str = "Siobhan Daly") -> str:
    with stores.db.write() as session:
        contact = stores.contacts.for_phone(session, phone)
        stores.contacts.set_name(session, contact.id, name)
        return contact.id


def test_a_person_has_one_identity(stores: Stores) -> None:
    first = person(stores)
    with stores.db.write() as session:
        assert stores.contacts.for_phone(session, "+12025550143").id == first
    with stores.db.read() as session:
        found = stores.contacts.find_phone(session, "+12025550143")
    assert found is not None and found.name == "Siobhan Daly"


def test_the_file_shows_nothing(stores: Stores, tmp_path: Path) -> None:
    person(stores)
    stores.close()
    raw = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and "keys" not in path.parts)
    assert b"Siobhan" not in raw and b"2025550143" not in raw


def test_erasing_the_key_is_the_erasure(stores: Stores) -> None:
    contact = person(stores)
    with stores.db.write() as session:
        sealed = stores.vault.seal(session, contact, "text", "secret")
        stores.contacts.erase(session, contact)
    with stores.db.read() as session, pytest.raises(SealBroken):
        stores.vault.open(session, contact, "text", sealed)


def test_a_sealed_value_cannot_be_moved(stores: Stores) -> None:
    contact = person(stores)
    with stores.db.write() as session:
        sealed = stores.vault.seal(session, contact, "name", "Ann")
        with pytest.raises(SealBroken):
            stores.vault.open(session, contact, "email", sealed)


def test_a_rolled_back_key_is_not_remembered(stores: Stores) -> None:
    with pytest.raises(RuntimeError), stores.db.write() as session:
        stores.vault.seal(session, "con_new", "name", "Ann")
        raise RuntimeError("the transaction fails")
    with stores.db.write() as session:
        sealed = stores.vault.seal(session, "con_new", "name", "Ann")
    fresh = Vault(stores.keyring.load(), CLOCK)
    with stores.db.read() as session:
        assert fresh.open(session, "con_new", "name", sealed) == "Ann"


def test_key_file_is_private_and_made_once(tmp_path: Path) -> None:
    first, second = Keyring(tmp_path / "k" / "key"), Keyring(tmp_path / "k" / "key")
    assert first.load() == second.load()
    assert (tmp_path / "k" / "key").stat().st_mode & 0o777 == 0o600


def test_rotation_goes_on_where_it_was_killed(stores: Stores) -> None:
    people = [person(stores, f"+120255501{n:02d}", f"Person {n}") for n in range(12)]
    old = stores.keyring.load()[0]
    stores.keyring.add()
    half = Vault(stores.keyring.load(), CLOCK)
    with stores.db.write() as session:  # a rotation that was killed after its first batch
        assert half.rewrap(session, limit=5) == 5

    current, wrapped = privacy.rotate_keys(stores.db, stores.keyring, lambda keys: Vault(keys, CLOCK))

    assert current != old.id and wrapped == 14 - 5 and len(stores.keyring.load()) == 2
    with stores.db.read() as session:
        assert set(session.execute(select(DataKey.master_id)).scalars()) == {current}
        assert [stores.contacts.get(session, contact).name for contact in people] == [f"Person {n}" for n in range(12)]  # type: ignore[union-attr]


def test_a_running_server_follows_a_rotation(stores: Stores) -> None:
    contact = person(stores)
    privacy.rotate_keys(stores.db, stores.keyring, lambda keys: Vault(keys, CLOCK))
    stores.vault.drop_cache()
    with stores.db.read() as session:
        assert stores.contacts.get(session, contact).name == "Siobhan Daly"  # type: ignore[union-attr]


def test_the_migrations_make_the_tables_of_the_code(tmp_path: Path) -> None:
    made, coded = Database(f"sqlite:///{tmp_path}/made.db"), Database(f"sqlite:///{tmp_path}/coded.db")
    migrate.upgrade(made)
    Base.metadata.create_all(coded.engine)

    def shape(db: Database) -> dict[str, object]:
        seen = inspect(db.engine)
        return {
            table: (
                sorted((c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(table)),
                sorted((i["name"], tuple(i["column_names"]), bool(i["unique"])) for i in seen.get_indexes(table)),
                sorted((f["referred_table"], tuple(f["constrained_columns"]), str(f["options"])) for f in seen.get_foreign_keys(table)),
            )
            for table in seen.get_table_names()
            if table != "alembic_version"
        }

    assert shape(made) == shape(coded)


@pytest.mark.parametrize("revision", migrate.revisions()[:-1] or [migrate.head()])
def test_an_upgrade_keeps_the_data(tmp_path: Path, revision: str) -> None:
    _upgrade_with_data(f"sqlite:///{tmp_path}/old.db", revision)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("revision", migrate.revisions()[:-1] or [migrate.head()])
def test_an_upgrade_keeps_the_data_on_postgres(postgres_url: str, revision: str) -> None:
    _upgrade_with_data(postgres_url, revision)


def _upgrade_with_data(url: str, revision: str) -> None:
    db = Database(url)
    migrate.upgrade(db, to=revision)
    with db.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO contacts (id, blocked, created_at, updated_at) VALUES ('con_1', :no, :at, :at)"),
            {"no": False, "at": NOW.replace(tzinfo=None) if db.is_sqlite else NOW},
        )
    told: list[str] = []
    changed = migrate.upgrade(db, before=told.append)
    assert changed == (revision != migrate.head()) and told == ([revision] if changed else [])
    assert migrate.current(db) == migrate.head()
    with db.read() as session:
        assert session.execute(select(Contact.id)).scalars().all() == ["con_1"]
    db.close()


@pytest.mark.slow
def test_two_processes_start_on_one_empty_folder(tmp_path: Path) -> None:
    command = [sys.executable, "init_databases.py"]
    environment = {"DATA_DIR": str(tmp_path / "data"), "PATH": "/usr/bin:/bin"}
    both = [subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    results = [(*process.communicate(timeout=60), process.returncode) for process in both]
    assert [code for *_, code in results] == [0, 0], results
    stores = opened(tmp_path / "data")
    person(stores)
    stores.close()


def test_backup_and_restore_of_everything(stores: Stores, tmp_path: Path) -> None:
    contact = person(stores)
    (stores.media_dir / "ab").mkdir()
    (stores.media_dir / "ab" / "picture").write_bytes(b"\x00sealed" * 400_000)
    target = tmp_path / "all.backup"
    keys = stores.keyring.load()
    rows = write_backup(stores.db, stores.media_dir, keys, target, CLOCK)

    with stores.db.write() as session:
        stores.contacts.erase(session, contact)
    person(stores, "+12025550199", "Somebody Later")
    (stores.media_dir / "ab" / "picture").unlink()

    assert read_backup(stores.db, stores.media_dir, keys, target) == rows
    stores.vault.drop_cache()
    with stores.db.read() as session:
        assert stores.contacts.get(session, contact).name == "Siobhan Daly"  # type: ignore[union-attr]
        assert stores.contacts.find_phone(session, "+12025550199") is None
    assert (stores.media_dir / "ab" / "picture").stat().st_size == 2_800_000
    assert b"Siobhan" not in target.read_bytes()


@pytest.mark.parametrize("damage", ["cut", "flip", "foreign", "key"])
def test_a_bad_backup_is_refused_and_nothing_changes(stores: Stores, tmp_path: Path, damage: str) -> None:
    contact = person(stores)
    target, keys = tmp_path / "all.backup", stores.keyring.load()
    write_backup(stores.db, stores.media_dir, keys, target, CLOCK)
    content = bytearray(target.read_bytes())
    if damage == "cut":
        content = content[:-30]
    elif damage == "flip":
        content[len(content) // 2] ^= 1
    elif damage == "foreign":
        content = bytearray(b"PK" + bytes(content))
    else:
        keys = (MasterKey.generate(),)
    target.write_bytes(content)
    with pytest.raises(BackupProblem):
        read_backup(stores.db, stores.media_dir, keys, target)
    with stores.db.read() as session:
        assert stores.contacts.get(session, contact) is not None

"""Everything in one encrypted file: all rows as they are (sealed fields stay sealed) and the media files. Keys are not in it.

Format: a header, then chunks of AES-256-GCM under a key derived from the master key; a chunk knows its place, so none can be dropped,
swapped or cut off. Inside: a tar stream with one JSON-lines member a table and the media files.
"""

from __future__ import annotations

import base64
import io
import json
import os
import struct
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, MetaData, Table, delete, insert, select, text
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.errors import AssistantError
from assistant.storage import migrate
from assistant.storage.database import Database
from assistant.storage.tables import Base
from assistant.storage.types import UtcDateTime
from assistant.storage.vault import MasterKey

MAGIC = b"LOCALASSIST1"
CHUNK = 1 << 20
BATCH = 500


class BackupProblem(AssistantError):
    code = "backup_problem"


def write_backup(db: Database, media_dir: Path, masters: tuple[MasterKey, ...], target: Path, clock: Clock) -> int:
    """Back up a running installation into `target` (written beside, then renamed); the number of rows."""
    staged = target.with_name(target.name + ".new")
    target.parent.mkdir(parents=True, exist_ok=True)
    rows = 0
    with staged.open("wb") as file:
        os.chmod(staged, 0o600)
        sealed = _SealedWriter(file, masters[0])
        with tarfile.open(fileobj=sealed, mode="w|") as tar, db.read() as session:
            if not db.is_sqlite:
                session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            _add(tar, "about.json", json.dumps({"revision": migrate.current(db), "at": clock.now().isoformat()}).encode())
            for table in _tables_there(db):
                lines, count = _dump(session, table)
                rows += count
                _add(tar, f"tables/{table.name}.jsonl", lines)
            for path in sorted(media_dir.rglob("*")):
                if path.is_file():
                    try:
                        _add(tar, f"media/{path.relative_to(media_dir)}", path.read_bytes())
                    except FileNotFoundError:
                        continue  # its message was deleted a moment ago
        sealed.finish()
        file.flush()
        os.fsync(file.fileno())
    staged.replace(target)
    return rows


def read_backup(db: Database, media_dir: Path, masters: tuple[MasterKey, ...], source: Path) -> int:
    """Replace everything by what the backup holds, in one transaction; the number of rows. The media files are added first."""
    with source.open("rb") as file:
        for _ in _members(file, masters):  # a damaged or foreign file is refused before anything is touched
            pass
    rows = 0
    with source.open("rb") as file, db.write() as session:
        tables = {table.name: table for table in Base.metadata.sorted_tables}
        for name, content in _members(file, masters):
            if name == "about.json":
                revision = json.loads(content)["revision"]
                if revision != migrate.current(db):
                    raise BackupProblem(
                        f"the backup is of database revision {revision}, this program's is {migrate.current(db)}; "
                        "restore it with the version that wrote it, then upgrade"
                    )
                for table in reversed(Base.metadata.sorted_tables):
                    session.execute(delete(table))
            elif name.startswith("tables/"):
                table = tables[name.removeprefix("tables/").removesuffix(".jsonl")]
                rows += _load(session, table, content)
            elif name.startswith("media/"):
                path = (media_dir / name.removeprefix("media/")).resolve()
                if not path.is_relative_to(media_dir.resolve()):
                    raise BackupProblem("the backup names a file outside the media folder")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        if not db.is_sqlite:
            _continue_sequences(session)
    return rows


def _members(file: IO[bytes], masters: tuple[MasterKey, ...]) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=_SealedReader(file, masters), mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member)
            assert content is not None
            yield member.name, content.read()


def _tables_there(db: Database) -> list[Table]:
    """The tables as this database has them, which before an upgrade are not yet those of this program."""
    found = MetaData()
    found.reflect(db.engine)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def _dump(session: Session, table: Table) -> tuple[bytes, int]:
    lines = io.BytesIO()
    count = 0
    for row in session.execute(select(table).execution_options(yield_per=BATCH)).mappings():
        lines.write(json.dumps({key: _plain(value) for key, value in row.items()}, ensure_ascii=False).encode() + b"\n")
        count += 1
    return lines.getvalue(), count


def _load(session: Session, table: Table, content: bytes) -> int:
    rows = [{key: _typed(table, key, value) for key, value in json.loads(line).items()} for line in content.splitlines()]
    for start in range(0, len(rows), BATCH):
        session.execute(insert(table), rows[start : start + BATCH])
    return len(rows)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):  # SQLite gives them without zone: they are UTC
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    return value


def _typed(table: Table, key: str, value: Any) -> Any:
    kind = table.c[key].type
    if value is None:
        return None
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    return datetime.fromisoformat(value) if isinstance(kind, UtcDateTime) else value


def _continue_sequences(session: Session) -> None:
    """Postgres counts on by itself: after explicit ids it must be told where."""
    for table in Base.metadata.sorted_tables:
        for column in table.primary_key:
            if column.autoincrement is True:
                session.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "
                         f"COALESCE((SELECT MAX({column.name}) FROM {table.name}), 0) + 1, false)")
                )  # fmt: skip


class _SealedWriter(io.RawIOBase):
    """Takes a stream, writes chunks: length, nonce, ciphertext. The last chunk is marked as such."""

    def __init__(self, out: IO[bytes], master: MasterKey) -> None:
        self._out = out
        self._cipher = AESGCM(master.derive("backup"))
        self._buffer = bytearray()
        self._number = 0
        out.write(MAGIC + master.id.encode().ljust(16))

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._buffer += data
        while len(self._buffer) > CHUNK:
            self._chunk(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]
        return len(data)

    def finish(self) -> None:
        self._chunk(bytes(self._buffer), last=True)

    def _chunk(self, data: bytes, *, last: bool) -> None:
        nonce = os.urandom(12)
        sealed = self._cipher.encrypt(nonce, data, struct.pack(">Q?", self._number, last))
        self._out.write(struct.pack(">I?", len(sealed), last) + nonce + sealed)
        self._number += 1


class _SealedReader(io.RawIOBase):
    def __init__(self, source: IO[bytes], masters: tuple[MasterKey, ...]) -> None:
        header = source.read(len(MAGIC) + 16)
        if header[: len(MAGIC)] != MAGIC:
            raise BackupProblem("this is not a backup of the assistant")
        key_id = header[len(MAGIC) :].decode("ascii", "replace").strip()
        master = next((master for master in masters if master.id == key_id), None)
        if master is None:
            raise BackupProblem(f"the backup was sealed with key {key_id}, which is not among your keys; add it to ENCRYPTION_KEYS")
        self._cipher = AESGCM(master.derive("backup"))
        self._source = source
        self._buffer = b""
        self._number = 0
        self._done = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._done and (size < 0 or len(self._buffer) < size):
            self._buffer += self._chunk()
        cut = len(self._buffer) if size < 0 else size
        data, self._buffer = self._buffer[:cut], self._buffer[cut:]
        return data

    def _chunk(self) -> bytes:
        head = self._source.read(5)
        if len(head) < 5:
            raise BackupProblem("the backup is cut off")
        length, last = struct.unpack(">I?", head)
        nonce, sealed = self._source.read(12), self._source.read(length)
        try:
            data = self._cipher.decrypt(nonce, sealed, struct.pack(">Q?", self._number, last))
        except InvalidTag:
            raise BackupProblem("the backup is damaged") from None
        self._number += 1
        self._done = last
        return data

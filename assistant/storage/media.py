"""Pictures and recordings: sealed files named by a keyed hash of their content, one row each in the database.

A file is written and flushed before its row is committed, so a row always has its file; a file without a row is litter that `collect`
removes. The name is per contact: the same picture from two people is two files under two keys, and erasing one leaves the other's.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.errors import NotFound, TooMany
from assistant.domain.ids import new_id
from assistant.storage.database import Database
from assistant.storage.tables import Media
from assistant.storage.vault import Vault

#: Litter younger than this may be a file whose row is just being written.
LITTER_AGE = timedelta(hours=1)


class StorageFull(TooMany):
    code, say = "storage_full", "I have no room left to keep pictures."


@dataclass(frozen=True, slots=True)
class MediaRecord:
    id: str
    kind: str
    mime: str
    size: int
    width: int | None
    height: int | None
    contact_id: str | None
    message_id: str | None
    facts: Mapping[str, Any]
    stored: bool
    created_at: datetime


class MediaStore:
    """Files under `folder`; at most `quota_mb` of them. Old pictures make room for new ones, recordings never do."""

    def __init__(self, db: Database, vault: Vault, clock: Clock, folder: Path, *, quota_mb: int = 2048) -> None:
        self._db = db
        self._vault = vault
        self._clock = clock
        self._folder = folder
        self._quota = quota_mb * 1024 * 1024

    def put(
        self,
        data: bytes,
        *,
        mime: str,
        kind: str = "picture",
        contact_id: str | None = None,
        message_id: str | None = None,
        width: int | None = None,
        height: int | None = None,
        media_id: str | None = None,
    ) -> str:
        """Seal and keep some bytes; returns the media id. `media_id` completes a row that waited for its content."""
        self._make_room(len(data))
        with self._db.write() as session:
            address = self._vault.blind(session, "media", f"{contact_id or 'owner'}|".encode() + data)
            name = f"{address.hex()[:2]}/{address.hex()}"
            path = self._folder / name
            if not path.exists():
                self._write(path, self._vault.seal_bytes(session, contact_id, f"media:{name}", data))
            row = session.get(Media, media_id) if media_id else None
            if row is None:
                now = self._clock.now()
                row = Media(id=media_id or new_id("med", now), contact_id=contact_id, message_id=message_id, kind=kind, created_at=now)
                session.add(row)
            row.content_hash, row.path, row.size, row.mime, row.width, row.height = address, name, len(data), mime, width, height
            return row.id

    def read(self, media_id: str) -> tuple[bytes, str]:
        """The bytes and their type."""
        with self._db.read() as session:
            row = session.get(Media, media_id)
            if row is None or not row.path:
                raise NotFound("no such media")
            try:
                sealed = (self._folder / row.path).read_bytes()
            except FileNotFoundError as error:
                raise NotFound("the file of this media is gone") from error
            return self._vault.open_bytes(session, row.contact_id, f"media:{row.path}", sealed), row.mime

    def get(self, media_id: str) -> MediaRecord:
        with self._db.read() as session:
            row = session.get(Media, media_id)
            if row is None:
                raise NotFound("no such media")
            return self._record(session, row)

    def set_facts(self, media_id: str, facts: Mapping[str, Any]) -> None:
        """Add to what is known about a picture (sealed): what it says, what became of it at the provider."""
        with self._db.write() as session:
            row = session.get(Media, media_id)
            if row is not None:
                known = self._vault.open_json(session, row.contact_id, "facts", row.facts_sealed) or {}
                row.facts_sealed = self._vault.seal_json(session, row.contact_id, "facts", {**known, **facts})

    def provider_url(self, media_id: str) -> str | None:
        """Where the provider still has it; None once it was deleted there."""
        with self._db.read() as session:
            row = session.get(Media, media_id)
            if row is None or row.provider_deleted_at is not None:
                return None
            return self._vault.open(session, row.contact_id, "provider_url", row.provider_url_sealed)

    def gone_at_provider(self, media_id: str) -> None:
        with self._db.write() as session:
            row = session.get(Media, media_id)
            if row is not None:
                row.provider_deleted_at, row.provider_url_sealed = self._clock.now(), None

    def left_at_provider(self, *, limit: int = 50) -> list[str]:
        """Stored pictures that the provider should delete as well."""
        query = select(Media.id).where(Media.path != "", Media.provider_url_sealed.is_not(None), Media.provider_deleted_at.is_(None))
        with self._db.read() as session:
            return list(session.execute(query.order_by(Media.id).limit(limit)).scalars())

    def delete(self, media_id: str) -> None:
        with self._db.write() as session:
            row = session.get(Media, media_id)
            if row is not None:
                session.delete(row)
        self.collect()

    def used(self) -> int:
        """Bytes in use, as the rows count them."""
        with self._db.read() as session:
            return int(session.execute(select(func.coalesce(func.sum(Media.size), 0))).scalar_one())

    def collect(self, *, everything: bool = False) -> int:
        """Remove files that no row names (of deleted messages, of erased people); returns how many."""
        if not self._folder.exists():
            return 0
        with self._db.read() as session:
            named = set(session.execute(select(Media.path).where(Media.path != "")).scalars())
        youngest = (self._clock.now() - (timedelta(0) if everything else LITTER_AGE)).timestamp()
        removed = 0
        for path in self._folder.glob("*/*"):
            if path.relative_to(self._folder).as_posix() not in named and (everything or path.stat().st_mtime < youngest):
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _make_room(self, size: int) -> None:
        used = self.used()
        if used + size <= self._quota:
            return
        with self._db.write() as session:
            for row in session.execute(select(Media).where(Media.kind == "picture", Media.path != "").order_by(Media.created_at)).scalars():
                if used + size <= self._quota:
                    break
                used -= row.size
                session.delete(row)
        self.collect(everything=False)
        if used + size > self._quota:
            raise StorageFull("the media quota is used up")

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _record(self, session: Session, row: Media) -> MediaRecord:
        return MediaRecord(
            id=row.id,
            kind=row.kind,
            mime=row.mime,
            size=row.size,
            width=row.width,
            height=row.height,
            contact_id=row.contact_id,
            message_id=row.message_id,
            facts=self._vault.open_json(session, row.contact_id, "facts", row.facts_sealed) or {},
            stored=bool(row.path),
            created_at=row.created_at,
        )

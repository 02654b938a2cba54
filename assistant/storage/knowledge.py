"""Documents for answers, and what callers agreed to have remembered: texts sealed, rows by id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.errors import Conflict, NotFound
from assistant.domain.ids import new_id
from assistant.storage.database import Database
from assistant.storage.tables import KnowledgeChunk, KnowledgeDocument, MemoryFact
from assistant.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    id: str
    title: str
    mime: str
    size: int
    chunks: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ChunkRecord:
    id: str
    document_id: str
    title: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class FactRecord:
    id: str
    contact_id: str
    text: str
    created_at: datetime


class KnowledgeStore:
    """Documents and their pieces, sealed under the owner's key. Synchronous: run it in the database's threads."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def add(self, *, title: str, mime: str, content: bytes, chunks: Sequence[tuple[str, str]]) -> tuple[DocumentRecord, list[ChunkRecord]]:
        """Store a document's pieces (heading, text); `Conflict` when this very content is there already."""
        now = self._clock.now()
        with self._database.write() as session:
            digest = self._vault.blind(session, "document", content)
            if session.execute(select(KnowledgeDocument.id).where(KnowledgeDocument.content_hash == digest)).first() is not None:
                raise Conflict("this document is there already", code="document_known")
            sealed_title = self._vault.seal_bytes(session, None, "document.title", title.encode())
            row = KnowledgeDocument(
                id=new_id("doc", now), title_sealed=sealed_title, mime=mime, size=len(content), content_hash=digest, created_at=now
            )
            session.add(row)
            session.flush()
            records = []
            for ordinal, (heading, text) in enumerate(chunks):
                record = ChunkRecord(new_id("chk", now), row.id, title, heading, text)
                session.add(
                    KnowledgeChunk(
                        id=record.id,
                        document_id=row.id,
                        ordinal=ordinal,
                        heading_sealed=self._vault.seal(session, None, "chunk.heading", heading),
                        text_sealed=self._vault.seal_bytes(session, None, "chunk.text", text.encode()),
                    )
                )
                records.append(record)
            return DocumentRecord(row.id, title, mime, row.size, len(records), now), records

    def documents(self) -> list[DocumentRecord]:
        """Newest first."""
        with self._database.read() as session:
            counted = select(KnowledgeChunk.document_id, func.count().label("chunks")).group_by(KnowledgeChunk.document_id).subquery()
            rows = session.execute(
                select(KnowledgeDocument, counted.c.chunks)
                .outerjoin(counted, counted.c.document_id == KnowledgeDocument.id)
                .order_by(KnowledgeDocument.created_at.desc(), KnowledgeDocument.id.desc())
            ).all()
            return [self._record(session, row, chunks or 0) for row, chunks in rows]

    def get(self, document_id: str) -> DocumentRecord:
        found = next((record for record in self.documents() if record.id == document_id), None)
        if found is None:
            raise NotFound("no such document")
        return found

    def chunks(self, document_id: str | None = None) -> list[ChunkRecord]:
        """The pieces of one document, or of all of them, in order."""
        with self._database.read() as session:
            wanted = select(KnowledgeChunk, KnowledgeDocument).join(KnowledgeDocument, KnowledgeDocument.id == KnowledgeChunk.document_id)
            if document_id is not None:
                wanted = wanted.where(KnowledgeDocument.id == document_id)
            rows = session.execute(wanted.order_by(KnowledgeDocument.created_at, KnowledgeDocument.id, KnowledgeChunk.ordinal)).all()
            titles: dict[str, str] = {}
            found = []
            for chunk, document in rows:
                if document.id not in titles:
                    titles[document.id] = self._title(session, document)
                heading = self._vault.open(session, None, "chunk.heading", chunk.heading_sealed) or ""
                text = self._vault.open_bytes(session, None, "chunk.text", chunk.text_sealed).decode()
                found.append(ChunkRecord(chunk.id, document.id, titles[document.id], heading, text))
            return found

    def remove(self, document_id: str) -> list[str]:
        """Delete a document; returns the ids of its pieces, whose vectors must go too."""
        with self._database.write() as session:
            row = session.get(KnowledgeDocument, document_id)
            if row is None:
                raise NotFound("no such document")
            ids = list(session.execute(select(KnowledgeChunk.id).where(KnowledgeChunk.document_id == document_id)).scalars())
            session.execute(delete(KnowledgeChunk).where(KnowledgeChunk.document_id == document_id))
            session.delete(row)
            return ids

    def _record(self, session: Session, row: KnowledgeDocument, chunks: int) -> DocumentRecord:
        return DocumentRecord(row.id, self._title(session, row), row.mime, row.size, chunks, row.created_at)

    def _title(self, session: Session, row: KnowledgeDocument) -> str:
        return self._vault.open_bytes(session, None, "document.title", row.title_sealed).decode()


class FactStore:
    """What callers agreed to have remembered, sealed under their own key and gone with it."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def add(self, contact_id: str, text: str) -> FactRecord:
        now = self._clock.now()
        with self._database.write() as session:
            sealed = self._vault.seal_bytes(session, contact_id, "memory", text.encode())
            row = MemoryFact(id=new_id("mem", now), contact_id=contact_id, text_sealed=sealed, created_at=now)
            session.add(row)
            session.flush()
            return FactRecord(row.id, contact_id, text, now)

    def of(self, contact_id: str) -> list[FactRecord]:
        """Oldest first."""
        with self._database.read() as session:
            rows = session.execute(
                select(MemoryFact).where(MemoryFact.contact_id == contact_id).order_by(MemoryFact.created_at, MemoryFact.id)
            ).scalars()
            found = []
            for row in rows:
                text = self._vault.open_bytes(session, contact_id, "memory", row.text_sealed).decode()
                found.append(FactRecord(row.id, contact_id, text, row.created_at))
            return found

    def remove(self, contact_id: str, fact_id: str) -> None:
        with self._database.write() as session:
            row = session.get(MemoryFact, fact_id)
            if row is None or row.contact_id != contact_id:
                raise NotFound("no such memory")
            session.delete(row)

    def forget(self, contact_id: str) -> int:
        """Drop everything remembered of one person; returns how much it was."""
        with self._database.write() as session:
            found = session.execute(select(MemoryFact.id).where(MemoryFact.contact_id == contact_id)).all()
            session.execute(delete(MemoryFact).where(MemoryFact.contact_id == contact_id))
            return len(found)

"""The documents that answers come from: taken in, listed, taken out, and found again after a start."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.errors import InvalidInput
from assistant.memory.documents import read
from assistant.memory.passages import Passage
from assistant.memory.retrieval import Retriever
from assistant.memory.splitting import split


class StoredDocument(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def mime(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def chunks(self) -> int: ...
    @property
    def created_at(self) -> datetime: ...


class StoredChunk(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def text(self) -> str: ...


class Shelf(Protocol):
    """Where documents are kept sealed (`assistant.storage.knowledge.KnowledgeStore`); synchronous."""

    def add(
        self, *, title: str, mime: str, content: bytes, chunks: Sequence[tuple[str, str]]
    ) -> tuple[StoredDocument, Sequence[StoredChunk]]: ...

    def documents(self) -> Sequence[StoredDocument]: ...

    def chunks(self, document_id: str | None = None) -> Sequence[StoredChunk]: ...

    def remove(self, document_id: str) -> Sequence[str]: ...


class Library:
    """Keeps the shelf and the retriever in step. Reading, embedding and sealing run in threads."""

    def __init__(self, shelf: Shelf, retriever: Retriever) -> None:
        self._shelf = shelf
        self._retriever = retriever
        self._changing = asyncio.Lock()
        self._indexed: set[str] = set()
        self._warming: set[asyncio.Task[None]] = set()

    async def start(self) -> int:
        """Load every document into the index (plain text in memory only); returns how many passages there are.

        Called again (a restored backup), it also takes out what is no longer on the shelf.
        """
        async with self._changing:
            passages = [_passage(chunk) for chunk in await asyncio.to_thread(self._shelf.chunks)]
            ids = {passage.id for passage in passages}
            await asyncio.to_thread(self._retriever.remove, self._indexed - ids)
            await asyncio.to_thread(self._retriever.add, passages)
            self._indexed = ids
            await asyncio.to_thread(self._retriever.forget_strangers)
            return len(passages)

    async def warm(self) -> None:
        """Prepare for first questions: seconds of work after `start`, to be run as a task; answers work meanwhile, a little slower."""
        await asyncio.to_thread(self._retriever.warm)

    async def add(self, name: str, content: bytes, *, declared: str | None = None, title: str | None = None) -> StoredDocument:
        """Take in a file; `InvalidInput` when it cannot be read, `Conflict` when it is there already."""
        document = await asyncio.to_thread(read, name, content, declared=declared)
        chunks = [(chunk.heading, chunk.text) for chunk in split(document)]
        if not chunks:
            raise InvalidInput("there is nothing in this document to answer from", code="document_empty")
        async with self._changing:
            record, stored = await asyncio.to_thread(
                lambda: self._shelf.add(title=title or document.title, mime=document.mime, content=content, chunks=chunks)
            )
            await asyncio.to_thread(self._retriever.add, [_passage(chunk) for chunk in stored])
            self._indexed |= {chunk.id for chunk in stored}
        # In the background: the first question about a new document would else wait seconds for its sentences.
        warming = asyncio.create_task(self.warm())
        self._warming.add(warming)
        warming.add_done_callback(self._warming.discard)
        return record

    async def settled(self) -> None:
        """When what was added is prepared for questions."""
        await asyncio.gather(*self._warming)

    async def documents(self) -> Sequence[StoredDocument]:
        return await asyncio.to_thread(self._shelf.documents)

    async def remove(self, document_id: str) -> None:
        """After this no answer comes from the document any more."""
        async with self._changing:
            ids = await asyncio.to_thread(self._shelf.remove, document_id)
            await asyncio.to_thread(self._retriever.remove, ids)
            self._indexed -= set(ids)


def _passage(chunk: StoredChunk) -> Passage:
    return Passage(chunk.id, chunk.title, chunk.heading, chunk.text)

"""The library of documents as the API lists it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.memory.library import Library, StoredDocument
from assistant.storage.paging import decode_cursor, encode_cursor


class Bookshelf:
    """`KnowledgeBase` over the library; a handful of documents, so pages are cut from the whole list."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def list(self, *, limit: int = 50, cursor: str | None = None) -> tuple[Sequence[Any], str | None]:
        after = decode_cursor(cursor)
        documents = sorted(await self._library.documents(), key=lambda item: (item.created_at, item.id), reverse=True)
        if after is not None:
            documents = [item for item in documents if (item.created_at, item.id) < after]
        page = documents[:limit]
        return page, encode_cursor(page[-1].created_at, page[-1].id) if len(documents) > limit else None

    async def add(self, title: str, data: bytes, mime: str) -> StoredDocument:
        return await self._library.add(title, data, declared=mime, title=title)

    async def delete(self, document_id: str) -> None:
        await self._library.remove(document_id)

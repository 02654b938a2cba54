"""Documents that answers are drawn from."""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response

from assistant.api.errors import documented
from assistant.api.models import DocumentIn, DocumentOut, Id, Page
from assistant.api.paging import Cursor, Limit, plain
from assistant.api.security import needs
from assistant.api.services import KnowledgeBase
from assistant.domain.errors import InvalidInput


def router(knowledge: KnowledgeBase) -> APIRouter:
    routes = APIRouter(prefix="/api/v1/knowledge", tags=["knowledge"])

    @routes.get("", responses=documented(), dependencies=[Depends(needs("read"))])
    async def list_documents(limit: Limit = 50, cursor: Cursor = None) -> Page[DocumentOut]:
        """Documents, newest first."""
        items, following = await knowledge.list(limit=limit, cursor=cursor)
        return Page(items=[_out(item) for item in items], next=following)

    @routes.post("", status_code=201, responses=documented(409), dependencies=[Depends(needs())])
    async def add_document(body: DocumentIn) -> DocumentOut:
        """Add a document: plain text, or a file in base64."""
        if (body.text is None) == (body.data is None):
            raise InvalidInput("give either text or data")
        return _out(await knowledge.add(body.title, await _content(body), body.mime))

    @routes.delete("/{document_id}", status_code=204, response_class=Response, responses=documented(404), dependencies=[Depends(needs())])
    async def delete_document(document_id: Annotated[Id, Path()]) -> None:
        """Forget a document; answers stop using it at once."""
        await knowledge.delete(document_id)

    return routes


async def _content(body: DocumentIn) -> bytes:
    if body.text is not None:
        return body.text.encode()
    try:
        return await asyncio.to_thread(base64.b64decode, body.data or "", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("data: is not base64") from error


def _out(item: Any) -> DocumentOut:
    fields = plain(item)
    return DocumentOut(**{name: fields[name] for name in DocumentOut.model_fields})

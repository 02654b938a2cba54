"""The owner's desk: what waits to be sent, what went wrong, and trying it again."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from assistant.api.errors import documented
from assistant.api.models import Instant, Page
from assistant.api.paging import Cursor, Limit, open_cursor, seal_cursor
from assistant.api.security import needs
from assistant.jobs.work import Work
from assistant.storage.database import Database

OutboxState = Literal["pending", "sending", "sent", "failed", "unknown", "cancelled"]


class OutboxOut(BaseModel):
    """A text on its way; the words are in the message."""

    id: str
    purpose: str
    state: OutboxState
    status: str | None = Field(description="what the provider last reported")
    attempts: int
    segments: int
    error: str | None
    error_code: int | None
    contact_id: str | None
    appointment_id: str | None
    message_id: str | None
    not_before: Instant
    created_at: Instant
    updated_at: Instant


class FailedJobOut(BaseModel):
    """Something that was given up."""

    id: str
    kind: str
    reason: str
    code: int | None
    subject: str | None
    at: Instant


class FailedJobs(BaseModel):
    items: list[FailedJobOut]
    next: None = None


def router(work: Work, db: Database) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["work"])
    reading = [Depends(needs("read"))]

    @routes.get("/outbox", responses=documented(), dependencies=reading)
    async def list_outbox(
        state: Annotated[list[OutboxState] | None, Query(description="Only these states; may repeat.")] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[OutboxOut]:
        """Texts that we send, newest first."""
        before = open_cursor(cursor)
        rows = await db.run(lambda: work.outbox.page(limit=limit + 1, before=before, states=state or ()))
        items = [OutboxOut.model_validate(row, from_attributes=True) for row in rows[:limit]]
        return Page(items=items, next=seal_cursor(rows[limit - 1].id) if len(rows) > limit else None)

    @routes.get("/jobs/failed", responses=documented(), dependencies=reading)
    async def failed_jobs(limit: Limit = 50) -> FailedJobs:
        """What was given up: texts unanswered or not sent, reminders not made, jobs that broke."""
        found = await work.failures(limit=limit)
        return FailedJobs(items=[FailedJobOut.model_validate(item, from_attributes=True) for item in found])

    @routes.post("/jobs/{job_id}/retry", status_code=202, responses=documented(404, 409), dependencies=[Depends(needs())])
    async def retry(job_id: str) -> Response:
        """Try it again. A text that may have been sent is never sent blindly: 409."""
        await work.retry(job_id)
        return Response(status_code=202)

    return routes

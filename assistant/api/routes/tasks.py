"""The owner's tasks and reminders."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from assistant.api.errors import documented
from assistant.api.models import Id, Page, TaskIn, TaskOut, TaskPatch, TaskState
from assistant.api.paging import Cursor, Limit
from assistant.api.security import needs
from assistant.api.services import Tasks
from assistant.domain.errors import InvalidInput
from assistant.domain.ports import TaskItem

TaskId = Annotated[Id, Path(description="The task's id.", examples=["tsk_01k9x2m4qj8"])]


def router(tasks: Tasks) -> APIRouter:
    routes = APIRouter(prefix="/api/v1/tasks", tags=["tasks"])
    reading, writing = [Depends(needs("tasks", "read"))], [Depends(needs("tasks"))]

    @routes.get("", responses=documented(), dependencies=reading)
    async def list_tasks(
        status: Annotated[list[TaskState] | None, Query(description="Only these; may repeat. Else all but deleted.", max_length=8)] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[TaskOut]:
        """Tasks, newest first."""
        page = await tasks.list(statuses=status or (), limit=limit, cursor=cursor)
        return Page(items=[_out(item) for item in page.items], next=page.next)

    @routes.post("", status_code=201, responses=documented(), dependencies=writing)
    async def add_task(body: TaskIn) -> TaskOut:
        """Write a task down; with `remind_at` it will be said or texted then."""
        more = body.given(without=("title", "due_at", "remind_at"))
        return _out(await tasks.add(body.title, due_at=body.due_at, remind_at=body.remind_at, **more))

    @routes.get("/{task_id}", responses=documented(404), dependencies=reading)
    async def get_task(task_id: TaskId) -> TaskOut:
        """One task."""
        return _out(await tasks.get(task_id))

    @routes.patch("/{task_id}", responses=documented(404, 409), dependencies=writing)
    async def change_task(task_id: TaskId, body: TaskPatch) -> TaskOut:
        """Change a task; `{"status": "done"}` finishes it."""
        changes = body.given(without=("version",))
        for field in ("title", "status", "progress", "tags"):
            if field in changes and changes[field] is None:
                raise InvalidInput(f"{field}: cannot be emptied")
        return _out(await tasks.patch(task_id, changes, version=body.version))

    @routes.delete("/{task_id}", status_code=204, response_class=Response, responses=documented(404), dependencies=writing)
    async def delete_task(task_id: TaskId) -> None:
        """Delete a task; it stays readable as `deleted`."""
        await tasks.delete(task_id)

    return routes


def _out(item: TaskItem) -> TaskOut:
    return TaskOut(
        id=item.id,
        title=item.title,
        due_at=item.due_at,
        remind_at=item.remind_at,
        status=item.status,
        priority=item.priority,
        project=item.project,
        tags=list(item.tags),
        progress=item.progress,
        version=item.version,
        recurrence=item.recurrence,
    )

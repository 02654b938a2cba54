"""Rows of the owner's tasks. Titles, notes, projects and tags are sealed under the contact's key, or the owner's without one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.ids import new_id
from assistant.domain.ports import TaskItem
from assistant.storage.tables import Task
from assistant.storage.vault import Vault

SEALED = ("title", "notes", "project")


class TaskRows:
    """Repository of tasks; every method works in the caller's transaction."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock

    def new(self, session: Session, title: str, *, id: str | None = None, contact_id: str | None = None, **fields: Any) -> Task:
        now = self._clock.now()
        row = Task(
            id=id or new_id("tsk", now),
            contact_id=contact_id,
            title_sealed=self._vault.seal(session, contact_id, "title", title),
            status="pending",
            progress=0,
            version=1,
            created_at=now,
            updated_at=now,
        )
        self.change(session, row, fields)
        session.add(row)
        session.flush()
        return row

    def change(self, session: Session, row: Task, fields: dict[str, Any]) -> None:
        """Set plain columns, and seal what is personal."""
        for name, value in fields.items():
            if name in SEALED:
                setattr(row, f"{name}_sealed", self._vault.seal(session, row.contact_id, name, value))
            elif name == "tags":
                row.tags_sealed = self._vault.seal_json(session, row.contact_id, "tags", sorted(set(value))) if value else None
            else:
                setattr(row, name, value)
        row.updated_at = self._clock.now()

    def get(self, session: Session, task_id: str) -> Task | None:
        return session.get(Task, task_id, populate_existing=True)

    def ids(self, session: Session) -> Sequence[str]:
        return session.execute(select(Task.id)).scalars().all()

    def of_status(self, session: Session, statuses: Sequence[str]) -> Sequence[Task]:
        """By due time (those without one last), then by age."""
        found = select(Task).where(Task.status.in_(statuses))
        return session.execute(found.order_by(Task.due_at.is_(None), Task.due_at, Task.created_at, Task.id)).scalars().all()

    def page(self, session: Session, *, statuses: Sequence[str], limit: int, after: tuple[datetime, str] | None) -> Sequence[Task]:
        """Up to `limit` rows by age."""
        found = select(Task)
        if statuses:
            found = found.where(Task.status.in_(statuses))
        if after is not None:
            found = found.where(or_(Task.created_at > after[0], and_(Task.created_at == after[0], Task.id > after[1])))
        return session.execute(found.order_by(Task.created_at, Task.id).limit(limit)).scalars().all()

    def notes(self, session: Session, row: Task) -> str | None:
        return self._vault.open(session, row.contact_id, "notes", row.notes_sealed)

    def record(self, session: Session, row: Task, zone: tzinfo) -> TaskItem:
        tags = self._vault.open_json(session, row.contact_id, "tags", row.tags_sealed)
        return TaskItem(
            id=row.id,
            title=self._vault.open(session, row.contact_id, "title", row.title_sealed) or "",
            status=row.status,  # type: ignore[arg-type]
            due_at=row.due_at.astimezone(zone) if row.due_at else None,
            remind_at=row.remind_at.astimezone(zone) if row.remind_at else None,
            priority=row.priority,  # type: ignore[arg-type]
            project=self._vault.open(session, row.contact_id, "project", row.project_sealed),
            tags=tuple(tags or ()),
            progress=row.progress,
            version=row.version,
            recurrence=row.recurrence,
        )

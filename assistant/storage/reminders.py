"""Rows of reminders for appointments and tasks; durable work sends what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.ids import new_id
from assistant.storage.tables import OutboxItem, Reminder


@dataclass(frozen=True, slots=True)
class ReminderRecord:
    id: str
    appointment_id: str | None
    task_id: str | None
    contact_id: str | None
    channel: Literal["text", "call"]
    state: Literal["pending", "sent", "cancelled", "failed", "skipped"]
    due_at: datetime


class ReminderRows:
    """At most one pending reminder an appointment or task."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def set(
        self,
        session: Session,
        due_at: datetime | None,
        *,
        appointment_id: str | None = None,
        task_id: str | None = None,
        contact_id: str | None = None,
        channel: Literal["text", "call"] = "text",
    ) -> None:
        """Make the pending reminder fall due then, or cancel it when `due_at` is None or has passed."""
        of = Reminder.appointment_id == appointment_id if appointment_id else Reminder.task_id == task_id
        pending = session.execute(select(Reminder).where(of, Reminder.state == "pending")).scalars().all()
        if due_at is None or due_at <= self._clock.now():
            for row in pending:
                row.state = "cancelled"
            return
        if pending:
            pending[0].due_at, pending[0].contact_id = due_at, contact_id
            return
        session.add(
            Reminder(
                id=new_id("rem", self._clock.now()),
                appointment_id=appointment_id,
                task_id=task_id,
                contact_id=contact_id,
                channel=channel,
                state="pending",
                due_at=due_at,
            )
        )
        session.flush()

    def cancel_texts(self, session: Session, appointment_id: str) -> None:
        """Reminder texts that wait to be sent about an appointment that is no more."""
        session.execute(
            update(OutboxItem)
            .where(
                OutboxItem.appointment_id == appointment_id,
                OutboxItem.state == "pending",
                OutboxItem.purpose.in_(("reminder", "confirmation")),
            )
            .values(state="cancelled", updated_at=self._clock.now())
        )

    def of_appointment(self, session: Session, appointment_id: str) -> list[ReminderRecord]:
        return self._records(session, Reminder.appointment_id == appointment_id)

    def of_task(self, session: Session, task_id: str) -> list[ReminderRecord]:
        return self._records(session, Reminder.task_id == task_id)

    def due(self, session: Session, limit: int = 100) -> list[ReminderRecord]:
        """Pending reminders whose time has come, the oldest first."""
        return self._records(session, (Reminder.state == "pending") & (Reminder.due_at <= self._clock.now()))[:limit]

    def _records(self, session: Session, condition: object) -> list[ReminderRecord]:
        found = select(Reminder).where(condition).order_by(Reminder.due_at, Reminder.id)  # type: ignore[arg-type]
        return [
            ReminderRecord(row.id, row.appointment_id, row.task_id, row.contact_id, row.channel, row.state, row.due_at)  # type: ignore[arg-type]
            for row in session.execute(found).scalars()
        ]

"""Reminders of appointments and tasks: found when they are due, moved out of the quiet hours, sent once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.errors import NotFound, TooMany
from assistant.domain.ports import EventSink, ProfileSource
from assistant.jobs.gate import QuietHours
from assistant.storage.access import ConsentLedger
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.outbox import OutboundText, Outbox
from assistant.storage.tables import Appointment, Call, Reminder, Task
from assistant.storage.vault import Vault
from assistant.telephony.sms.quiet import is_quiet, latest_allowed, zones_of
from assistant.telephony.sms.segments import count, fit
from assistant.telephony.twilio.rest import NotReached

KIND = "reminder"
#: Quiet hours are shorter than this, so a reminder that has to move earlier is seen in time.
AHEAD = timedelta(hours=16)
RINGING = "ringing"
#: A reminder that was to be rung and has no call after this long was lost with its process.
RING_LEASE = timedelta(minutes=5)
#: (number, purpose): places a call and returns its id
Ring = Callable[[str, dict[str, str]], Awaitable[str]]


class Reminders:
    """`ring` places calls for those who asked to be called; without it they are sent as texts."""

    def __init__(
        self,
        *,
        db: Database,
        vault: Vault,
        contacts: Contacts,
        consents: ConsentLedger,
        outbox: Outbox,
        clock: Clock,
        profile: ProfileSource,
        quiet: QuietHours,
        events: EventSink,
        wake: Callable[[str], None],
        owner_numbers: tuple[str, ...] = (),
        ring: Ring | None = None,
        task_reminded: Callable[[str], Awaitable[Any]] | None = None,
    ) -> None:
        self._db = db
        self._vault = vault
        self._contacts = contacts
        self._consents = consents
        self._outbox = outbox
        self._clock = clock
        self._profile = profile
        self._quiet = quiet
        self._events = events
        self._wake = wake
        self._owners = owner_numbers
        self.ring = ring
        self.task_reminded = task_reminded

    def due(self) -> list[tuple[str, str]]:
        """Reminders to send now: those whose time has come, and those whose time will be in the quiet hours."""
        now = self._clock.now()
        found = []
        with self._db.read() as session:
            query = select(Reminder).where(Reminder.state == "pending", Reminder.due_at <= now + AHEAD).order_by(Reminder.due_at).limit(500)
            for row in session.execute(query).scalars():
                if row.due_at <= now or self._moved(session, row) <= now:
                    found.append((KIND, row.id))
            lost = select(Reminder).where(Reminder.state == "sent", Reminder.error == RINGING, Reminder.sent_at <= now - RING_LEASE)
            found += [(KIND, row.id) for row in session.execute(lost).scalars()]
        return found

    async def remind(self, reminder_id: str) -> None:
        """One reminder; doing it again does nothing more."""
        plan = await self._db.run(self._prepare, reminder_id)
        if plan is None:
            return
        if plan["do"] == "text":
            self._wake(plan["lane"])
        elif plan["do"] == "ring":
            await self._call(reminder_id, plan["to"], plan["purpose"])
        if plan.get("task") and self.task_reminded is not None:
            await self.task_reminded(plan["task"])

    def _moved(self, session: Session, row: Reminder) -> datetime:
        """When a reminder of an appointment may go at the latest; a task reminds at the minute that was asked for."""
        if row.appointment_id is None:
            return row.due_at
        contact = self._contacts.get(session, row.contact_id) if row.contact_id else None
        zones = zones_of(contact.phone if contact else None, own=contact.timezone if contact else None, business=self._profile().timezone)
        return latest_allowed(row.due_at, zones, self._quiet()) or row.due_at

    def _prepare(self, reminder_id: str) -> dict[str, Any] | None:
        now = self._clock.now()
        with self._db.write() as session:
            row = session.get(Reminder, reminder_id)
            if row is None or row.state not in ("pending", "sent") or (row.state == "sent" and row.error != RINGING):
                return None
            if row.state == "sent" and self._was_rung(session, reminder_id):
                row.error = None
                return None
            if row.appointment_id is not None:
                return self._appointment(session, row, now)
            return self._task(session, row, now) if row.task_id else None

    def _appointment(self, session: Session, row: Reminder, now: datetime) -> dict[str, Any] | None:
        appointment = session.get(Appointment, row.appointment_id)
        contact = self._contacts.get(session, row.contact_id) if row.contact_id else None
        refused = None
        if appointment is None or appointment.status != "booked" or appointment.starts_at <= now:
            refused = "appointment_changed"
        elif contact is None or contact.phone is None or contact.opted_out:
            refused = "no_number" if contact is None or contact.phone is None else "opted_out"
        elif not appointment.text_consent and not self._consents.granted(session, contact.id, "texts"):
            refused = "no_consent"
        if refused is not None or appointment is None or contact is None or contact.phone is None:
            row.state, row.error = "skipped", refused
            return None
        if row.channel == "call" and self.ring is not None:
            zones = zones_of(contact.phone, own=contact.timezone, business=self._profile().timezone)
            if is_quiet(now, zones, self._quiet()):
                row.state, row.error = "skipped", "quiet_hours"
                return None
            row.state, row.sent_at, row.error = "sent", now, RINGING
            purpose = {"kind": "reminder", "reminder_id": row.id, "appointment_id": appointment.id}
            return {"do": "ring", "to": contact.phone, "purpose": purpose}
        body = fit(self._words(appointment))
        text = OutboundText(
            key=f"reminder:{row.id}",
            to=contact.phone,
            body=body,
            purpose="reminder",
            segments=count(body).segments,
            contact_id=contact.id,
            appointment_id=appointment.id,
            conversation_id=None,
            expires_at=appointment.starts_at,
        )
        self._outbox.put(session, text)
        row.state, row.sent_at, row.error = "sent", now, None
        return {"do": "text", "lane": contact.id}

    def _task(self, session: Session, row: Reminder, now: datetime) -> dict[str, Any] | None:
        task = session.get(Task, row.task_id)
        if task is None or task.status not in ("pending", "waiting"):
            row.state, row.error = "skipped", "task_closed"
            return None
        title = self._vault.open(session, task.contact_id, "title", task.title_sealed) or ""
        body = fit(f"Reminder: {title}")
        for number in self._owners:
            text = OutboundText(key=f"reminder:{row.id}:{number}", to=number, body=body, purpose="urgent", segments=count(body).segments)
            self._outbox.put(session, text)
        row.state, row.sent_at = "sent", now
        self._events.publish("task.reminder", None, {"task_id": task.id})
        return {"do": "text", "lane": "owner", "task": task.id}

    async def _call(self, reminder_id: str, to: str, purpose: dict[str, str]) -> None:
        """Marked before it rings: after a doubt nobody is rung twice, and the owner sees that it is not known."""
        assert self.ring is not None
        error: str | None = None
        state = "sent"
        try:
            await self.ring(to, purpose)
        except (TooMany, NotReached) as problem:  # surely not rung: again soon
            state, error = "pending", problem.reason
        except NotFound as problem:
            state, error = "failed", problem.reason
        except Exception as problem:
            await self._db.run(self._mark, reminder_id, "failed", getattr(problem, "reason", type(problem).__name__))
            self._events.publish("reminder.failed", None, {"reminder_id": reminder_id})
            raise
        await self._db.run(self._mark, reminder_id, state, error)

    def _mark(self, reminder_id: str, state: str, error: str | None) -> None:
        with self._db.write() as session:
            row = session.get(Reminder, reminder_id)
            if row is None:
                return
            row.state, row.error = state, error
            if state == "pending":
                row.due_at = self._clock.now() + timedelta(minutes=2)

    def _was_rung(self, session: Session, reminder_id: str) -> bool:
        since = self._clock.now() - timedelta(days=1)
        recent = session.execute(select(Call).where(Call.direction == "outbound", Call.started_at >= since)).scalars()
        return any((call.purpose or {}).get("reminder_id") == reminder_id and call.sid is not None for call in recent)

    def _words(self, appointment: Appointment) -> str:
        local = appointment.starts_at.astimezone(ZoneInfo(appointment.timezone))
        clock = local.strftime("%I:%M %p").lstrip("0").lower()
        day = f"{local:%a} {local:%b} {local.day}"
        return f"Reminder from {self._profile().name}: {appointment.service}, {day}, {clock}. To change or cancel it, just reply here."

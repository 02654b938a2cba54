"""Forgetting on time: what is older than the owner keeps is deleted, with its files and the people of whom nothing is left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select

from assistant.domain.clock import Clock
from assistant.domain.ports import ProfileSource
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.media import MediaStore
from assistant.storage.tables import (
    Appointment,
    Attempt,
    AuditEntry,
    Call,
    Contact,
    Conversation,
    Media,
    MemoryFact,
    Message,
    Note,
    OutboxItem,
    Reminder,
    Task,
    WebhookClaim,
)

KIND = "retention"
CLAIMS_KEPT = timedelta(days=30)
BATCH = 200
_FINAL = ("sent", "failed", "cancelled")


class Retention:
    """Once a night. Deletes in small transactions, so that nobody waits, and may be stopped and repeated at any point."""

    def __init__(
        self,
        *,
        db: Database,
        contacts: Contacts,
        media: MediaStore,
        clock: Clock,
        profile: ProfileSource,
        days: int,
        clear_provider: Callable[[], Awaitable[int]] | None = None,
        forget_jobs: Callable[[datetime], Awaitable[int]] | None = None,
        erased: Callable[[str], None] | None = None,
    ) -> None:
        self._db = db
        self._contacts = contacts
        self._media = media
        self._clock = clock
        self._profile = profile
        self._days = timedelta(days=days)
        self._clear_provider = clear_provider
        self._forget_jobs = forget_jobs
        self._erased = erased

    def due(self) -> list[tuple[str, str]]:
        """Last night's round when it was not made yet (after three in the morning, local time)."""
        local = self._clock.now().astimezone(self._profile().zone)
        day = (local - timedelta(hours=3)).date().isoformat()
        with self._db.read() as session:
            return [] if session.get(WebhookClaim, f"retention:{day}") is not None else [(KIND, day)]

    async def make(self, day: str) -> dict[str, int]:
        """Everything once; returns how much of each went. Claimed at the end: a round that was cut short is made again."""
        now = self._clock.now()
        cutoff = now - self._days
        gone: dict[str, int] = {}
        for name, table, old in self._rules(cutoff, now):
            gone[name] = await self._delete(table, old)
        gone["contacts"] = await self._forget_people(cutoff)
        gone["files"] = await self._db.run(self._media.collect)
        if self._clear_provider is not None:
            gone["provider"] = await self._clear_provider()
        if self._forget_jobs is not None:
            gone["jobs"] = await self._forget_jobs(now - timedelta(days=7))
        await self._db.run(self._note, day, gone)
        return gone

    @staticmethod
    def _rules(cutoff: datetime, now: datetime) -> list[tuple[str, Any, ColumnElement[bool]]]:
        kept_message = (Message.kind != "text") & (Message.direction == "in") & Message.read_at.is_(None)  # nobody has heard it yet
        waiting = exists().where(OutboxItem.message_id == Message.id, OutboxItem.state.not_in(_FINAL))
        return [
            ("media", Media, Media.created_at < cutoff),
            ("outbox", OutboxItem, (OutboxItem.created_at < cutoff) & OutboxItem.state.in_(_FINAL)),
            ("messages", Message, (Message.at < cutoff) & ~kept_message & ~waiting),
            ("calls", Call, Call.ended_at < cutoff),
            ("conversations", Conversation, Conversation.last_at < cutoff),
            ("reminders", Reminder, (Reminder.due_at < cutoff) & (Reminder.state != "pending")),
            ("claims", WebhookClaim, WebhookClaim.at < now - CLAIMS_KEPT),
            ("attempts", Attempt, Attempt.updated_at < now - CLAIMS_KEPT),
        ]

    async def _delete(self, table: Any, old: ColumnElement[bool]) -> int:
        (key,) = table.__table__.primary_key.columns

        def batch() -> int:
            with self._db.write() as session:
                ids = session.execute(select(key).where(old).limit(BATCH)).scalars().all()
                if ids:
                    session.execute(delete(table).where(key.in_(ids)).execution_options(synchronize_session=False))
                return len(ids)

        total = 0
        while (amount := await self._db.run(batch)) > 0:
            total += amount
        return total

    async def _forget_people(self, cutoff: datetime) -> int:
        """People who are in no appointment, message, conversation, call, task, note or memory any more."""
        traces = [
            exists().where(table.contact_id == Contact.id)
            for table in (Appointment, Message, Conversation, Call, Task, Note, MemoryFact, OutboxItem, Media)
        ]

        def batch() -> list[str]:
            with self._db.write() as session:
                query = select(Contact.id).where(Contact.updated_at < cutoff, Contact.created_at < cutoff, Contact.opted_out_at.is_(None))
                ids = list(session.execute(query.where(*[~trace for trace in traces]).limit(BATCH)).scalars())
                for contact_id in ids:
                    self._contacts.erase(session, contact_id)
                return ids

        total = 0
        while ids := await self._db.run(batch):
            total += len(ids)
            for contact_id in ids:
                if self._erased is not None:
                    self._erased(contact_id)
        return total

    def _note(self, day: str, gone: dict[str, int]) -> None:
        with self._db.write() as session:
            if session.get(WebhookClaim, f"retention:{day}") is None:
                session.add(WebhookClaim(key=f"retention:{day}", at=self._clock.now()))
            if sum(gone.values()):
                session.add(AuditEntry(action="retention", actor="system", size=sum(gone.values()), at=self._clock.now()))

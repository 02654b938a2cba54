"""Texts that other parts ask for, and the messages that callers leave: stored first, sent by the outbox."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select

from assistant.domain.clock import Clock
from assistant.domain.errors import NotFound
from assistant.domain.ports import EventSink, TakenMessage
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.messages import Messages
from assistant.storage.outbox import OutboundText, Outbox
from assistant.storage.tables import Appointment, Message
from assistant.storage.vault import Vault
from assistant.telephony.sms.segments import count, fit

Purpose = Literal["reply", "confirmation", "reminder", "follow_up", "code"]
#: After this a text of its kind helps nobody any more.
_LIFE: dict[str, timedelta] = {"code": timedelta(minutes=10), "follow_up": timedelta(hours=12), "reply": timedelta(hours=24)}
#: A caller who was cut off mostly calls again at once; the text waits for that.
FOLLOW_UP_AFTER = timedelta(minutes=1)
_FROM = re.compile(r"^From ([^:\n]{1,80}): ")


class OutboxMessenger:
    """Implements `Messenger`: one row per `key` in the outbox, then a wake-up."""

    def __init__(
        self,
        *,
        db: Database,
        outbox: Outbox,
        contacts: Contacts,
        clock: Clock,
        events: EventSink,
        wake: Callable[[str], None],
        owner_numbers: Sequence[str] = (),
    ) -> None:
        self._db = db
        self._outbox = outbox
        self._contacts = contacts
        self._clock = clock
        self._events = events
        self._wake = wake
        self._owners = tuple(owner_numbers)

    async def send(
        self,
        *,
        contact_id: str,
        body: str,
        purpose: Purpose,
        key: str,
        appointment_id: str | None = None,
        conversation_id: str | None = None,
        not_before: datetime | None = None,
    ) -> str:
        """The outbox id. Whether it may go is decided when it is due: consent, opt-out and quiet hours are the gate's business."""
        outbox_id = await self._db.run(self._put, contact_id, body, purpose, key, appointment_id, conversation_id, not_before)
        self._wake(contact_id)
        return outbox_id

    async def tell_owner(self, body: str, *, key: str, urgent: bool = False) -> None:
        """To every owner's number; urgent ones also in quiet hours. Without a number only whoever watches the console learns of it."""
        if self._owners:
            await self._db.run(self._put_owner, body, key, urgent)
            self._wake("owner")
        self._events.publish("owner.told", None, {"key": key, "urgent": urgent})

    def _put(
        self,
        contact_id: str,
        body: str,
        purpose: str,
        key: str,
        appointment_id: str | None,
        conversation_id: str | None,
        not_before: datetime | None,
    ) -> str:
        now = self._clock.now()
        with self._db.write() as session:
            contact = self._contacts.get(session, contact_id)
            if contact is None or contact.phone is None:
                raise NotFound("no number to send a text to")
            expires = now + _LIFE[purpose] if purpose in _LIFE else None
            appointment = session.get(Appointment, appointment_id) if appointment_id else None
            if appointment is not None and purpose in ("confirmation", "reminder"):
                expires = appointment.starts_at
            if purpose == "follow_up":
                not_before = not_before or now + FOLLOW_UP_AFTER
            words = fit(body)
            text = OutboundText(
                key=key[:120],
                to=contact.phone,
                body=words,
                purpose=purpose,
                segments=count(words).segments,
                contact_id=contact_id,
                appointment_id=appointment_id,
                conversation_id=conversation_id,
                not_before=not_before,
                expires_at=expires,
            )
            return self._outbox.put(session, text)

    def _put_owner(self, body: str, key: str, urgent: bool) -> None:
        words = fit(body)
        with self._db.write() as session:
            for number in self._owners:
                text = OutboundText(
                    key=f"{key[:100]}:{number}",
                    to=number,
                    body=words,
                    purpose="urgent" if urgent else "owner",
                    segments=count(words).segments,
                )
                self._outbox.put(session, text)


class TakenMessages:
    """Implements `MessageBook`: messages for the owner, in the book of messages."""

    def __init__(self, db: Database, vault: Vault, contacts: Contacts, messages: Messages, clock: Clock, events: EventSink) -> None:
        self._db = db
        self._vault = vault
        self._contacts = contacts
        self._messages = messages
        self._clock = clock
        self._events = events

    async def take(self, *, contact_id: str | None, conversation_id: str, name: str | None, body: str, urgent: bool) -> str:
        message_id = await self._db.run(self._take, contact_id, conversation_id, name, body, urgent)
        self._events.publish("message.taken", conversation_id, {"message_id": message_id, "urgent": urgent, "contact_id": contact_id})
        return message_id

    async def unread(self) -> Sequence[TakenMessage]:
        """Oldest first."""
        return await self._db.run(self._unread)

    async def mark_read(self, message_ids: Sequence[str]) -> None:
        await self._db.run(self._messages.mark_read, message_ids)

    def _take(self, contact_id: str | None, conversation_id: str, name: str | None, body: str, urgent: bool) -> str:
        words = f"From {name.replace(':', ' ')[:80]}: {body}" if name else body
        with self._db.write() as session:
            return self._messages.add(
                session,
                kind="message",
                direction="in",
                body=words,
                status="taken",
                contact_id=contact_id,
                conversation_id=conversation_id,
                urgent=urgent,
            )

    def _unread(self) -> list[TakenMessage]:
        query = select(Message).where(Message.kind.in_(("message", "voicemail")), Message.direction == "in", Message.read_at.is_(None))
        found = []
        with self._db.read() as session:
            for row in session.execute(query.order_by(Message.at).limit(200)).scalars():
                contact = self._contacts.get(session, row.contact_id) if row.contact_id else None
                words = self._vault.open(session, row.contact_id, "body", row.body_sealed) or ""
                named = _FROM.match(words)
                found.append(
                    TakenMessage(
                        id=row.id,
                        body=words[named.end() :] if named else words,
                        name=named.group(1) if named else (contact.name if contact else None),
                        phone=contact.phone if contact else None,
                        urgent=row.urgent,
                        at=row.at,
                    )
                )
        return found

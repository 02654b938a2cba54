"""Texts as they came in and went out, and the inbox: what was acknowledged is stored, and answered in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.errors import NotFound
from assistant.domain.ids import new_id
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.tables import InboxItem, Media, Message, WebhookClaim
from assistant.storage.vault import Vault

LEASE = timedelta(seconds=20)
#: A failure weighs five, a claim one: five failures park a message, twenty crashes of the machine do not.
PARK_AT = 26
FAILURE_WEIGHT = 4
_KNOWN_CLAIM = select(WebhookClaim.key).where(WebhookClaim.key == bindparam("wanted"))


@dataclass(frozen=True, slots=True)
class InboundText:
    """A text as the provider posted it; `media` are (address, claimed type)."""

    sid: str
    sender: str
    body: str
    media: tuple[tuple[str, str], ...] = ()
    opt_out_type: str = ""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """`fresh` is False for a text that was taken in before: nothing was changed then."""

    message_id: str | None
    contact_id: str | None
    fresh: bool


@dataclass(frozen=True, slots=True)
class InboxWork:
    """A claimed message, opened. `media_ids` in the order they were sent."""

    seq: int
    message_id: str
    contact_id: str
    phone: str | None
    name: str | None
    body: str
    opt_out_type: str
    opted_out: bool
    media_ids: tuple[str, ...]
    attempts: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class MessageRecord:
    id: str
    kind: str
    direction: str
    body: str | None
    status: str
    error_code: int | None
    segments: int | None
    media: tuple[str, ...]
    urgent: bool
    read: bool
    contact_id: str | None
    conversation_id: str | None
    at: datetime


class Inbox:
    """Incoming texts. `take` is the webhook's whole work; everything else happens afterwards and may be repeated."""

    def __init__(self, db: Database, vault: Vault, contacts: Contacts, clock: Clock, *, lease: timedelta = LEASE) -> None:
        self._db = db
        self._vault = vault
        self._contacts = contacts
        self._clock = clock
        self._lease = lease

    def take(self, text: InboundText) -> TakenIn:
        """Claim, store and queue a text in one transaction; a text known already changes nothing."""
        try:
            with self._db.write() as session:
                return self.take_in(session, text)
        except IntegrityError:  # another process was taking the same text in at this very moment
            return TakenIn(None, None, fresh=False)

    def take_in(self, session: Session, text: InboundText) -> TakenIn:
        """`take` inside the caller's transaction, whose IntegrityError means that another process was faster."""
        # Rows go in as plain statements: fifty texts a second come through here, and objects would triple what each costs.
        connection, now = session.connection(), self._clock.now()
        key = f"sms:{text.sid}"[:160]
        if connection.execute(_KNOWN_CLAIM, {"wanted": key}).first() is not None:
            return TakenIn(None, None, fresh=False)
        connection.execute(insert(WebhookClaim), {"key": key, "at": now})
        contact = self._contacts.for_phone(session, text.sender)
        message_id = new_id("msg", now)
        row = {
            "id": message_id,
            "sid": text.sid,
            "kind": "text",
            "contact_id": contact.id,
            "direction": "in",
            "body_sealed": self._vault.seal(session, contact.id, "body", text.body),
            "status": f"received:{text.opt_out_type.lower()}"[:20] if text.opt_out_type else "received",
            "media_count": len(text.media),
            "at": now,
        }
        session.flush()
        connection.execute(insert(Message), row)
        for position, (url, mime) in enumerate(text.media):
            session.add(
                Media(
                    id=f"{new_id('med', now)}",
                    content_hash=b"",
                    contact_id=contact.id,
                    message_id=message_id,
                    kind="picture",
                    mime=(mime or "application/octet-stream")[:60],
                    size=0,
                    path="",
                    facts_sealed=self._vault.seal_json(session, contact.id, "facts", {"position": position}),
                    provider_url_sealed=self._vault.seal(session, contact.id, "provider_url", url),
                    created_at=now,
                )
            )
        connection.execute(insert(InboxItem), {"message_id": message_id, "sender": contact.id, "received_at": now})
        return TakenIn(message_id, contact.id, fresh=True)

    # -- draining ----------------------------------------------------------------------------------------------------------------

    def claim(self, contact_id: str) -> InboxWork | None:
        """The sender's oldest open message, ours for a lease; None when there is none or somebody else has it."""
        now = self._clock.now()
        with self._db.read() as session:  # most looks find nothing, and a look should not queue up behind writers
            open_items = select(InboxItem.seq).where(InboxItem.sender == contact_id, InboxItem.done_at.is_(None)).limit(1)
            if session.execute(open_items).first() is None:
                return None
        with self._db.write() as session:
            head = session.execute(
                select(InboxItem).where(InboxItem.sender == contact_id, InboxItem.done_at.is_(None)).order_by(InboxItem.seq).limit(1)
            ).scalar_one_or_none()
            if head is None:
                return None
            free = or_(InboxItem.claimed_at.is_(None), InboxItem.claimed_at <= now - self._lease)
            claimed = session.execute(
                update(InboxItem)
                .where(InboxItem.seq == head.seq, InboxItem.done_at.is_(None), free)
                .values(claimed_at=now, attempts=InboxItem.attempts + 1)
                .execution_options(synchronize_session=False)
            )
            if _rows(claimed) != 1:
                return None
            session.refresh(head)
            return self._open(session, head)

    def mark_word(self, session: Session, work: InboxWork, word: str) -> None:
        """Remember which keyword a text was taken for, so that it means the same when the work is repeated."""
        message = session.get(Message, work.message_id)
        if message is not None:
            message.status = f"received:{word}"[:20]

    def renew(self, seq: int) -> None:
        """Keep a claim while the work takes long."""
        with self._db.write() as session:
            session.execute(update(InboxItem).where(InboxItem.seq == seq, InboxItem.done_at.is_(None)).values(claimed_at=self._clock.now()))

    def finish(self, session: Session, work: InboxWork, *, conversation_id: str | None = None, error: str | None = None) -> bool:
        """Mark a message answered, in the transaction that queues its answer. False when it was answered before."""
        done = session.execute(
            update(InboxItem)
            .where(InboxItem.seq == work.seq, InboxItem.done_at.is_(None))
            .values(done_at=self._clock.now(), error=error)
            .execution_options(synchronize_session=False)
        )
        if _rows(done) != 1:
            return False
        message = session.get(Message, work.message_id)
        if message is not None:
            message.status = "failed" if error else "answered"
            if conversation_id is not None:
                message.conversation_id = conversation_id
        return True

    def fail(self, work: InboxWork, reason: str, *, again_in: timedelta) -> bool:
        """Note a failure and put the message back for later; True when it has failed too often and should be given up."""
        free_again = self._clock.now() + again_in - self._lease
        with self._db.write() as session:
            item = session.get(InboxItem, work.seq)
            if item is None or item.done_at is not None:
                return False
            item.attempts, item.error, item.claimed_at = item.attempts + FAILURE_WEIGHT, reason[:120], free_again
            return item.attempts >= PARK_AT - 1

    def exhausted(self, work: InboxWork) -> bool:
        """Claimed so often without an end that it must be what brings the process down."""
        return work.attempts >= PARK_AT

    def retry(self, message_id: str) -> str:
        """Open a message again that was given up; returns its sender."""
        with self._db.write() as session:
            item = session.execute(select(InboxItem).where(InboxItem.message_id == message_id)).scalar_one_or_none()
            if item is None or (item.done_at is not None and item.error is None):
                raise NotFound("no failed message with this id")
            item.done_at, item.claimed_at, item.attempts, item.error = None, None, 0, None
            message = session.get(Message, message_id)
            if message is not None:
                message.status = "received"
            return item.sender

    def release_all(self) -> int:
        """At the start of the only process: nobody else can be working on anything."""
        with self._db.write() as session:
            freed = session.execute(update(InboxItem).where(InboxItem.done_at.is_(None)).values(claimed_at=None))
            return _rows(freed)

    def waiting(self, *, limit: int = 500) -> list[str]:
        """Senders with open messages that nobody is working on, longest waiting first."""
        now = self._clock.now()
        first = func.min(InboxItem.seq)
        busy = func.max(InboxItem.claimed_at)
        query = select(InboxItem.sender, busy).where(InboxItem.done_at.is_(None)).group_by(InboxItem.sender).order_by(first).limit(limit)
        with self._db.read() as session:
            rows = session.execute(query).all()
        return [sender for sender, claimed in rows if claimed is None or claimed <= now - self._lease]

    def depth(self) -> tuple[int, datetime | None]:
        """How many messages wait, and since when the oldest does."""
        with self._db.read() as session:
            query = select(func.count(), func.min(InboxItem.received_at)).where(InboxItem.done_at.is_(None))
            amount, oldest = session.execute(query).one()
            return int(amount), oldest

    def failures(self, *, limit: int = 100) -> list[tuple[str, str, datetime]]:
        """Messages given up: (message id, reason, when)."""
        query = (
            select(InboxItem.message_id, InboxItem.error, InboxItem.done_at)
            .where(InboxItem.done_at.is_not(None), InboxItem.error.is_not(None))
            .order_by(InboxItem.seq.desc())
            .limit(limit)
        )
        with self._db.read() as session:
            return [(message_id, error or "", at or self._clock.now()) for message_id, error, at in session.execute(query).all()]

    def _open(self, session: Session, item: InboxItem) -> InboxWork:
        message = session.get_one(Message, item.message_id)
        contact = self._contacts.get(session, item.sender)
        media = session.execute(select(Media).where(Media.message_id == item.message_id, Media.kind == "picture")).scalars().all()

        def position(row: Media) -> Any:
            facts = self._vault.open_json(session, row.contact_id, "facts", row.facts_sealed) or {}
            return facts.get("position", 0), row.id

        return InboxWork(
            seq=item.seq,
            message_id=item.message_id,
            contact_id=item.sender,
            phone=contact.phone if contact else None,
            name=contact.name if contact else None,
            body=self._vault.open(session, message.contact_id, "body", message.body_sealed) or "",
            opt_out_type=message.status.partition(":")[2],
            opted_out=bool(contact and contact.opted_out),
            media_ids=tuple(row.id for row in sorted(media, key=position)),
            attempts=item.attempts,
            received_at=item.received_at,
        )


class Messages:
    """The book of messages: texts both ways, voicemails, and what callers left for the owner."""

    def __init__(self, db: Database, vault: Vault, clock: Clock) -> None:
        self._db = db
        self._vault = vault
        self._clock = clock

    def add(
        self,
        session: Session,
        *,
        kind: str,
        direction: str,
        body: str | None,
        status: str,
        contact_id: str | None,
        conversation_id: str | None = None,
        urgent: bool = False,
        segments: int | None = None,
    ) -> str:
        now = self._clock.now()
        row = Message(
            id=new_id("msg", now),
            kind=kind,
            direction=direction,
            body_sealed=self._vault.seal(session, contact_id, "body", body),
            status=status,
            contact_id=contact_id,
            conversation_id=conversation_id,
            urgent=urgent,
            segments=segments,
            at=now,
        )
        session.add(row)
        session.flush()
        return row.id

    def page(
        self,
        *,
        limit: int = 50,
        before: str | None = None,
        kind: str | None = None,
        direction: str | None = None,
        contact_id: str | None = None,
        unread: bool = False,
    ) -> list[MessageRecord]:
        """Newest first; ids sort by time, so `before` is the last id of the page before."""
        query = select(Message).order_by(Message.id.desc()).limit(limit)
        for column, value in ((Message.kind, kind), (Message.direction, direction), (Message.contact_id, contact_id)):
            if value is not None:
                query = query.where(column == value)
        if before is not None:
            query = query.where(Message.id < before)
        if unread:
            query = query.where(Message.read_at.is_(None), Message.direction == "in")
        with self._db.read() as session:
            return self._records(session, session.execute(query).scalars().all())

    def get(self, message_id: str) -> MessageRecord:
        with self._db.read() as session:
            row = session.get(Message, message_id)
            if row is None:
                raise NotFound("no such message")
            return self._records(session, [row])[0]

    def mark_read(self, message_ids: Sequence[str]) -> None:
        with self._db.write() as session:
            unread = update(Message).where(Message.id.in_(list(message_ids)), Message.read_at.is_(None))
            session.execute(unread.values(read_at=self._clock.now()))

    def _records(self, session: Session, rows: Sequence[Message]) -> list[MessageRecord]:
        ids = [row.id for row in rows if row.media_count]
        media: dict[str, list[str]] = {}
        if ids:
            for item in session.execute(select(Media).where(Media.message_id.in_(ids), Media.path != "")).scalars():
                media.setdefault(item.message_id or "", []).append(item.id)
        return [
            MessageRecord(
                id=row.id,
                kind=row.kind,
                direction=row.direction,
                body=self._vault.open(session, row.contact_id, "body", row.body_sealed),
                status=row.status.partition(":")[0],
                error_code=row.error_code,
                segments=row.segments,
                media=tuple(sorted(media.get(row.id, []))),
                urgent=row.urgent,
                read=row.read_at is not None,
                contact_id=row.contact_id,
                conversation_id=row.conversation_id,
                at=row.at,
            )
            for row in rows
        ]


def _rows(result: Any) -> int:
    return int(result.rowcount) if isinstance(result, CursorResult) else 0

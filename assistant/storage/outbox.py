"""The outbox: every text that we send is a row first, and its row says at every moment what is known of it.

pending -> sending -> sent            it went out, the provider's id is stored
                   -> unknown         it may have gone out; found by looking, never sent again blindly
                   -> pending         surely not sent (429, no connection): again at `not_before`
                   -> failed          refused for good; the owner sees it and may retry
pending -> cancelled                  not wanted any more (opted out, appointment gone, too late)
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.errors import Conflict, NotFound
from assistant.domain.ids import new_id
from assistant.storage.database import Database
from assistant.storage.tables import Contact, Message, OutboxItem
from assistant.storage.vault import Vault

#: Reasons for which a text waits and the next ones of its person wait behind it.
HELD_UP = ("rate", "provider_rate", "unreachable")
#: A `sending` row older than this belongs to a process that died: nobody waits longer for the provider's answer.
SENDING_LEASE = timedelta(seconds=30)
OPEN_STATES = ("pending", "sending", "unknown")
#: What the provider reports, in the order in which it can happen; a status never moves back.
STATUS_RANK = {
    "accepted": 0,
    "scheduled": 0,
    "queued": 1,
    "sending": 2,
    "sent": 3,
    "canceled": 4,
    "failed": 4,
    "undelivered": 4,
    "delivered": 5,
    "read": 6,
}


@dataclass(frozen=True, slots=True)
class OutboundText:
    """A text to be queued. `key` says what it is for; the same key is never queued twice."""

    key: str
    to: str
    body: str
    purpose: str
    segments: int
    contact_id: str | None = None
    appointment_id: str | None = None
    conversation_id: str | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutboxWork:
    """A row taken for sending or for looking after, opened. `attempts` fences out whoever had it before."""

    id: str
    to: str
    body: str
    purpose: str
    contact_id: str | None
    appointment_id: str | None
    attempts: int
    segments: int
    expires_at: datetime | None
    started_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """A row for the owner's eyes, without the text."""

    id: str
    purpose: str
    state: str
    status: str | None
    attempts: int
    segments: int
    error_code: int | None
    error: str | None
    contact_id: str | None
    appointment_id: str | None
    message_id: str | None
    not_before: datetime
    created_at: datetime
    updated_at: datetime


class Outbox:
    """Methods with a `session` join the caller's transaction; the others are transactions of their own."""

    def __init__(self, db: Database, vault: Vault, clock: Clock, *, lease: timedelta = SENDING_LEASE) -> None:
        self._db = db
        self._vault = vault
        self._clock = clock
        self._lease = lease

    def put(self, session: Session, text: OutboundText) -> str:
        """Queue a text and return its id; the one queued before when the key is known."""
        known = session.execute(select(OutboxItem.id).where(OutboxItem.key == text.key)).scalar_one_or_none()
        if known is not None:
            return known
        due = now = self._clock.now()
        mine = _lane(text.contact_id or "owner")
        latest = session.execute(select(func.max(OutboxItem.created_at)).where(mine)).scalar_one()
        if latest is not None and latest >= now:  # two texts of one instant still have an order
            now = latest + timedelta(microseconds=1)
        message = Message(
            id=new_id("msg", now),
            kind="text",
            direction="out",
            contact_id=text.contact_id,
            conversation_id=text.conversation_id,
            body_sealed=self._vault.seal(session, text.contact_id, "body", text.body),
            status="pending",
            segments=text.segments,
            at=now,
        )
        row = OutboxItem(
            id=new_id("out", now),
            key=text.key,
            message_id=message.id,
            contact_id=text.contact_id,
            appointment_id=text.appointment_id,
            to_sealed=self._vault.seal_bytes(session, text.contact_id, "to", text.to.encode()),
            body_sealed=self._vault.seal_bytes(session, text.contact_id, "body", text.body.encode()),
            purpose=text.purpose,
            state="pending",
            not_before=text.not_before or due,
            expires_at=text.expires_at,
            segments=text.segments,
            created_at=now,
            updated_at=now,
        )
        session.add_all([message, row])
        session.flush()
        return row.id

    # -- sending -----------------------------------------------------------------------------------------------------------------

    def claim(self, lane: str) -> OutboxWork | None:
        """The next due text of a lane (a contact id, or "owner"), in order; None when none is due or one is on its way."""
        now = self._clock.now()
        mine = _lane(lane)
        if not self._any(lane, "pending", now):
            return None
        with self._db.write() as session:
            if not self._db.is_sqlite and lane != "owner":  # one at a time per person, also over processes
                session.execute(select(Contact.id).where(Contact.id == lane).with_for_update())
            busy = select(func.count()).where(mine, OutboxItem.state == "sending").select_from(OutboxItem)
            held = select(func.count()).where(
                mine, OutboxItem.state == "pending", OutboxItem.not_before > now, OutboxItem.error.in_(HELD_UP)
            )
            if session.execute(busy).scalar_one() or session.execute(held.select_from(OutboxItem)).scalar_one():
                return None
            due = select(OutboxItem).where(mine, OutboxItem.state == "pending", OutboxItem.not_before <= now)
            row = session.execute(due.order_by(OutboxItem.created_at).limit(1).with_for_update(skip_locked=True)).scalar_one_or_none()
            if row is None:
                return None
            row.state, row.attempts, row.updated_at, row.error = "sending", row.attempts + 1, now, None
            return self._open(session, row)

    def claim_unknown(self, lane: str) -> OutboxWork | None:
        """The next text whose fate should be looked up now; its next look is put off by the lease, so that one process looks."""
        now = self._clock.now()
        mine = _lane(lane)
        if not self._any(lane, "unknown", now):
            return None
        with self._db.write() as session:
            due = select(OutboxItem).where(mine, OutboxItem.state == "unknown", OutboxItem.not_before <= now)
            row = session.execute(due.order_by(OutboxItem.created_at).limit(1).with_for_update(skip_locked=True)).scalar_one_or_none()
            if row is None:
                return None
            row.not_before = now + self._lease
            return self._open(session, row)

    def _any(self, lane: str, state: str, now: datetime) -> bool:
        """A look without the writers' lock: most lanes are empty most of the time."""
        query = select(OutboxItem.id).where(_lane(lane), OutboxItem.state == state, OutboxItem.not_before <= now).limit(1)
        with self._db.read() as session:
            return session.execute(query).first() is not None

    def sent(self, work_id: str, sid: str, status: str) -> None:
        """The provider has it. Recorded whatever the row's state was, for that is the truth."""
        with self._db.write() as session:
            row = session.get(OutboxItem, work_id)
            if row is None:
                return
            row.state, row.sid, row.error, row.error_code, row.updated_at = "sent", row.sid or sid, None, None, self._clock.now()
            message = session.get(Message, row.message_id) if row.message_id else None
            if message is not None:
                message.sid = message.sid or sid
                _advance(message, status or "queued", None)

    def again(self, work: OutboxWork, *, after: timedelta, reason: str) -> None:
        """Surely not sent: back to pending for later."""
        self._leave(work, "pending", not_before=self._clock.now() + after, error=reason)

    def postpone(self, work: OutboxWork, until: datetime, reason: str) -> None:
        self._leave(work, "pending", not_before=until, error=reason)

    def unknown(self, work: OutboxWork, *, look_after: timedelta, reason: str) -> None:
        """May have been sent. `updated_at` stays the moment of the attempt: what is looked for was created after it."""
        self._leave(work, "unknown", not_before=self._clock.now() + look_after, error=reason, touch=False)

    def failed(self, work: OutboxWork, *, reason: str, code: int | None = None) -> None:
        self._leave(work, "failed", error=reason, code=code)

    def cancelled(self, work: OutboxWork, reason: str) -> None:
        self._leave(work, "cancelled", error=reason)

    def _leave(
        self,
        work: OutboxWork,
        state: str,
        *,
        not_before: datetime | None = None,
        error: str | None = None,
        code: int | None = None,
        touch: bool = True,
    ) -> None:
        with self._db.write() as session:
            row = session.get(OutboxItem, work.id)
            if row is None or row.attempts != work.attempts or row.state not in ("sending", "unknown"):
                return
            row.state, row.error, row.error_code = state, error, code
            row.not_before = not_before or row.not_before
            row.updated_at = self._clock.now() if touch else row.updated_at
            message = session.get(Message, row.message_id) if row.message_id else None
            if message is not None and state in ("failed", "cancelled"):
                message.status, message.error_code = state, code

    def cancel(self, session: Session, *, contact_id: str | None = None, appointment_id: str | None = None, reason: str) -> int:
        """Take back what is still pending for a person or an appointment."""
        query = select(OutboxItem).where(OutboxItem.state == "pending")
        if contact_id is not None:
            query = query.where(OutboxItem.contact_id == contact_id)
        if appointment_id is not None:
            query = query.where(OutboxItem.appointment_id == appointment_id)
        rows = session.execute(query).scalars().all() if contact_id or appointment_id else []
        for row in rows:
            row.state, row.error, row.updated_at = "cancelled", reason[:120], self._clock.now()
            message = session.get(Message, row.message_id) if row.message_id else None
            if message is not None:
                message.status = "cancelled"
        return len(rows)

    # -- what the provider says --------------------------------------------------------------------------------------------------

    def status(self, session: Session, *, sid: str, status: str, outbox_id: str | None, error_code: int | None) -> OutboxRecord | None:
        """Take in a status callback; returns the row when this changed what is known. Statuses only move forward."""
        row = session.execute(select(OutboxItem).where(OutboxItem.sid == sid)).scalars().first()
        if row is None and outbox_id:
            row = session.get(OutboxItem, outbox_id)
            if row is not None and row.sid not in (None, sid):
                row = None
        if row is None or status not in STATUS_RANK:
            return None
        if row.state in ("sending", "unknown", "pending"):  # the callback was faster than the answer, or the answer never came
            row.state, row.sid, row.updated_at, row.error = "sent", sid, self._clock.now(), None
        message = session.get(Message, row.message_id) if row.message_id else None
        if message is not None:
            message.sid = message.sid or sid
            if not _advance(message, status, error_code):
                return None
        if status in ("failed", "undelivered"):
            row.error, row.error_code = status, error_code
        return self._record(row, message)

    def taken_sids(self, sids: Collection[str]) -> set[str]:
        """Those of the provider's ids that belong to a text of ours already."""
        with self._db.read() as session:
            return {sid for sid in session.execute(select(OutboxItem.sid).where(OutboxItem.sid.in_(list(sids)))).scalars() if sid}

    # -- looking after -----------------------------------------------------------------------------------------------------------

    def abandon(self, *, everything: bool = False) -> int:
        """Rows left `sending` by a process that died become `unknown`. `everything` at the start of the only process."""
        now = self._clock.now()
        stale = OutboxItem.state == "sending"
        if not everything:
            stale &= OutboxItem.updated_at <= now - self._lease
        query = update(OutboxItem).where(stale)
        with self._db.read() as session:
            if session.execute(select(OutboxItem.id).where(stale).limit(1)).first() is None:
                return 0
        with self._db.write() as session:
            return _rows(session.execute(query.values(state="unknown", not_before=now, error="interrupted")))

    def due(self, *, limit: int = 500) -> list[str]:
        """Lanes with something to send or to look up now."""
        query = select(OutboxItem.contact_id, func.min(OutboxItem.id)).where(
            OutboxItem.state.in_(("pending", "unknown")), OutboxItem.not_before <= self._clock.now()
        )
        with self._db.read() as session:
            rows = session.execute(query.group_by(OutboxItem.contact_id).order_by(func.min(OutboxItem.id)).limit(limit)).all()
        return [contact_id or "owner" for contact_id, _ in rows]

    def page(self, *, limit: int = 50, before: str | None = None, states: Sequence[str] = ()) -> list[OutboxRecord]:
        query = (
            select(OutboxItem, Message).outerjoin(Message, Message.id == OutboxItem.message_id).order_by(OutboxItem.id.desc()).limit(limit)
        )
        if before is not None:
            query = query.where(OutboxItem.id < before)
        if states:
            query = query.where(OutboxItem.state.in_(list(states)))
        with self._db.read() as session:
            return [self._record(row, message) for row, message in session.execute(query).all()]

    def get(self, outbox_id: str) -> OutboxRecord:
        with self._db.read() as session:
            row = session.get(OutboxItem, outbox_id)
            if row is None:
                raise NotFound("no such text in the outbox")
            return self._record(row, session.get(Message, row.message_id) if row.message_id else None)

    def retry(self, outbox_id: str) -> str:
        """Send a failed text after all; returns its lane. One that was sent, or may have been, is refused."""
        with self._db.write() as session:
            row = session.get(OutboxItem, outbox_id)
            if row is None:
                raise NotFound("no such text in the outbox")
            if row.state != "failed" or row.error_code == 21610:
                raise Conflict("only a failed text can be sent again, and none to somebody who opted out")
            row.state, row.not_before, row.error, row.error_code = "pending", self._clock.now(), None, None
            row.expires_at = None
            message = session.get(Message, row.message_id) if row.message_id else None
            if message is not None:
                message.status, message.error_code = "pending", None
            return row.contact_id or "owner"

    def depth(self) -> tuple[dict[str, int], datetime | None]:
        """How many rows in each open or failed state, and since when the oldest due one waits."""
        with self._db.read() as session:
            states = session.execute(
                select(OutboxItem.state, func.count()).where(OutboxItem.state.in_((*OPEN_STATES, "failed"))).group_by(OutboxItem.state)
            ).all()
            due = select(func.min(OutboxItem.created_at)).where(
                OutboxItem.state.in_(OPEN_STATES), OutboxItem.not_before <= self._clock.now()
            )
            return {state: int(amount) for state, amount in states}, session.execute(due).scalar_one()

    def _open(self, session: Session, row: OutboxItem) -> OutboxWork:
        return OutboxWork(
            id=row.id,
            to=self._vault.open_bytes(session, row.contact_id, "to", row.to_sealed).decode(),
            body=self._vault.open_bytes(session, row.contact_id, "body", row.body_sealed).decode(),
            purpose=row.purpose,
            contact_id=row.contact_id,
            appointment_id=row.appointment_id,
            attempts=row.attempts,
            segments=row.segments,
            expires_at=row.expires_at,
            started_at=row.updated_at,
            created_at=row.created_at,
        )

    @staticmethod
    def _record(row: OutboxItem, message: Message | None) -> OutboxRecord:
        return OutboxRecord(
            id=row.id,
            purpose=row.purpose,
            state=row.state,
            status=message.status if message is not None else None,
            attempts=row.attempts,
            segments=row.segments,
            error_code=row.error_code,
            error=row.error,
            contact_id=row.contact_id,
            appointment_id=row.appointment_id,
            message_id=row.message_id,
            not_before=row.not_before,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


def _advance(message: Message, status: str, error_code: int | None) -> bool:
    if STATUS_RANK.get(status, -1) <= STATUS_RANK.get(message.status, -1):
        return False
    message.status, message.error_code = status, error_code if error_code is not None else message.error_code
    return True


def _lane(lane: str) -> ColumnElement[bool]:
    return OutboxItem.contact_id == lane if lane != "owner" else OutboxItem.contact_id.is_(None)


def _rows(result: Any) -> int:
    return int(result.rowcount) if isinstance(result, CursorResult) else 0

"""Calls: recorded from the first ring, with a status that only moves forward."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.ids import new_id
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.tables import Call

#: how far along each status is; callbacks come in any order, and a later one never moves a call back
RANKS = {"queued": 0, "initiated": 1, "ringing": 2, "in-progress": 3, "completed": 4, "busy": 4, "failed": 4, "no-answer": 4, "canceled": 4}
TERMINAL = 4


@dataclass(frozen=True, slots=True)
class CallRecord:
    id: str
    sid: str | None
    direction: str
    source: str
    status: str
    end_reason: str | None
    conversation_id: str | None
    contact_id: str | None
    phone: str | None
    name: str | None
    purpose: dict[str, str]
    after: dict[str, Any] | None
    recording: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None


class Calls:
    """Repository of calls. The methods are synchronous except `list` and `get`, which serve the API."""

    def __init__(self, db: Database, contacts: Contacts, clock: Clock) -> None:
        self._db = db
        self._contacts = contacts
        self._clock = clock

    def begin(
        self, *, sid: str | None, direction: str, source: str, phone: str | None, token: str, purpose: dict[str, str] | None = None
    ) -> CallRecord:
        """Record a call that rings. The same sid again is the same call, with a fresh stream token."""
        with self._db.write() as session:
            row = self._by_sid(session, sid) if sid else None
            if row is None:
                now = self._clock.now()
                contact = self._contacts.for_phone(session, phone) if phone else None
                row = Call(
                    id=new_id("call", now),
                    sid=sid,
                    direction=direction,
                    source=source,
                    status="ringing",
                    contact_id=contact.id if contact else None,
                    purpose=purpose,
                    started_at=now,
                )
                try:
                    with session.begin_nested():
                        session.add(row)
                except IntegrityError:  # a retry of the same webhook got there first
                    found = self._by_sid(session, sid or "")
                    if found is None:
                        raise
                    row = found
            row.stream_token_hash = _hash(token)
            return self._record(session, row)

    def dialled(self, call_id: str, sid: str) -> None:
        """The provider has taken an outbound call."""
        with self._db.write() as session:
            session.get_one(Call, call_id).sid = sid

    def refresh_token(self, call_id: str, token: str) -> None:
        with self._db.write() as session:
            session.get_one(Call, call_id).stream_token_hash = _hash(token)

    def claim_stream(self, token: str, *, sid: str | None, stream_sid: str) -> CallRecord | None:
        """The call this one-time token was made for; None when it is wrong, used, or another call's."""
        with self._db.write() as session:
            row = session.execute(select(Call).where(Call.stream_token_hash == _hash(token))).scalar_one_or_none()
            if row is None or (row.sid is not None and row.sid != sid) or RANKS.get(row.status, 0) == TERMINAL:
                return None
            row.stream_token_hash = None
            row.stream_sid = stream_sid
            row.status = "in-progress"
            row.answered_at = row.answered_at or self._clock.now()
            return self._record(session, row)

    def attach(self, call_id: str, conversation_id: str, contact_id: str | None) -> None:
        with self._db.write() as session:
            row = session.get_one(Call, call_id)
            row.conversation_id = conversation_id
            row.contact_id = row.contact_id or contact_id

    def set_after(self, call_id: str, after: dict[str, Any] | None) -> None:
        """What the telephone has to do once the stream has closed."""
        with self._db.write() as session:
            session.get_one(Call, call_id).after = after

    def set_status(self, sid: str, status: str, *, answered_by: str | None = None) -> bool:
        """Move a call forward; False when the call is unknown or already further."""
        with self._db.write() as session:
            row = self._by_sid(session, sid)
            if row is None:
                return False
            if answered_by:
                row.answered_by = answered_by[:30]
            if RANKS.get(status, -1) <= RANKS.get(row.status, 0):
                return False
            row.status = status
            if RANKS[status] == TERMINAL:
                row.ended_at = row.ended_at or self._clock.now()
                row.end_reason = row.end_reason or ("caller" if status == "completed" else status)
            return True

    def end(self, call_id: str, reason: str, *, status: str = "completed") -> None:
        with self._db.write() as session:
            row = session.get_one(Call, call_id)
            row.end_reason = row.end_reason or reason
            if RANKS.get(row.status, 0) < TERMINAL:
                row.status = status
            row.ended_at = row.ended_at or self._clock.now()

    def end_interrupted(self) -> list[CallRecord]:
        """At start: calls that were running when the last server stopped get an honest ending."""
        with self._db.write() as session:
            rows = session.execute(select(Call).where(Call.ended_at.is_(None))).scalars().all()
            ended = [self._record(session, row) for row in rows]
            for row in rows:
                row.status, row.end_reason, row.ended_at = "failed", "server_stopped", self._clock.now()
                row.stream_token_hash = None
            return ended

    def set_recording(self, call_id: str, media_id: str) -> None:
        with self._db.write() as session:
            session.get_one(Call, call_id).recording_media_id = media_id

    def by_sid(self, sid: str) -> CallRecord | None:
        with self._db.read() as session:
            row = self._by_sid(session, sid)
            return None if row is None else self._record(session, row)

    def by_id(self, call_id: str) -> CallRecord | None:
        with self._db.read() as session:
            row = session.get(Call, call_id)
            return None if row is None else self._record(session, row)

    async def list(
        self, *, limit: int = 50, cursor: str | None = None, contact: str | None = None, status: str | None = None, **_: Any
    ) -> tuple[Sequence[CallRecord], str | None]:
        """Newest first; the cursor is the last id of the page before."""

        def work() -> tuple[Sequence[CallRecord], str | None]:
            with self._db.read() as session:
                query = select(Call).order_by(Call.started_at.desc(), Call.id.desc())
                if contact:
                    query = query.where(Call.contact_id == contact)
                if status:
                    query = query.where(Call.status == status)
                if cursor:
                    last = session.get(Call, cursor)
                    if last is None:
                        raise InvalidInput("the cursor is not one of ours")
                    query = query.where((Call.started_at < last.started_at) | ((Call.started_at == last.started_at) & (Call.id < last.id)))
                rows = session.execute(query.limit(limit + 1)).scalars().all()
                page = [self._record(session, row) for row in rows[:limit]]
                return page, page[-1].id if len(rows) > limit else None

        return await self._db.run(work)

    async def get(self, id: str) -> CallRecord:
        record = await self._db.run(self.by_id, id)
        if record is None:
            raise NotFound("there is no such call")
        return record

    @staticmethod
    def _by_sid(session: Session, sid: str) -> Call | None:
        return session.execute(select(Call).where(Call.sid == sid)).scalar_one_or_none()

    def _record(self, session: Session, row: Call) -> CallRecord:
        record = CallRecord(
            id=row.id,
            sid=row.sid,
            direction=row.direction,
            source=row.source,
            status=row.status,
            end_reason=row.end_reason,
            conversation_id=row.conversation_id,
            contact_id=row.contact_id,
            phone=None,
            name=None,
            purpose={str(key): str(value) for key, value in (row.purpose or {}).items()},
            after=row.after,
            recording=row.recording_media_id,
            started_at=row.started_at,
            answered_at=row.answered_at,
            ended_at=row.ended_at,
        )
        contact = self._contacts.get(session, row.contact_id) if row.contact_id else None
        return replace(record, phone=contact.phone, name=contact.name) if contact else record


def _hash(token: str) -> bytes:
    return hmac.new(b"stream-token", token.encode(), hashlib.sha256).digest()

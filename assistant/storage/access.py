"""Who may do what: API keys, console sessions, counted failures, consents, and the record of what left the machine."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.errors import InvalidInput
from assistant.domain.ids import new_id
from assistant.storage.database import Database
from assistant.storage.tables import ApiKey, Attempt, AuditEntry, Consent, ConsoleSession
from assistant.storage.vault import Vault

#: What a key may do. `owner` is everything; `voice` is the only scope a publishable key may have.
SCOPES: dict[str, str] = {
    "owner": "everything, as the owner",
    "read": "read every resource",
    "chat": "talk to the assistant as a caller",
    "calendar": "read and change appointments",
    "tasks": "read and change tasks",
    "events": "listen to live events and call from the browser",
    "voice": "ask by voice (for a microphone on a web page)",
    "metrics": "read the metrics",
}
SECRET_PREFIX = "la_"
PUBLISHABLE_PREFIX = "pk_"
SESSION_DAYS = 14
SESSION_IDLE_HOURS = 24
TOUCH_EVERY = timedelta(minutes=1)


def _digest(secret: str) -> bytes:
    """Keys and session tokens carry 160 bits of chance or more, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).digest()


@dataclass(frozen=True, slots=True)
class KeyRecord:
    id: str
    name: str
    prefix: str
    scopes: frozenset[str]
    origins: tuple[str, ...]
    publishable: bool
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class ApiKeys:
    """Keys are shown once and stored as hashes."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def create(self, name: str, scopes: Sequence[str], *, origins: Sequence[str] = ()) -> tuple[KeyRecord, str]:
        """A new key and its secret. With `origins` it is publishable: usable from those web pages only, for `voice` only."""
        unknown = sorted(set(scopes) - set(SCOPES))
        if unknown or not scopes:
            raise InvalidInput(f"unknown scope {', '.join(unknown) or '(none given)'}; choose from {', '.join(SCOPES)}")
        if origins and set(scopes) != {"voice"}:
            raise InvalidInput("a key with origins is publishable and may only have the scope voice")
        now = self._clock.now()
        secret = (PUBLISHABLE_PREFIX if origins else SECRET_PREFIX) + secrets.token_urlsafe(30)
        with self._db.write() as session:
            row = ApiKey(
                id=new_id("key", now),
                name=name.strip()[:80] or "unnamed",
                prefix=secret[:10],
                hash=_digest(secret),
                scopes=sorted(set(scopes)),
                origins=sorted({origin.rstrip("/").lower() for origin in origins}) or None,
                created_at=now,
            )
            session.add(row)
        return self._record(row), secret

    def list(self, *, with_revoked: bool = False) -> list[KeyRecord]:
        query = select(ApiKey).order_by(ApiKey.created_at.desc(), ApiKey.id.desc())
        if not with_revoked:
            query = query.where(ApiKey.revoked_at.is_(None))
        with self._db.read() as session:
            return [self._record(row) for row in session.execute(query).scalars()]

    def revoke(self, key_id: str) -> bool:
        """True when there is such a key; revoking twice is once. Takes an id or the visible beginning of the key."""
        with self._db.write() as session:
            row = session.execute(select(ApiKey).where((ApiKey.id == key_id) | (ApiKey.prefix == key_id))).scalars().first()
            if row is None:
                return False
            row.revoked_at = row.revoked_at or self._clock.now()
            return True

    def verify(self, secret: str) -> KeyRecord | None:
        """The live key with this secret; notes its use at most once a minute."""
        now = self._clock.now()
        with self._db.read() as session:
            row = session.execute(select(ApiKey).where(ApiKey.hash == _digest(secret), ApiKey.revoked_at.is_(None))).scalar_one_or_none()
            if row is None:
                return None
            record = self._record(row)
        if record.last_used_at is None or now - record.last_used_at > TOUCH_EVERY:
            with self._db.write() as session:
                touched = session.get(ApiKey, record.id)
                if touched is not None:
                    touched.last_used_at = now
        return record

    @staticmethod
    def _record(row: ApiKey) -> KeyRecord:
        return KeyRecord(
            id=row.id,
            name=row.name,
            prefix=row.prefix,
            scopes=frozenset(row.scopes),
            origins=tuple(row.origins or ()),
            publishable=bool(row.origins),
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
        )


@dataclass(frozen=True, slots=True)
class SessionRecord:
    id: str
    agent: str | None
    created_at: datetime
    last_at: datetime
    expires_at: datetime


class Sessions:
    """Console logins: a random token in a cookie, its hash here; they end by time, by idleness or by being revoked."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def create(self, agent: str | None) -> tuple[SessionRecord, str]:
        now = self._clock.now()
        token = secrets.token_urlsafe(32)
        row = ConsoleSession(
            id=new_id("ses", now),
            hash=_digest(token),
            agent=(agent or "")[:200] or None,
            created_at=now,
            last_at=now,
            expires_at=now + timedelta(days=SESSION_DAYS),
        )
        with self._db.write() as session:
            session.add(row)
        return self._record(row), token

    def verify(self, token: str) -> SessionRecord | None:
        now = self._clock.now()
        with self._db.read() as session:
            row = session.execute(select(ConsoleSession).where(ConsoleSession.hash == _digest(token))).scalar_one_or_none()
            if row is None or not self._alive(row, now):
                return None
            record = self._record(row)
        if now - record.last_at > TOUCH_EVERY:
            with self._db.write() as session:
                touched = session.get(ConsoleSession, record.id)
                if touched is not None:
                    touched.last_at = now
        return record

    def list(self) -> list[SessionRecord]:
        now = self._clock.now()
        with self._db.read() as session:
            rows = session.execute(select(ConsoleSession).order_by(ConsoleSession.last_at.desc())).scalars()
            return [self._record(row) for row in rows if self._alive(row, now)]

    def revoke(self, session_id: str) -> bool:
        with self._db.write() as session:
            row = session.get(ConsoleSession, session_id)
            if row is None:
                return False
            row.revoked_at = row.revoked_at or self._clock.now()
            return True

    def forget_old(self) -> int:
        """Delete sessions that ended more than a month ago."""
        with self._db.write() as session:
            old = delete(ConsoleSession).where(ConsoleSession.expires_at < self._clock.now() - timedelta(days=30))
            return int(getattr(session.execute(old), "rowcount", 0))

    @staticmethod
    def _alive(row: ConsoleSession, now: datetime) -> bool:
        return row.revoked_at is None and row.expires_at > now and row.last_at + timedelta(hours=SESSION_IDLE_HOURS) > now

    @staticmethod
    def _record(row: ConsoleSession) -> SessionRecord:
        return SessionRecord(row.id, row.agent, row.created_at, row.last_at, row.expires_at)


class Attempts:
    """Counts failures per subject; five in a row lock it, each further lock twice as long, at most a day."""

    def __init__(self, db: Database, clock: Clock, *, limit: int = 5, lock: timedelta = timedelta(minutes=15)) -> None:
        self._db = db
        self._clock = clock
        self._limit = limit
        self._lock = lock

    def locked_until(self, subject: str) -> datetime | None:
        with self._db.read() as session:
            row = session.get(Attempt, subject)
            until = row.locked_until if row is not None else None
        return until if until is not None and until > self._clock.now() else None

    def failed(self, subject: str) -> datetime | None:
        """Note a failure; the end of the lock when this one caused it."""
        now = self._clock.now()
        with self._db.write() as session:
            row = self._row(session, subject, now)
            if row.updated_at < now - timedelta(days=1):
                row.failures = 0
            row.failures, row.updated_at = row.failures + 1, now
            if row.failures % self._limit:
                return None
            rounds = row.failures // self._limit - 1
            row.locked_until = now + min(self._lock * 2 ** min(rounds, 10), timedelta(days=1))
            return row.locked_until

    @staticmethod
    def _row(session: Session, subject: str, now: datetime) -> Attempt:
        """The subject's count, locked until the commit, so that guessing from several processes at once is counted in full."""
        row = session.get(Attempt, subject, with_for_update=True)
        if row is not None:
            return row
        row = Attempt(subject=subject, failures=0, updated_at=now)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # another process counted the first one
            return session.get_one(Attempt, subject, with_for_update=True)
        return row

    def succeeded(self, subject: str) -> None:
        with self._db.write() as session:
            session.execute(delete(Attempt).where(Attempt.subject == subject))


class PinGate:
    """Proves the owner by PIN (implements `OwnerGate`). `subject` is who is trying: a contact or call id, never the PIN's own text.

    The count is also kept over all subjects together, so that changing the caller ID does not buy more guesses.
    """

    _EVERYBODY = "pin:*"

    def __init__(self, pin: str | None, db: Database, clock: Clock) -> None:
        self._pin = pin or None
        self._db = db
        self._one = Attempts(db, clock, limit=5)
        self._all = Attempts(db, clock, limit=25)

    async def check_pin(self, pin: str, *, subject: str) -> Literal["ok", "wrong", "locked", "unset"]:
        if self._pin is None:
            return "unset"
        return await self._db.run(self._check, pin, f"pin:{subject}"[:80])

    def _check(self, pin: str, subject: str) -> Literal["ok", "wrong", "locked"]:
        if self._one.locked_until(subject) or self._all.locked_until(self._EVERYBODY):
            return "locked"
        if self._pin is not None and hmac.compare_digest(pin.strip().encode(), self._pin.encode()):
            self._one.succeeded(subject)
            return "ok"
        everybody = self._all.failed(self._EVERYBODY)
        return "locked" if self._one.failed(subject) or everybody else "wrong"


ConsentPurpose = Literal["texts", "recording", "memory", "cloud"]


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    id: str
    contact_id: str | None
    purpose: str
    granted: bool
    source: str
    evidence: str | None
    at: datetime


class ConsentLedger:
    """Every yes and no with its time, never overwritten; the latest one of a purpose counts, of two at once the no. No entry means no."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock

    def record(
        self, session: Session, contact_id: str | None, purpose: ConsentPurpose, granted: bool, *, source: str, evidence: str | None = None
    ) -> ConsentRecord:
        """`contact_id` None is the owner; `evidence` is what was asked and answered (sealed)."""
        now = self._clock.now()
        row = Consent(
            id=new_id("cns", now),
            contact_id=contact_id,
            purpose=purpose,
            granted=granted,
            source=source[:10],
            evidence_sealed=self._vault.seal(session, contact_id, "evidence", evidence),
            at=now,
        )
        session.add(row)
        session.flush()
        return self._record(session, row)

    def granted(self, session: Session, contact_id: str | None, purpose: ConsentPurpose) -> bool:
        mine = Consent.contact_id == contact_id if contact_id is not None else Consent.contact_id.is_(None)
        query = select(Consent.granted).where(mine, Consent.purpose == purpose).order_by(Consent.at.desc(), Consent.granted).limit(1)
        return bool(session.execute(query).scalar_one_or_none())

    def list(self, session: Session, *, contact_id: str | None = None, limit: int = 50, before: str | None = None) -> list[ConsentRecord]:
        """Newest first; ids sort by time, so `before` is the last id of the page before."""
        query = select(Consent).order_by(Consent.id.desc()).limit(limit)
        if contact_id is not None:
            query = query.where(Consent.contact_id == contact_id)
        if before is not None:
            query = query.where(Consent.id < before)
        return [self._record(session, row) for row in session.execute(query).scalars()]

    def _record(self, session: Session, row: Consent) -> ConsentRecord:
        evidence = self._vault.open(session, row.contact_id, "evidence", row.evidence_sealed)
        return ConsentRecord(row.id, row.contact_id, row.purpose, row.granted, row.source, evidence, row.at)


@dataclass(frozen=True, slots=True)
class AuditRecord:
    id: int
    action: str
    actor: str
    subject: str | None
    destination: str | None
    size: int | None
    detail: dict[str, Any] | None
    at: datetime


class AuditLog:
    """What left the machine and what was done to somebody's data. Entries are only ever added.

    Details are sealed under the owner's key, for the record of an erasure outlives the erased person's. They repeat no personal text.
    """

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock

    def add(
        self,
        session: Session,
        action: str,
        *,
        actor: str,
        subject: str | None = None,
        destination: str | None = None,
        size: int | None = None,
        detail: dict[str, Any] | None = None,
    ) -> None:
        sealed = self._vault.seal_json(session, None, "audit", detail)
        entry = AuditEntry(
            action=action, actor=actor[:40], subject=subject, destination=destination, size=size, detail_sealed=sealed, at=self._clock.now()
        )
        session.add(entry)

    def list(self, session: Session, *, action: str | None = None, limit: int = 50, before: int | None = None) -> list[AuditRecord]:
        query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
        if action is not None:
            query = query.where(AuditEntry.action == action)
        if before is not None:
            query = query.where(AuditEntry.id < before)
        return [
            AuditRecord(
                row.id,
                row.action,
                row.actor,
                row.subject,
                row.destination,
                row.size,
                self._vault.open_json(session, None, "audit", row.detail_sealed),
                row.at,
            )
            for row in session.execute(query).scalars()
        ]

"""Rows of calendars elsewhere, and of what we last saw and sent there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.errors import NotFound
from assistant.domain.ids import new_id
from assistant.storage.tables import AuditEntry, SyncAccount, SyncItem
from assistant.storage.vault import Vault

AccountKind = Literal["caldav", "ics"]


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """`password` is only filled where the sync itself asks for it."""

    id: str
    kind: AccountKind
    url: str
    user: str | None
    share_names: bool
    last_ok_at: datetime | None
    last_error: str | None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """An event of ours there: `seen` is what it said when both sides last agreed."""

    uid: str
    href: str | None
    seen: str | None
    appointment_id: str
    appointment_version: int


class SyncRows:
    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock

    def add(
        self, session: Session, *, kind: AccountKind, url: str, user: str | None, password: str | None, share_names: bool
    ) -> AccountRecord:
        now = self._clock.now()
        row = SyncAccount(
            id=new_id("cal", now),
            kind=kind,
            url_sealed=self._vault.seal_bytes(session, None, "url", url.encode()),
            user_sealed=self._vault.seal(session, None, "user", user),
            password_sealed=self._vault.seal(session, None, "password", password),
            share_names=share_names,
            created_at=now,
        )
        session.add(row)
        session.flush()
        return self._record(session, row)

    def all(self, session: Session) -> Sequence[AccountRecord]:
        found = select(SyncAccount).where(SyncAccount.kind.in_(("caldav", "ics"))).order_by(SyncAccount.id)
        return [self._record(session, row) for row in session.execute(found).scalars()]

    def get(self, session: Session, account_id: str) -> AccountRecord:
        return self._record(session, self._row(session, account_id), secrets=True)

    def remove(self, session: Session, account_id: str) -> None:
        session.delete(self._row(session, account_id))

    def worked(self, session: Session, account_id: str) -> None:
        row = self._row(session, account_id)
        row.last_ok_at, row.last_error = self._clock.now(), None

    def failed(self, session: Session, account_id: str, error: str) -> None:
        self._row(session, account_id).last_error = error[:200]

    def audit(self, session: Session, account_id: str, host: str, size: int) -> None:
        """What left the machine goes into the audit, by host and size."""
        session.add(
            AuditEntry(action="calendar_sync", actor="system", subject=account_id, destination=host[:120], size=size, at=self._clock.now())
        )

    def items(self, session: Session, account_id: str) -> dict[str, ItemRecord]:
        """By appointment."""
        found = select(SyncItem).where(SyncItem.account_id == account_id, SyncItem.appointment_id.is_not(None))
        return {
            row.appointment_id: ItemRecord(row.uid, row.href, row.etag, row.appointment_id, row.appointment_version or 0)
            for row in session.execute(found).scalars()
            if row.appointment_id is not None
        }

    def agree(self, session: Session, account_id: str, item: ItemRecord) -> None:
        """Both sides now say the same."""
        row = session.get(SyncItem, (account_id, item.uid))
        if row is None:
            row = SyncItem(account_id=account_id, uid=item.uid, appointment_id=item.appointment_id)
            session.add(row)
        row.href, row.etag, row.appointment_version, row.at = item.href, item.seen, item.appointment_version, self._clock.now()
        session.flush()

    def drop(self, session: Session, account_id: str, uid: str) -> None:
        session.execute(delete(SyncItem).where(SyncItem.account_id == account_id, SyncItem.uid == uid))

    def feed_token(self, session: Session, *, renew: bool) -> str:
        """The secret part of the private feed's address; renewing it closes the old address."""
        row = session.execute(select(SyncAccount).where(SyncAccount.kind == "feed")).scalar_one_or_none()
        if row is not None and not renew:
            return self._vault.open(session, None, "url", row.url_sealed) or ""
        secret = new_id("feed", self._clock.now()).replace("_", "") + new_id("x", self._clock.now())[12:]
        sealed = self._vault.seal_bytes(session, None, "url", secret.encode())
        if row is None:
            session.add(SyncAccount(id=new_id("cal", self._clock.now()), kind="feed", url_sealed=sealed, created_at=self._clock.now()))
        else:
            row.url_sealed = sealed
        session.flush()
        return secret

    def _row(self, session: Session, account_id: str) -> SyncAccount:
        row = session.get(SyncAccount, account_id)
        if row is None or row.kind == "feed":
            raise NotFound("no such calendar account")
        return row

    def _record(self, session: Session, row: SyncAccount, *, secrets: bool = False) -> AccountRecord:
        return AccountRecord(
            id=row.id,
            kind=row.kind,  # type: ignore[arg-type]
            url=self._vault.open(session, None, "url", row.url_sealed) or "",
            user=self._vault.open(session, None, "user", row.user_sealed),
            share_names=row.share_names,
            last_ok_at=row.last_ok_at,
            last_error=row.last_error,
            password=self._vault.open(session, None, "password", row.password_sealed) if secrets else None,
        )

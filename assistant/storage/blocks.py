"""Rows of time that nobody is available in: said by the owner, or busy in a calendar elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.ids import new_id
from assistant.storage.tables import Block
from assistant.storage.vault import Vault

BlockSource = Literal["owner", "caldav", "ics"]


@dataclass(frozen=True, slots=True)
class BlockRecord:
    """`reason` is the owner's own business and never told to callers."""

    id: str
    starts_at: datetime
    ends_at: datetime
    reason: str | None
    source: BlockSource
    external_uid: str | None = None


class BlockRows:
    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock

    def add(
        self,
        session: Session,
        start: datetime,
        end: datetime,
        *,
        reason: str | None = None,
        source: BlockSource = "owner",
        external_uid: str | None = None,
    ) -> BlockRecord:
        now = self._clock.now()
        row = Block(
            id=new_id("blk", now),
            starts_at=start,
            ends_at=end,
            reason_sealed=self._vault.seal(session, None, "reason", reason),
            source=source,
            external_uid=external_uid,
            created_at=now,
        )
        session.add(row)
        session.flush()
        return self._record(session, row)

    def overlapping(self, session: Session, start: datetime, end: datetime, *, source: BlockSource | None = None) -> list[BlockRecord]:
        found = select(Block).where(Block.starts_at < end, Block.ends_at > start)
        if source is not None:
            found = found.where(Block.source == source)
        return [self._record(session, row) for row in session.execute(found.order_by(Block.starts_at, Block.id)).scalars()]

    def spans(self, session: Session, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Just the times, for the search."""
        found = select(Block.starts_at, Block.ends_at).where(Block.starts_at < end, Block.ends_at > start)
        return [(row[0], row[1]) for row in session.execute(found)]

    def remove(self, session: Session, block_id: str) -> None:
        session.execute(delete(Block).where(Block.id == block_id))

    def of_scope(self, session: Session, source: BlockSource, scope: str) -> list[BlockRecord]:
        """Blocks whose external UID begins with `scope`."""
        found = select(Block).where(Block.source == source, Block.external_uid.startswith(scope, autoescape=True))
        return [self._record(session, row) for row in session.execute(found.order_by(Block.starts_at, Block.id)).scalars()]

    def _record(self, session: Session, row: Block) -> BlockRecord:
        reason = self._vault.open(session, None, "reason", row.reason_sealed)
        return BlockRecord(row.id, row.starts_at, row.ends_at, reason, row.source, row.external_uid)  # type: ignore[arg-type]

"""Conversations as they are looked at afterwards: pages of them, one with all its turns, and the timings of a turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from assistant.domain.errors import NotFound
from assistant.storage.conversations import Conversations, StoredTurn
from assistant.storage.database import Database
from assistant.storage.paging import decode_cursor, encode_cursor
from assistant.storage.tables import Conversation, Turn
from assistant.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class ConversationView:
    id: str
    channel: str
    role: str
    state: str
    contact_id: str | None
    started_at: datetime
    last_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    summary: str | None
    turns: tuple[StoredTurn, ...] = ()


class History:
    """What the API and the console read."""

    def __init__(self, db: Database, vault: Vault, conversations: Conversations) -> None:
        self._db = db
        self._vault = vault
        self._conversations = conversations

    async def list(
        self, *, limit: int = 50, cursor: str | None = None, contact: str | None = None, channel: str | None = None, **_: Any
    ) -> tuple[Sequence[ConversationView], str | None]:
        """Newest first."""
        after = decode_cursor(cursor)

        def work() -> tuple[Sequence[ConversationView], str | None]:
            query = select(Conversation).order_by(Conversation.started_at.desc(), Conversation.id.desc())
            if contact is not None:
                query = query.where(Conversation.contact_id == contact)
            if channel is not None:
                query = query.where(Conversation.channel == channel)
            if after is not None:
                at, last = after
                query = query.where((Conversation.started_at < at) | ((Conversation.started_at == at) & (Conversation.id < last)))
            with self._db.read() as session:
                rows = session.execute(query.limit(limit + 1)).scalars().all()
                views = [self._view(session, row) for row in rows[:limit]]
            more = encode_cursor(rows[limit - 1].started_at, rows[limit - 1].id) if len(rows) > limit else None
            return views, more

        return await self._db.run(work)

    async def get(self, id: str) -> ConversationView:
        def work() -> ConversationView:
            with self._db.read() as session:
                row = session.get(Conversation, id)
                if row is None:
                    raise NotFound("there is no such conversation")
                return self._view(session, row, tuple(self._conversations.turns(session, id)))

        return await self._db.run(work)

    async def add_stages(self, turn_ids: Sequence[str], stages: Mapping[str, float]) -> None:
        """Timings that are known only once the words were heard."""

        def work() -> None:
            with self._db.write() as session:
                for row in session.execute(select(Turn).where(Turn.id.in_(turn_ids))).scalars():
                    row.timeline = {**(row.timeline or {}), **stages}

        await self._db.run(work)

    def _view(self, session: Any, row: Conversation, turns: tuple[StoredTurn, ...] = ()) -> ConversationView:
        summary = self._vault.open(session, row.contact_id, "summary", row.summary_sealed)
        return ConversationView(
            row.id, row.channel, row.role, row.state, row.contact_id, row.started_at, row.last_at, row.ended_at, row.end_reason,
            summary, turns,
        )  # fmt: skip

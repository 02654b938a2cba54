"""Conversations and their turns: the state is sealed and saved together with what was said, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.errors import Conflict
from assistant.domain.ids import new_id
from assistant.storage.tables import Conversation, Turn
from assistant.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class StoredConversation:
    id: str
    channel: str
    role: str
    contact_id: str | None
    phase: str
    state: Mapping[str, Any] | None
    version: int
    started_at: datetime
    last_at: datetime
    ended_at: datetime | None
    end_reason: str | None


@dataclass(frozen=True, slots=True)
class NewTurn:
    """A turn to be stored. `slots` is sealed; `did` and `timeline` name no person."""

    role: str
    text: str
    heard: str | None = None
    message_id: str | None = None
    intent: str | None = None
    confidence: float | None = None
    slots: Mapping[str, Any] | None = None
    did: Sequence[str] = ()
    timeline: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredTurn:
    id: str
    conversation_id: str
    seq: int
    role: str
    text: str | None
    heard: str | None
    intent: str | None
    confidence: float | None
    slots: Mapping[str, Any] | None
    did: tuple[str, ...]
    timeline: Mapping[str, Any]
    at: datetime


class Conversations:
    """Repository; every method takes the session of the caller's transaction."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock

    def key_hash(self, session: Session, key: str) -> bytes:
        return self._vault.blind(session, "conversation", key)

    def live(self, session: Session, key: str, *, since: datetime) -> StoredConversation | None:
        """The running conversation of a session, sender or call that was not silent since then."""
        row = session.execute(
            select(Conversation)
            .where(Conversation.key_hash == self.key_hash(session, key), Conversation.ended_at.is_(None), Conversation.last_at >= since)
            .order_by(Conversation.started_at.desc())
            .limit(1)
        ).scalar_one_or_none()
        return None if row is None else self._record(session, row)

    def unfinished(self, session: Session, contact_id: str, *, since: datetime) -> Sequence[StoredConversation]:
        """Recent conversations of a person, newest first: one of them may hold a request that was cut off."""
        rows = session.execute(
            select(Conversation)
            .where(Conversation.contact_id == contact_id, Conversation.last_at >= since)
            .order_by(Conversation.last_at.desc(), Conversation.id.desc())
            .limit(5)
        ).scalars()
        return [self._record(session, row) for row in rows]

    def of_key(self, session: Session, key: str, *, since: datetime) -> StoredConversation | None:
        """The latest conversation of a key, ended or not."""
        row = session.execute(
            select(Conversation)
            .where(Conversation.key_hash == self.key_hash(session, key), Conversation.last_at >= since)
            .order_by(Conversation.last_at.desc(), Conversation.id.desc())
            .limit(1)
        ).scalar_one_or_none()
        return None if row is None else self._record(session, row)

    def add(
        self, session: Session, *, key: str, channel: str, role: str, contact_id: str | None, conversation_id: str, state: Mapping[str, Any]
    ) -> StoredConversation:
        now = self._clock.now()
        row = Conversation(
            id=conversation_id, key_hash=self.key_hash(session, key), contact_id=contact_id, channel=channel, role=role,
            state=str(state.get("phase", "fresh")), version=0, started_at=now, last_at=now,
        )  # fmt: skip
        row.state_sealed = self._vault.seal_json(session, contact_id, "state", state)
        session.add(row)
        session.flush()
        return self._record(session, row)

    def get(self, session: Session, conversation_id: str) -> StoredConversation | None:
        row = session.get(Conversation, conversation_id)
        return None if row is None else self._record(session, row)

    def close(self, session: Session, conversation_id: str, reason: str) -> None:
        session.execute(
            update(Conversation)
            .where(Conversation.id == conversation_id, Conversation.ended_at.is_(None))
            .values(ended_at=self._clock.now(), end_reason=reason)
        )

    def save(
        self,
        session: Session,
        before: StoredConversation,
        *,
        state: Mapping[str, Any],
        turns: Sequence[NewTurn],
        ended: str | None = None,
        summary: str | None = None,
    ) -> list[str]:
        """State, turns and the summary so far, if nobody saved meanwhile (else `Conflict`). Returns the new turns' ids."""
        now = self._clock.now()
        values: dict[str, Any] = {
            "state": str(state.get("phase", "")),
            "state_sealed": self._vault.seal_json(session, before.contact_id, "state", state),
            "version": before.version + 1,
            "last_at": now,
        }
        if summary is not None:
            values["summary_sealed"] = self._vault.seal(session, before.contact_id, "summary", summary)
        if ended is not None:
            values |= {"ended_at": before.ended_at or now, "end_reason": ended}
        updated = session.execute(
            update(Conversation).where(Conversation.id == before.id, Conversation.version == before.version).values(**values)
        )
        if updated.rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict("another process took this turn", code="conversation_moved_on")
        if not turns:
            return []
        last = session.execute(select(func.max(Turn.seq)).where(Turn.conversation_id == before.id)).scalar()
        seq = 0 if last is None else last
        return [self._add_turn(session, before, turn, seq + offset, now) for offset, turn in enumerate(turns, 1)]

    def summarize(self, session: Session, conversation_id: str, summary: str) -> None:
        """A better summary, written after the end; nothing when the conversation is gone by now."""
        row = session.get(Conversation, conversation_id)
        if row is not None:
            row.summary_sealed = self._vault.seal(session, row.contact_id, "summary", summary)

    def _add_turn(self, session: Session, conversation: StoredConversation, turn: NewTurn, seq: int, now: datetime) -> str:
        contact = conversation.contact_id
        row = Turn(
            id=new_id("trn", now), conversation_id=conversation.id, contact_id=contact, seq=seq, message_id=turn.message_id, role=turn.role,
            text_sealed=self._vault.seal(session, contact, "text", turn.text),
            heard_sealed=self._vault.seal(session, contact, "heard", turn.heard),
            slots_sealed=self._vault.seal_json(session, contact, "slots", turn.slots) if turn.slots else None,
            intent=turn.intent, confidence=turn.confidence, did=list(turn.did) or None, timeline=dict(turn.timeline) or None, at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id

    def answered(self, session: Session, message_id: str) -> tuple[StoredTurn, StoredTurn | None] | None:
        """The turn that handled this message, and the reply to it."""
        row = session.execute(select(Turn).where(Turn.message_id == message_id)).scalar_one_or_none()
        if row is None:
            return None
        reply = session.execute(
            select(Turn).where(Turn.conversation_id == row.conversation_id, Turn.seq == row.seq + 1, Turn.role == "assistant")
        ).scalar_one_or_none()
        return self._turn(session, row), self._turn(session, reply) if reply is not None else None

    def heard(self, session: Session, turn_id: str, text: str) -> bool:
        """What of an assistant's turn really reached the ear."""
        row = session.get(Turn, turn_id)
        if row is None:
            return False
        row.heard_sealed = self._vault.seal(session, row.contact_id, "heard", text)
        return True

    def turns(self, session: Session, conversation_id: str, *, limit: int = 500) -> list[StoredTurn]:
        rows = session.execute(select(Turn).where(Turn.conversation_id == conversation_id).order_by(Turn.seq).limit(limit)).scalars()
        return [self._turn(session, row) for row in rows]

    def _record(self, session: Session, row: Conversation) -> StoredConversation:
        return StoredConversation(
            row.id, row.channel, row.role, row.contact_id, row.state,
            self._vault.open_json(session, row.contact_id, "state", row.state_sealed),
            row.version, row.started_at, row.last_at, row.ended_at, row.end_reason,
        )  # fmt: skip

    def _turn(self, session: Session, row: Turn) -> StoredTurn:
        contact = row.contact_id
        return StoredTurn(
            row.id, row.conversation_id, row.seq, row.role,
            self._vault.open(session, contact, "text", row.text_sealed), self._vault.open(session, contact, "heard", row.heard_sealed),
            row.intent, row.confidence, self._vault.open_json(session, contact, "slots", row.slots_sealed),
            tuple(row.did or ()), row.timeline or {}, row.at,
        )  # fmt: skip

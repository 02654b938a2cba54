"""Every table. Columns named `*_sealed` hold AES-256-GCM ciphertext under the data key of `contact_id`, or the owner's key without one.

`*_hash` columns are keyed hashes for look-up. Nothing else in a row may identify a person or repeat what was said.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from assistant.storage.types import UtcDateTime

BigId = BigInteger().with_variant(Integer, "sqlite")
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime, bytes: LargeBinary, dict[str, Any]: JSON, list[str]: JSON}


class DataKey(Base):
    """A data key, wrapped by a master key. Deleting the row *is* the erasure of its subject."""

    __tablename__ = "data_keys"
    subject: Mapped[str] = mapped_column(String(64), primary_key=True)  # a contact id, or "owner"
    wrapped: Mapped[bytes]
    master_id: Mapped[str] = mapped_column(String(16), index=True)
    created_at: Mapped[datetime]


class Contact(Base):
    __tablename__ = "contacts"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    phone_hash: Mapped[bytes | None] = mapped_column(unique=True)
    phone_sealed: Mapped[bytes | None]
    name_sealed: Mapped[bytes | None]
    email_sealed: Mapped[bytes | None]
    timezone: Mapped[str | None] = mapped_column(String(64))
    opted_out_at: Mapped[datetime | None]
    blocked: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]


class Conversation(Base):
    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key_hash: Mapped[bytes | None] = mapped_column(index=True)  # finds the live conversation of a session or sender
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(8))
    role: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(40))
    state_sealed: Mapped[bytes | None]
    summary_sealed: Mapped[bytes | None]
    version: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime] = mapped_column(index=True)
    last_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(20))


class Turn(Base):
    __tablename__ = "turns"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    contact_id: Mapped[str | None] = mapped_column(String(40))
    seq: Mapped[int]
    message_id: Mapped[str | None] = mapped_column(String(40), unique=True)  # the inbound message this turn has handled
    role: Mapped[str] = mapped_column(String(10))  # caller | assistant
    text_sealed: Mapped[bytes | None]
    heard_sealed: Mapped[bytes | None]
    slots_sealed: Mapped[bytes | None]
    intent: Mapped[str | None] = mapped_column(String(40))
    confidence: Mapped[float | None] = mapped_column(Float)
    did: Mapped[list[str] | None]
    timeline: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]
    __table_args__ = (Index("uq_turns_conversation_seq", "conversation_id", "seq", unique=True),)


class Call(Base):
    __tablename__ = "calls"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    sid: Mapped[str | None] = mapped_column(String(64), unique=True)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    direction: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(10))  # twilio | softphone
    status: Mapped[str] = mapped_column(String(20))
    end_reason: Mapped[str | None] = mapped_column(String(20))
    stream_token_hash: Mapped[bytes | None]
    stream_sid: Mapped[str | None] = mapped_column(String(64))
    purpose: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]  # what follows once the stream has closed
    answered_by: Mapped[str | None] = mapped_column(String(30))
    recording_media_id: Mapped[str | None] = mapped_column(String(40))
    started_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Message(Base):
    """A text, a voicemail or a message taken for the owner."""

    __tablename__ = "messages"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    sid: Mapped[str | None] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(12), default="text")  # text | voicemail | message
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    direction: Mapped[str] = mapped_column(String(8))  # in | out
    body_sealed: Mapped[bytes | None]
    status: Mapped[str] = mapped_column(String(20))
    error_code: Mapped[int | None]
    segments: Mapped[int | None]
    media_count: Mapped[int] = mapped_column(default=0)
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    read_at: Mapped[datetime | None]
    at: Mapped[datetime] = mapped_column(index=True)


class InboxItem(Base):
    """A message waiting to be answered; drained in `seq` order, one at a time per sender."""

    __tablename__ = "inbox"
    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), unique=True)
    sender: Mapped[str] = mapped_column(String(64), index=True)  # contact id
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(120))
    received_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None] = mapped_column(index=True)


class OutboxItem(Base):
    __tablename__ = "outbox"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)  # says what this text is for: the same key is never queued twice
    message_id: Mapped[str | None] = mapped_column(String(40))
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    appointment_id: Mapped[str | None] = mapped_column(String(40), index=True)
    to_sealed: Mapped[bytes]
    body_sealed: Mapped[bytes]
    purpose: Mapped[str] = mapped_column(String(20))  # reply | confirmation | reminder | follow_up | owner | code
    state: Mapped[str] = mapped_column(String(10), index=True)  # pending | sending | sent | failed | unknown | cancelled
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    sid: Mapped[str | None] = mapped_column(String(64), index=True)
    segments: Mapped[int] = mapped_column(default=1)
    error_code: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class WebhookClaim(Base):
    """A provider's event that was taken in once and must not be taken again."""

    __tablename__ = "webhook_claims"
    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Media(Base):
    __tablename__ = "media"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    content_hash: Mapped[bytes] = mapped_column(index=True)  # keyed hash of the plaintext: the file's address
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(12))  # picture | voicemail | recording | export
    mime: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    path: Mapped[str] = mapped_column(String(200))
    facts_sealed: Mapped[bytes | None]
    provider_url_sealed: Mapped[bytes | None]
    provider_deleted_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


class Appointment(Base):
    __tablename__ = "appointments"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    service: Mapped[str] = mapped_column(String(120))
    minutes: Mapped[int]
    buffer_minutes: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(64))
    resource: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(12), index=True)
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    conversation_id: Mapped[str | None] = mapped_column(String(40), index=True)
    moving_id: Mapped[str | None] = mapped_column(String(40), index=True)  # a hold for moving that appointment
    name_sealed: Mapped[bytes | None]
    notes_sealed: Mapped[bytes | None]
    source: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(default=1)
    sequence: Mapped[int] = mapped_column(default=0)  # RFC 5545 SEQUENCE
    series_id: Mapped[str | None] = mapped_column(String(40), index=True)
    recurrence: Mapped[str | None] = mapped_column(String(200))
    hold_expires_at: Mapped[datetime | None] = mapped_column(index=True)
    idempotency_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    text_consent: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)


class AppointmentEvent(Base):
    """The history of an appointment; moves keep its identity."""

    __tablename__ = "appointment_events"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    appointment_id: Mapped[str] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(12))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]


class SlotClaim(Base):
    """One grid unit of one resource. The primary key is what makes a double booking impossible."""

    __tablename__ = "slot_claims"
    slot_start: Mapped[datetime] = mapped_column(primary_key=True)  # first, so that the key serves "what is claimed at that time"
    resource: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[str | None] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"), index=True)
    block_id: Mapped[str | None] = mapped_column(ForeignKey("blocks.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime | None] = mapped_column(index=True)


class Block(Base):
    """Time the owner is not available: said by the owner, or busy in a calendar we sync with."""

    __tablename__ = "blocks"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)
    reason_sealed: Mapped[bytes | None]
    source: Mapped[str] = mapped_column(String(10))  # owner | caldav | ics
    external_uid: Mapped[str | None] = mapped_column(String(255), index=True)
    created_at: Mapped[datetime]


class ServiceSnapshot(Base):
    """The services as they were when appointments were made, so that a renamed service still explains itself."""

    __tablename__ = "service_snapshots"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    profile_hash: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(120))
    minutes: Mapped[int]
    buffer_minutes: Mapped[int]
    price: Mapped[str | None] = mapped_column(String(80))
    at: Mapped[datetime]


class SyncAccount(Base):
    """A calendar elsewhere that we keep in step with."""

    __tablename__ = "sync_accounts"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # caldav | ics
    url_sealed: Mapped[bytes]
    user_sealed: Mapped[bytes | None]
    password_sealed: Mapped[bytes | None]
    token: Mapped[str | None] = mapped_column(Text)
    share_names: Mapped[bool] = mapped_column(Boolean, default=False)  # whether people's names go there with their bookings
    last_ok_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]


class SyncItem(Base):
    """One event that exists on both sides: what we last saw there and what we last sent."""

    __tablename__ = "sync_items"
    account_id: Mapped[str] = mapped_column(ForeignKey("sync_accounts.id", ondelete="CASCADE"), primary_key=True)
    uid: Mapped[str] = mapped_column(String(255), primary_key=True)
    href: Mapped[str | None] = mapped_column(Text)
    etag: Mapped[str | None] = mapped_column(String(255))
    appointment_id: Mapped[str | None] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"), index=True)
    appointment_version: Mapped[int | None]
    at: Mapped[datetime]


class Task(Base):
    __tablename__ = "tasks"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    title_sealed: Mapped[bytes]
    notes_sealed: Mapped[bytes | None]
    project_sealed: Mapped[bytes | None]
    tags_sealed: Mapped[bytes | None]
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(String(10), index=True)
    priority: Mapped[str | None] = mapped_column(String(1))
    progress: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    remind_at: Mapped[datetime | None] = mapped_column(index=True)
    recurrence: Mapped[str | None] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Reminder(Base):
    __tablename__ = "reminders"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    appointment_id: Mapped[str | None] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[str | None] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(8))  # text | call
    state: Mapped[str] = mapped_column(String(10), index=True)  # pending | sent | cancelled | failed | skipped
    due_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(120))


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    text_sealed: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(index=True)


class MemoryFact(Base):
    """A fact that a caller agreed to have remembered."""

    __tablename__ = "memories"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    text_sealed: Mapped[bytes]
    created_at: Mapped[datetime]


class KnowledgeDocument(Base):
    __tablename__ = "knowledge_documents"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    title_sealed: Mapped[bytes]
    mime: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    content_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(index=True)


class KnowledgeChunk(Base):
    __tablename__ = "knowledge_chunks"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("knowledge_documents.id", ondelete="CASCADE"), index=True)
    ordinal: Mapped[int]
    heading_sealed: Mapped[bytes | None]
    text_sealed: Mapped[bytes]


class Consent(Base):
    __tablename__ = "consents"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(30))  # texts | recording | memory | cloud
    granted: Mapped[bool] = mapped_column(Boolean)
    source: Mapped[str] = mapped_column(String(10))
    evidence_sealed: Mapped[bytes | None]
    at: Mapped[datetime] = mapped_column(index=True)


class AuditEntry(Base):
    """What left the machine, and what was done to somebody's data."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    action: Mapped[str] = mapped_column(String(40), index=True)
    actor: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str | None] = mapped_column(String(64), index=True)
    destination: Mapped[str | None] = mapped_column(String(120))
    size: Mapped[int | None]
    detail_sealed: Mapped[bytes | None]
    at: Mapped[datetime] = mapped_column(index=True)


class ApiKey(Base):
    __tablename__ = "api_keys"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(12), index=True)
    hash: Mapped[bytes] = mapped_column(unique=True)
    scopes: Mapped[list[str]]
    origins: Mapped[list[str] | None]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ConsoleSession(Base):
    __tablename__ = "console_sessions"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    hash: Mapped[bytes] = mapped_column(unique=True)
    agent: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    last_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Attempt(Base):
    """Wrong PINs, codes and passphrases, counted per subject so that guessing locks."""

    __tablename__ = "attempts"
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    updated_at: Mapped[datetime]

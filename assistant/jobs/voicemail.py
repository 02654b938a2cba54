"""Voicemails: claimed once, fetched, sealed, written down, told to the owner, deleted at the provider."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from sqlalchemy import select

from assistant.domain.clock import Clock
from assistant.domain.errors import AssistantError, Unavailable
from assistant.domain.ids import new_id
from assistant.domain.ports import EventSink, Messenger
from assistant.jobs.ports import Checkpoint, no_checkpoint
from assistant.storage.calls import CallRecord
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.media import MediaStore
from assistant.storage.tables import Media, Message, WebhookClaim
from assistant.storage.vault import Vault
from assistant.telephony.twilio.rest import FetchedMedia

log = logging.getLogger(__name__)
KIND = "voicemail"
TRIES = 6
UNHEARD = "(a voicemail that could not be written down; please listen to it)"
LOST = "(a voicemail that could not be fetched)"
#: WAV in, words out
Hear = Callable[[bytes], Awaitable[str]]


class RecordingProvider(Protocol):
    """Where recordings are (`TwilioRest`)."""

    async def fetch_recording(self, sid: str, *, max_bytes: int = ...) -> FetchedMedia: ...

    async def delete_recording(self, sid: str) -> None: ...


class VoicemailBox:
    """Implements `VoicemailTaker`. Every step may be repeated; the message is there from the first moment."""

    def __init__(
        self,
        *,
        db: Database,
        vault: Vault,
        contacts: Contacts,
        media: MediaStore,
        clock: Clock,
        events: EventSink,
        messenger: Messenger,
        rest: RecordingProvider | None,
        hear: Hear | None,
        wake: Callable[[str, str], None],
        checkpoint: Checkpoint = no_checkpoint,
    ) -> None:
        self._db = db
        self._vault = vault
        self._contacts = contacts
        self._media = media
        self._clock = clock
        self._events = events
        self._messenger = messenger
        self._provider = rest
        self._hear = hear
        self._wake = wake
        self._checkpoint = checkpoint

    async def take(self, *, recording_sid: str, recording_url: str, call: CallRecord | None) -> None:
        """The provider's word that a recording is ready: claimed with its message in one transaction."""
        message_id = await self._db.run(self._claim, recording_sid, call)
        if message_id is not None:
            self._wake(KIND, message_id)

    def due(self) -> list[tuple[str, str]]:
        """Voicemails that are not home yet."""
        query = select(Message.id).where(Message.kind == "voicemail", Message.status == "fetching").order_by(Message.at).limit(50)
        with self._db.read() as session:
            return [(KIND, message_id) for message_id in session.execute(query).scalars()]

    async def fetch(self, message_id: str) -> None:
        """Fetch, keep, write down, tell, delete there; raises Unavailable while it should be tried again."""
        found = await self._db.run(self._open, message_id)
        if found is None:
            return
        media_id, sid, stored, tries = found
        if not stored and not await self._fetch(message_id, media_id, sid, tries):
            return
        self._checkpoint("voicemail.stored")
        data, _ = await self._db.run(self._media.read, media_id)
        words = await self._words(data)
        await self._settle(message_id, words)
        if sid and self._provider is not None:
            try:
                await self._provider.delete_recording(sid)
                await self._db.run(self._media.gone_at_provider, media_id)
            except AssistantError as error:
                log.info("recording not deleted at the provider", extra={"media_id": media_id, "code": error.reason})

    def _claim(self, recording_sid: str, call: CallRecord | None) -> str | None:
        now = self._clock.now()
        with self._db.write() as session:
            key = f"rec:{recording_sid}"[:160]
            if session.get(WebhookClaim, key) is not None:
                return None
            contact_id = call.contact_id if call is not None else None
            message = Message(
                id=new_id("msg", now),
                kind="voicemail",
                direction="in",
                status="fetching",
                contact_id=contact_id,
                conversation_id=call.conversation_id if call is not None else None,
                media_count=1,
                at=now,
            )
            session.add_all([WebhookClaim(key=key, at=now), message])
            session.flush()
            waiting = Media(
                id=new_id("med", now),
                content_hash=b"",
                contact_id=contact_id,
                message_id=message.id,
                kind="voicemail",
                mime="audio/wav",
                size=0,
                path="",
                provider_url_sealed=self._vault.seal(session, contact_id, "provider_url", recording_sid),
                created_at=now,
            )
            session.add(waiting)
            return message.id

    def _open(self, message_id: str) -> tuple[str, str | None, bool, int] | None:
        with self._db.read() as session:
            message = session.get(Message, message_id)
            media = session.execute(select(Media).where(Media.message_id == message_id)).scalars().first()
            if message is None or media is None or message.status != "fetching":
                return None
            facts = self._vault.open_json(session, media.contact_id, "facts", media.facts_sealed) or {}
            sid = self._vault.open(session, media.contact_id, "provider_url", media.provider_url_sealed)
            return media.id, sid, bool(media.path), int(facts.get("tries", 0))

    async def _fetch(self, message_id: str, media_id: str, sid: str | None, tries: int) -> bool:
        if self._provider is None or sid is None:
            await self._settle(message_id, LOST)
            return False
        try:
            fetched = await self._provider.fetch_recording(sid)
        except AssistantError as error:
            if tries + 1 >= TRIES:
                log.error("voicemail lost", extra={"message_id": message_id, "code": error.reason})
                await self._settle(message_id, LOST)
                return False
            await self._db.run(self._media.set_facts, media_id, {"tries": tries + 1})
            raise Unavailable("the recording could not be fetched yet", code=error.reason) from error
        self._checkpoint("voicemail.fetched")
        await self._db.run(self._put, media_id, message_id, fetched.content)
        return True

    def _put(self, media_id: str, message_id: str, data: bytes) -> None:
        contact_id = self._media.get(media_id).contact_id
        self._media.put(data, mime="audio/wav", kind="voicemail", contact_id=contact_id, message_id=message_id, media_id=media_id)

    async def _words(self, data: bytes) -> str:
        if self._hear is None:
            return UNHEARD
        try:
            return (await self._hear(data)).strip() or UNHEARD
        except AssistantError as error:
            log.warning("voicemail not written down", extra={"code": error.reason})
            return UNHEARD

    async def _settle(self, message_id: str, words: str) -> None:
        settled = await self._db.run(self._write, message_id, words)
        if settled is None:
            return
        self._events.publish("voicemail.taken", settled["conversation"], {"message_id": message_id})
        who = settled["who"] or "a withheld number"
        await self._messenger.tell_owner(f"Voicemail from {who}: {words}", key=f"voicemail:{message_id}")

    def _write(self, message_id: str, words: str) -> dict[str, Any] | None:
        with self._db.write() as session:
            row = session.get(Message, message_id)
            if row is None or row.status != "fetching":
                return None
            row.body_sealed, row.status = self._vault.seal(session, row.contact_id, "body", words), "taken"
            contact = self._contacts.get(session, row.contact_id) if row.contact_id else None
            return {"conversation": row.conversation_id, "who": (contact.name or contact.phone) if contact else None}

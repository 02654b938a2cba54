"""Draining the inbox: one sender's texts in order, each answered exactly once whatever happens in between."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

from assistant.domain.clock import Clock
from assistant.domain.conversation import Party, Role
from assistant.domain.errors import AssistantError
from assistant.domain.events import Said
from assistant.domain.ports import ConversationHost, EventSink
from assistant.jobs.ports import CallInProgress, Checkpoint, CollectedPictures, PictureCollector, no_checkpoint
from assistant.storage.access import ConsentLedger
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.messages import Inbox, InboxWork
from assistant.storage.outbox import OutboundText, Outbox
from assistant.telephony.sms.keywords import keyword
from assistant.telephony.sms.segments import count, fit

log = logging.getLogger(__name__)
RENEW_SECONDS = 5.0
APOLOGY = "Sorry, something went wrong on my side and I couldn't answer that. Please send it again."
_BACKOFF = (1.0, 5.0, 20.0, 60.0, 120.0)


class InboxDrain:
    """Opt-out, pictures, conversation, reply. `calls` is asked first whether a picture belongs to a call in progress."""

    def __init__(
        self,
        *,
        db: Database,
        inbox: Inbox,
        outbox: Outbox,
        contacts: Contacts,
        consents: ConsentLedger,
        host: ConversationHost,
        clock: Clock,
        events: EventSink,
        pictures: PictureCollector | None = None,
        calls: CallInProgress | None = None,
        owner_numbers: tuple[str, ...] = (),
        checkpoint: Checkpoint = no_checkpoint,
    ) -> None:
        self._db = db
        self._inbox = inbox
        self._outbox = outbox
        self._contacts = contacts
        self._consents = consents
        self._host = host
        self._clock = clock
        self._events = events
        self._pictures = pictures
        self._calls = calls
        self._owners = frozenset(owner_numbers)
        self._checkpoint = checkpoint

    async def drain(self, contact_id: str) -> int:
        """Answer everything this sender has waiting, oldest first; returns how many texts were finished."""
        finished = 0
        while (work := await self._db.run(self._inbox.claim, contact_id)) is not None:
            self._checkpoint("inbox.claimed")
            if not await self._guarded(work):
                break
            finished += 1
        return finished

    async def _guarded(self, work: InboxWork) -> bool:
        """True when the text is done with; False leaves it for later, and everything behind it too."""
        if self._inbox.exhausted(work):
            await self._give_up(work, "crashes")
            return True
        renewal = asyncio.create_task(self._renew(work))
        try:
            await self._answer(work)
            return True
        except AssistantError as error:
            reason, retryable = error.reason, error.retryable
        except Exception as error:  # noqa: BLE001 - whatever it is, the text must stay in the inbox and the sender be told in the end
            reason, retryable = type(error).__name__, True
            log.error("inbox job failed", extra={"message_id": work.message_id, "error": reason})
        finally:
            renewal.cancel()
            with suppress(asyncio.CancelledError):
                await renewal
        failures = min(work.attempts // 5, len(_BACKOFF) - 1)
        again_in = timedelta(seconds=_BACKOFF[failures])
        worn_out = await self._db.run(lambda: self._inbox.fail(work, reason, again_in=again_in))
        if worn_out or not retryable:
            await self._give_up(work, reason)
            return True
        return False

    async def _answer(self, work: InboxWork) -> None:
        word = keyword(work.body, work.opt_out_type, opted_out=work.opted_out) if not work.media_ids else None
        if word == "stop":
            await self._db.run(self._stop, work)
            self._events.publish("contact.opted_out", None, {"contact_id": work.contact_id})
            return
        if word == "start":
            await self._db.run(self._start, work)
        elif work.opted_out or (word == "help" and work.opt_out_type) or (not work.body.strip() and not work.media_ids):
            # No answer would arrive, the provider has answered itself, or there is nothing to answer. The owner still sees the text.
            await self._db.run(self._finish, work, None, None)
            self._events.publish("text.received", None, {"message_id": work.message_id, "contact_id": work.contact_id})
            return
        collected = await self._collect(work)
        self._checkpoint("inbox.pictures")
        if await self._given_to_call(work, collected) and not work.body.strip():
            await self._db.run(self._finish, work, None, collected.problem)
            return
        if not work.body.strip() and not collected.pictures:
            await self._db.run(self._finish, work, None, collected.problem)
            return
        await self._converse(work, collected, "START" if word == "start" else work.body)

    async def _given_to_call(self, work: InboxWork, collected: CollectedPictures) -> bool:
        return bool(collected.pictures) and self._calls is not None and await self._calls(work.contact_id, collected.pictures)

    async def _converse(self, work: InboxWork, collected: CollectedPictures, text: str) -> None:
        role: Role = "owner" if work.phone in self._owners else "caller"
        party = Party(contact_id=work.contact_id, phone=work.phone, role=role, name=work.name)
        ref = await self._host.open("sms", party, key=work.contact_id)
        self._checkpoint("inbox.opened")
        said = Said(ref.id, text, pictures=collected.pictures, message_id=work.message_id)
        outcome = await self._host.handle(said)
        self._checkpoint("inbox.handled")
        reply = "\n".join(part for part in (outcome.said, collected.problem) if part)
        await self._db.run(self._finish, work, ref.id, reply)
        self._checkpoint("inbox.finished")
        received = {"message_id": work.message_id, "contact_id": work.contact_id, "state": outcome.state, "intent": outcome.intent}
        self._events.publish("text.answered", ref.id, received)

    async def _collect(self, work: InboxWork) -> CollectedPictures:
        if not work.media_ids:
            return CollectedPictures()
        if self._pictures is None:
            return CollectedPictures(problem="I can't look at pictures here.")
        return await self._pictures.collect(work)

    def _finish(self, work: InboxWork, conversation_id: str | None, reply: str | None, error: str | None = None) -> None:
        """The reply is queued and the text is done in one transaction: neither is ever there without the other."""
        with self._db.write() as session:
            if not self._inbox.finish(session, work, conversation_id=conversation_id, error=error) or not reply or not work.phone:
                return
            body = fit(reply)
            text = OutboundText(
                key=f"reply:{work.message_id}",
                to=work.phone,
                body=body,
                purpose="reply",
                segments=count(body).segments,
                contact_id=work.contact_id,
                conversation_id=conversation_id,
            )
            self._outbox.put(session, text)

    def _stop(self, work: InboxWork) -> None:
        with self._db.write() as session:
            if self._inbox.finish(session, work):
                self._contacts.set_opted_out(session, work.contact_id, True)
                self._consents.record(session, work.contact_id, "texts", False, source="sms", evidence="STOP")
                self._outbox.cancel(session, contact_id=work.contact_id, reason="opted_out")

    def _start(self, work: InboxWork) -> None:
        with self._db.write() as session:
            self._inbox.mark_word(session, work, "start")
            if work.opted_out:
                self._contacts.set_opted_out(session, work.contact_id, False)
                self._consents.record(session, work.contact_id, "texts", True, source="sms", evidence="START")

    async def _give_up(self, work: InboxWork, reason: str) -> None:
        await self._db.run(self._finish, work, None, APOLOGY if not work.opted_out else None, reason[:120] or "error")
        self._events.publish("text.unanswered", None, {"message_id": work.message_id, "contact_id": work.contact_id, "reason": reason})

    async def _renew(self, work: InboxWork) -> None:
        while True:
            await self._clock.sleep(RENEW_SECONDS)
            await self._db.run(self._inbox.renew, work.seq)

"""Sending texts: once in effect, in order per person, at the pace the number allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from assistant.domain.clock import Clock
from assistant.domain.errors import Unavailable
from assistant.domain.ports import EventSink
from assistant.jobs.gate import Gate
from assistant.jobs.ports import Checkpoint, TextProvider, no_checkpoint
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.outbox import Outbox, OutboxWork
from assistant.telephony.twilio.rest import NotReached, OptedOut, OutcomeUnknown, ProviderError, ProviderMessage, RateLimited

#: When to look for a text of unknown fate, counted from the attempt. After the last look in vain it was surely not created.
LOOKS = (timedelta(seconds=5), timedelta(seconds=20), timedelta(seconds=60))
#: The provider's clock and ours may differ by this much.
SKEW = timedelta(seconds=90)
#: What cannot be reached for this long is given up and shown to the owner.
PATIENCE = timedelta(hours=4)
_BACKOFF = (1.0, 5.0, 15.0, 60.0, 300.0)


class Pace:
    """A bucket of segments for our number. The provider queues bursts itself (for hours); this keeps its queue to one hour.

    Whoever must wait is given a moment, and with it the segments: it is not refused a second time, and nobody overtakes it.
    """

    def __init__(self, clock: Clock, *, per_second: float = 1.0, burst: int = 3600) -> None:
        self._clock = clock
        self._rate = per_second
        self._size = float(burst)
        self._tokens = float(burst)
        self._at = clock.monotonic()

    def book(self, segments: int) -> float:
        """Seconds until these segments may go; 0 for at once. They are taken in any case."""
        now = self._clock.monotonic()
        self._tokens = min(self._size, self._tokens + (now - self._at) * self._rate)
        self._at = now
        self._tokens -= min(float(segments), self._size)
        return max(0.0, -self._tokens / self._rate)


class OutboxSender:
    """Sends what is due. Without a provider (local mode) texts fail honestly and stay visible.

    `status_url` gives the callback address of one text: the provider then names the text itself, even when its answer was lost.
    """

    def __init__(
        self,
        *,
        db: Database,
        outbox: Outbox,
        contacts: Contacts,
        gate: Gate,
        provider: TextProvider | None,
        number: str | None,
        clock: Clock,
        events: EventSink,
        pace: Pace | None = None,
        person_pace: Callable[[], Pace] | None = None,
        status_url: Callable[[str], str] | None = None,
        looks: Sequence[timedelta] = LOOKS,
        checkpoint: Checkpoint = no_checkpoint,
    ) -> None:
        self._db = db
        self._outbox = outbox
        self._contacts = contacts
        self._gate = gate
        self._provider = provider
        self._number = number
        self._clock = clock
        self._events = events
        self._pace = pace or Pace(clock)
        self._person_pace = person_pace or (lambda: Pace(clock, per_second=1.0, burst=20))
        self._people: dict[str, Pace] = {}
        self._booked: dict[str, float] = {}
        self._status_url = status_url
        self._looks = tuple(looks)
        self._checkpoint = checkpoint

    async def drain(self, lane: str) -> int:
        """Look after, then send, everything due for a contact (or "owner"), in order; returns how many went out."""
        sent = 0
        while (doubtful := await self._db.run(self._outbox.claim_unknown, lane)) is not None:
            await self._look(doubtful)
        while (work := await self._db.run(self._outbox.claim, lane)) is not None:
            self._checkpoint("outbox.claimed")
            if not await self._one(work):
                break
            sent += 1
        return sent

    async def _one(self, work: OutboxWork) -> bool:
        """True when the next text of this lane may follow."""
        verdict = await self._db.run(self._gate.decide, work)
        if verdict.what == "drop":
            await self._db.run(self._outbox.cancelled, work, verdict.reason)
            self._tell("text.cancelled", work, reason=verdict.reason)
            return True
        if verdict.what == "wait" and verdict.until is not None:
            await self._db.run(self._outbox.postpone, work, verdict.until, verdict.reason)
            return True
        if self._provider is None or not self._number:
            await self._db.run(lambda: self._outbox.failed(work, reason="no_provider"))
            self._tell("text.failed", work, reason="no_provider")
            return True
        wait = self._wait(work)
        if wait > 0:
            await self._db.run(lambda: self._outbox.again(work, after=timedelta(seconds=wait), reason="rate"))
            return False
        return await self._send(work, self._provider, self._number)

    def _wait(self, work: OutboxWork) -> float:
        """Seconds that this text still has to wait; its place in the queue is booked once."""
        now = self._clock.monotonic()
        moment = self._booked.get(work.id)
        if moment is None:
            if len(self._people) > 5000:
                self._people.clear()
            person = self._people.setdefault(work.to, self._person_pace())
            moment = now + max(person.book(work.segments), self._pace.book(work.segments))
        if moment > now:
            if len(self._booked) > 20_000:  # texts that were cancelled while they waited; the others are booked anew
                self._booked.clear()
            self._booked[work.id] = moment
            return moment - now
        self._booked.pop(work.id, None)
        return 0.0

    async def _send(self, work: OutboxWork, provider: TextProvider, number: str) -> bool:
        callback = self._status_url(work.id) if self._status_url else None
        try:
            self._checkpoint("outbox.before_create")
            message = await provider.create_message(to=work.to, from_=number, body=work.body, status_callback=callback)
            self._checkpoint("outbox.after_create")
        except RateLimited as error:
            after = timedelta(seconds=error.retry_after)
            await self._db.run(lambda: self._outbox.again(work, after=after, reason="provider_rate"))
            return False
        except NotReached:
            await self._later(work)
            return False
        except OutcomeUnknown as error:
            reason = error.reason
            await self._db.run(lambda: self._outbox.unknown(work, look_after=self._looks[0], reason=reason))
            self._tell("text.unknown", work, reason=reason)
            return True
        except OptedOut as error:
            await self._opted_out(work, error)
            return True
        except ProviderError as error:
            number_of = error.number
            await self._db.run(lambda: self._outbox.failed(work, reason="refused", code=number_of))
            self._tell("text.failed", work, reason="refused", code=error.number)
            return True
        await self._db.run(self._outbox.sent, work.id, message.sid, message.status)
        self._checkpoint("outbox.sent")
        self._tell("text.sent", work)
        return True

    async def _look(self, work: OutboxWork) -> None:
        """Find out whether a text of unknown fate exists at the provider; send it again only when it surely does not."""
        if self._provider is None or not self._number:
            await self._db.run(lambda: self._outbox.failed(work, reason="no_provider"))
            return
        try:
            listed = await self._provider.list_messages(to=work.to, from_=self._number, since=work.started_at - SKEW)
        except (Unavailable, RateLimited, ProviderError):
            await self._db.run(lambda: self._outbox.unknown(work, look_after=self._looks[1], reason="cannot_look"))
            return
        self._checkpoint("outbox.looked")
        found = await self._match(work, listed)
        if found is not None:
            await self._db.run(self._outbox.sent, work.id, found.sid, found.status)
            self._tell("text.sent", work)
            return
        age = self._clock.now() - work.started_at
        ahead = [look - age for look in self._looks if look > age]
        if ahead:
            await self._db.run(lambda: self._outbox.unknown(work, look_after=ahead[0], reason="looking"))
        else:
            await self._db.run(lambda: self._outbox.again(work, after=timedelta(0), reason="not_sent"))

    async def _match(self, work: OutboxWork, listed: list[ProviderMessage]) -> ProviderMessage | None:
        same = [message for message in listed if message.body.strip() == work.body.strip() and message.direction != "inbound"]
        taken = await self._db.run(self._outbox.taken_sids, [message.sid for message in same]) if same else set()
        return next((message for message in same if message.sid not in taken), None)

    async def _later(self, work: OutboxWork) -> None:
        if self._clock.now() - work.created_at > PATIENCE:
            await self._db.run(lambda: self._outbox.failed(work, reason="unreachable"))
            self._tell("text.failed", work, reason="unreachable")
            return
        after = timedelta(seconds=_BACKOFF[min(work.attempts, len(_BACKOFF)) - 1])
        await self._db.run(lambda: self._outbox.again(work, after=after, reason="unreachable"))

    async def _opted_out(self, work: OutboxWork, error: ProviderError) -> None:
        def note() -> None:
            self._outbox.failed(work, reason="opted_out", code=error.number)
            if work.contact_id:
                with self._db.write() as session:
                    self._contacts.set_opted_out(session, work.contact_id, True)
                    self._outbox.cancel(session, contact_id=work.contact_id, reason="opted_out")

        await self._db.run(note)
        self._tell("text.failed", work, reason="opted_out", code=error.number)

    def _tell(self, kind: str, work: OutboxWork, **more: object) -> None:
        self._events.publish(kind, None, {"outbox_id": work.id, "purpose": work.purpose, "contact_id": work.contact_id, **more})

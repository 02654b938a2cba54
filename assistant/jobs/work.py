"""The work that goes on behind the conversations, composed: texts, pictures, reminders, the digest, forgetting.

`Work` is made before the conversation (which needs its messenger) and told afterwards who answers. Nothing runs until `start`.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import make_url

from assistant.domain.clock import Clock
from assistant.domain.errors import NotFound
from assistant.domain.events import Ended
from assistant.domain.ports import ConversationHost, EventSink, ProfileSource
from assistant.jobs import digest, reminders, retention, voicemail
from assistant.jobs.digest import Digest
from assistant.jobs.gate import Gate, QuietHours
from assistant.jobs.inbox import InboxDrain
from assistant.jobs.messenger import OutboxMessenger, TakenMessages
from assistant.jobs.outbox import OutboxSender
from assistant.jobs.pictures import PictureIntake, PictureTaker
from assistant.jobs.ports import CallInProgress
from assistant.jobs.queue import Handler, JobQueue
from assistant.jobs.reminders import Reminders, Ring
from assistant.jobs.retention import Retention
from assistant.jobs.sweep import Finder, Sweep
from assistant.jobs.texting import Texting
from assistant.jobs.voicemail import Hear, VoicemailBox
from assistant.storage.access import ConsentLedger
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.media import MediaStore
from assistant.storage.messages import Inbox, Messages
from assistant.storage.outbox import Outbox
from assistant.storage.tables import Call, Conversation, Reminder
from assistant.storage.vault import Vault
from assistant.telephony.twilio.rest import TwilioRest

FOLLOW_UP = "follow_up"
#: ends of calls after which a caller in the middle of something is written to
_CUT_OFF = ("dropped", "server_stopped")


@dataclass(frozen=True, kw_only=True)
class WorkSettings:
    """The part of the settings that this work needs."""

    data_dir: Path
    quiet: QuietHours
    number: str | None = None
    public_base_url: str | None = None
    owner_numbers: tuple[str, ...] = ()
    media_quota_mb: int = 2048
    retention_days: int = 90


@dataclass(frozen=True, slots=True)
class FailedJob:
    """Something that was given up, for the owner to see and to try again by its id."""

    id: str
    kind: str
    reason: str
    code: int | None
    subject: str | None
    at: datetime


@dataclass
class Snapshot:
    """What the metrics show; refreshed by the sweep."""

    inbox_waiting: int = 0
    inbox_oldest_seconds: float = 0.0
    outbox: dict[str, int] = field(default_factory=dict)
    outbox_oldest_seconds: float = 0.0
    failed: int = 0


class Work:
    """Everything durable. `messenger`, `book`, `media`, `messages`, `voicemails`, `inbox` and `outbox` are for other parts."""

    def __init__(
        self,
        settings: WorkSettings,
        *,
        db: Database,
        vault: Vault,
        contacts: Contacts,
        consents: ConsentLedger,
        clock: Clock,
        profile: ProfileSource,
        events: EventSink,
        rest: TwilioRest | None,
        hear: Hear | None = None,
        erased: Callable[[str], None] | None = None,
    ) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._profile = profile
        self._events = events
        self._rest = rest
        self._contacts = contacts
        self._consents = consents
        self.inbox, self.outbox = Inbox(db, vault, contacts, clock), Outbox(db, vault, clock)
        self.messages = Messages(db, vault, clock)
        self.media = MediaStore(db, vault, clock, settings.data_dir / "media", quota_mb=settings.media_quota_mb)
        self.queue = JobQueue(_jobs_url(db, settings.data_dir), executor="local" if db.is_sqlite else socket.gethostname())
        self.sweep = Sweep(db, clock, self.queue.wake)
        self.snapshot = Snapshot()
        owners = settings.owner_numbers
        self.messenger = OutboxMessenger(
            db=db, outbox=self.outbox, contacts=contacts, clock=clock, events=events, wake=self.wake_outbox, owner_numbers=owners
        )
        self.book = TakenMessages(db, vault, contacts, self.messages, clock, events)
        self.reminders = Reminders(
            db=db,
            vault=vault,
            contacts=contacts,
            consents=consents,
            outbox=self.outbox,
            clock=clock,
            profile=profile,
            quiet=settings.quiet,
            events=events,
            wake=self.wake_outbox,
            owner_numbers=owners,
        )
        self.digest = Digest(db=db, outbox=self.outbox, clock=clock, profile=profile, wake=self.wake_outbox, owner_numbers=owners)
        self.voicemails = VoicemailBox(
            db=db,
            vault=vault,
            contacts=contacts,
            media=self.media,
            clock=clock,
            events=events,
            messenger=self.messenger,
            rest=rest,
            hear=hear,
            wake=self.queue.wake,
        )
        self._erased = erased
        self._host: ConversationHost | None = None
        self._texting: Texting | None = None
        self._running = False

    def answer_with(
        self,
        host: ConversationHost,
        *,
        pictures: PictureTaker | None = None,
        calls: CallInProgress | None = None,
        ring: Ring | None = None,
        task_reminded: Callable[[str], Awaitable[Any]] | None = None,
    ) -> None:
        """Who answers texts, who keeps pictures, who takes pictures into a call, who rings, and who hears that a task was reminded of."""
        db, clock, events, settings = self._db, self._clock, self._events, self._settings
        intake = PictureIntake(db=db, media=self.media, provider=self._rest, taker=pictures) if pictures is not None else None
        drain = InboxDrain(
            db=db,
            inbox=self.inbox,
            outbox=self.outbox,
            contacts=self._contacts,
            consents=self._consents,
            host=host,
            clock=clock,
            events=events,
            pictures=intake,
            calls=calls,
            owner_numbers=settings.owner_numbers,
        )
        base = settings.public_base_url
        sender = OutboxSender(
            db=db,
            outbox=self.outbox,
            contacts=self._contacts,
            gate=Gate(db, self._contacts, self._consents, clock, self._profile, settings.quiet),
            provider=self._rest,
            number=settings.number,
            clock=clock,
            events=events,
            status_url=(lambda outbox_id: f"{base}/twilio/sms/status?o={outbox_id}") if base else None,
        )
        self._host = host
        self._texting = Texting(db=db, inbox=self.inbox, outbox=self.outbox, drain=drain, sender=sender, queue=self.queue, clock=clock)
        self.reminders.ring, self.reminders.task_reminded = ring, task_reminded
        forget = Retention(
            db=db,
            contacts=self._contacts,
            media=self.media,
            clock=clock,
            profile=self._profile,
            days=settings.retention_days,
            clear_provider=intake.clear_provider if intake is not None and self._rest is not None else None,
            forget_jobs=lambda before: self.queue.forget(before),
            erased=self._erased,
        )
        self.queue.register(reminders.KIND, self.reminders.remind)
        self.queue.register(digest.KIND, self.digest.make)
        self.queue.register(retention.KIND, forget.make)
        self.queue.register(FOLLOW_UP, self._follow_up)
        self.queue.register(voicemail.KIND, self.voicemails.fetch)
        self._texting.attach(self.sweep)
        self.sweep.add("snapshot", self.every(5.0, self._look))
        self.sweep.add(reminders.KIND, self.every(20.0, self.reminders.due))
        self.sweep.add(digest.KIND, self.every(60.0, self.digest.due))
        self.sweep.add(retention.KIND, self.every(600.0, forget.due))
        self.sweep.add(voicemail.KIND, self.every(30.0, self.voicemails.due))
        self.sweep.add(FOLLOW_UP, self.every(15.0, self._cut_off))

    def also(self, kind: str, handler: Handler, finder: Finder, *, every: float = 60.0) -> None:
        """Before `start`: another kind of job, found due by a short read every so many seconds."""
        self.queue.register(kind, handler)
        self.sweep.add(kind, self.every(every, finder))

    async def start(self) -> None:
        if self._texting is None:
            raise RuntimeError("answer_with comes before start")
        await self._texting.recover(only_process=self._db.is_sqlite)
        await self.queue.start()
        await self.sweep.start()
        self._running = True

    async def stop(self) -> None:
        self._running = False
        await self.sweep.stop()
        await self.queue.stop()

    def wake_inbox(self, contact_id: str) -> None:
        if self._texting is not None:
            self._texting.wake_inbox(contact_id)

    def wake_outbox(self, lane: str) -> None:
        if self._texting is not None:
            self._texting.wake_outbox(lane)

    # -- what went wrong ---------------------------------------------------------------------------------------------------------

    async def failures(self, *, limit: int = 50) -> list[FailedJob]:
        """Everything given up, newest first: texts unanswered, texts not sent, reminders not made, jobs that broke."""
        found = await self._db.run(self._stored_failures, limit)
        if self._running:
            jobs = await self.queue.failures(limit=limit)
            found += [FailedJob(job.id, job.kind, job.error or job.state, None, job.subject, job.created_at) for job in jobs]
        return sorted(found, key=lambda item: item.at, reverse=True)[:limit]

    async def retry(self, job_id: str) -> None:
        """Try a failed thing again. NotFound or Conflict where that makes no sense."""
        if job_id.startswith("msg_"):
            self.wake_inbox(await self._db.run(self.inbox.retry, job_id))
        elif job_id.startswith("out_"):
            self.wake_outbox(await self._db.run(self.outbox.retry, job_id))
        elif job_id.startswith("rem_"):
            await self._db.run(self._retry_reminder, job_id)
            self.queue.wake(reminders.KIND, job_id)
        elif self._running:
            await self.queue.retry(job_id)
        else:
            raise NotFound("no such job")

    def _stored_failures(self, limit: int) -> list[FailedJob]:
        found = [FailedJob(mid, "inbox", reason, None, None, at) for mid, reason, at in self.inbox.failures(limit=limit)]
        for row in self.outbox.page(limit=limit, states=("failed",)):
            found.append(FailedJob(row.id, "outbox", row.error or "failed", row.error_code, row.contact_id, row.updated_at))
        with self._db.read() as session:
            query = select(Reminder).where(Reminder.state == "failed").order_by(Reminder.due_at.desc()).limit(limit)
            for item in session.execute(query).scalars():
                found.append(FailedJob(item.id, "reminder", item.error or "failed", None, item.contact_id, item.sent_at or item.due_at))
        return found

    def _retry_reminder(self, reminder_id: str) -> None:
        with self._db.write() as session:
            row = session.get(Reminder, reminder_id)
            if row is None or row.state != "failed":
                raise NotFound("no failed reminder with this id")
            row.state, row.error, row.due_at = "pending", None, self._clock.now()

    # -- calls that were cut off ----------------------------------------------------------------------------------------------------

    def _cut_off(self) -> list[tuple[str, str]]:
        """Calls that were lost and whose conversation has not heard of it: the process died in between."""
        now = self._clock.now()
        query = (
            select(Call.conversation_id)
            .join(Conversation, Conversation.id == Call.conversation_id)
            .where(Call.end_reason.in_(_CUT_OFF), Conversation.ended_at.is_(None), Conversation.channel == "call")
            .where(Call.ended_at <= now - timedelta(seconds=20), Call.ended_at >= now - timedelta(hours=6))
            .limit(50)
        )
        with self._db.read() as session:
            return [(FOLLOW_UP, conversation_id) for conversation_id in session.execute(query).scalars() if conversation_id]

    async def _follow_up(self, conversation_id: str) -> None:
        """The conversation decides whether there is something to write; its text has a key, so this may be repeated."""
        if self._host is not None and await self._db.run(self._is_open, conversation_id):
            await self._host.handle(Ended(conversation_id, "dropped"))

    def _is_open(self, conversation_id: str) -> bool:
        with self._db.read() as session:
            row = session.get(Conversation, conversation_id)
            return row is not None and row.ended_at is None

    # -- watching ----------------------------------------------------------------------------------------------------------------

    def _look(self) -> Sequence[tuple[str, str]]:
        now = self._clock.now()
        waiting, oldest = self.inbox.depth()
        states, due = self.outbox.depth()

        def age(moment: datetime | None) -> float:
            return max((now - moment.astimezone(UTC)).total_seconds(), 0.0) if moment else 0.0

        failed = states.pop("failed", 0) + len(self.inbox.failures())
        self.snapshot = Snapshot(waiting, age(oldest), states, age(due), failed)
        return ()

    def every(self, seconds: float, finder: Finder) -> Finder:
        """The sweep looks every second; most tables need it less often."""
        last: list[float] = []

        def find() -> Sequence[tuple[str, str]]:
            now = self._clock.monotonic()
            if last and now - last[0] < seconds:
                return ()
            last[:] = [now]
            return list(finder())

        return find


def _jobs_url(db: Database, data_dir: Path) -> str:
    """Beside the main store on SQLite; in the same database on Postgres, where several processes share the work."""
    if not db.is_sqlite:
        return db.url.render_as_string(hide_password=False)
    here = make_url(str(db.url)).database
    folder = Path(here).parent if here and here != ":memory:" else data_dir
    return f"sqlite:///{folder / 'jobs.db'}"

"""A workshop for texts: stores in a folder, a scripted conversation, a provider that remembers what it sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from assistant.domain.business import BusinessProfile
from assistant.domain.clock import Clock, ManualClock
from assistant.domain.conversation import Channel, ConversationRef, Party
from assistant.domain.effects import Outcome, Say
from assistant.domain.events import Event, Said
from assistant.domain.ports import EffectSink
from assistant.jobs.gate import Gate
from assistant.jobs.inbox import InboxDrain
from assistant.jobs.outbox import OutboxSender, Pace
from assistant.storage.access import ConsentLedger
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.messages import InboundText, Inbox, Messages
from assistant.storage.outbox import Outbox
from assistant.storage.tables import Base, Conversation
from assistant.storage.vault import MasterKey, Vault
from assistant.telephony.twilio.rest import ProviderMessage
from tests.support.databases import fresh_database

NUMBER = "+15005550006"
#: a Tuesday, 10:00 in New York
START = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


@dataclass
class Events:
    """Keeps what was published."""

    seen: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def publish(self, type: str, conversation: str | None, data: Mapping[str, Any]) -> None:
        self.seen.append((type, data))

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.seen]


def remember_conversation(db: Database, clock: Clock, channel: Channel, party: Party, key: str) -> str:
    """The row of a sender's conversation, made if it is new."""
    conversation_id = f"cnv_{key}"[:40]
    with db.read() as session:
        if session.get(Conversation, conversation_id) is not None:
            return conversation_id
    now = clock.now()
    row = Conversation(
        id=conversation_id, contact_id=party.contact_id, channel=channel, role=party.role, state="idle", started_at=now, last_at=now
    )
    with db.write() as session:
        session.add(row)
    return conversation_id


class ScriptedHost:
    """A conversation that echoes; like the real one it remembers by message id what it has answered."""

    def __init__(self, db: Database, clock: Clock, script: Callable[[Said], str] | None = None) -> None:
        self._db = db
        self._clock = clock
        self.script = script or (lambda said: f"You wrote: {said.text}" + (f" ({len(said.pictures)} pictures)" if said.pictures else ""))
        self.handled: list[Said] = []
        self.parties: list[Party] = []
        self.answers: dict[str, Outcome] = {}
        self.fail_with: list[Exception] = []
        self.wait: asyncio.Event | None = None

    async def open(self, channel: Channel, party: Party, *, key: str) -> ConversationRef:
        self.parties.append(party)
        conversation_id = remember_conversation(self._db, self._clock, channel, party, key)
        return ConversationRef(conversation_id, channel, party)

    async def handle(self, event: Event, sink: EffectSink | None = None) -> Outcome:
        assert isinstance(event, Said) and event.message_id is not None
        if event.message_id in self.answers:
            return self.answers[event.message_id]
        if self.wait is not None:
            await self.wait.wait()
        if self.fail_with:
            raise self.fail_with.pop(0)
        self.handled.append(event)
        words = self.script(event)
        outcome = Outcome(effects=(Say(words),) if words else (), state="idle", intent="general_question")
        self.answers[event.message_id] = outcome
        return outcome


class MemoryProvider:
    """The telephone company: keeps every text, fails when told to. `fail` items are raised before or after it was created."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.messages: list[ProviderMessage] = []
        self.attempts = 0
        self.fail: list[tuple[Exception, bool]] = []
        self.list_fails: list[Exception] = []
        self.callbacks: list[str | None] = []

    async def create_message(self, *, to: str, from_: str, body: str, status_callback: str | None = None) -> ProviderMessage:
        self.attempts += 1
        self.callbacks.append(status_callback)
        error, created = self.fail.pop(0) if self.fail else (None, True)
        if created:
            sid = f"SO{len(self.messages):032d}"
            self.messages.append(ProviderMessage(sid, "queued", to, from_, body, self._clock.now().replace(microsecond=0)))
        if error is not None:
            raise error
        return self.messages[-1]

    async def list_messages(self, *, to: str, from_: str, since: datetime, max_pages: int = 10) -> list[ProviderMessage]:
        if self.list_fails:
            raise self.list_fails.pop(0)
        return [m for m in self.messages if m.to == to and m.from_ == from_ and (m.created_at is None or m.created_at >= since)]

    @property
    def bodies(self) -> list[str]:
        return [message.body for message in self.messages]


@dataclass
class Workshop:
    """Everything that handles texts, over one database."""

    db: Database
    clock: ManualClock
    vault: Vault
    contacts: Contacts
    consents: ConsentLedger
    inbox: Inbox
    outbox: Outbox
    messages: Messages
    host: ScriptedHost
    provider: MemoryProvider
    events: Events
    drain: InboxDrain
    sender: OutboxSender
    gate: Gate

    def text(self, body: str, *, sender: str = "+12025550101", sid: str | None = None, **more: Any) -> str:
        """A text arrives; returns its contact."""
        self._sids = getattr(self, "_sids", 0) + 1
        self.inbox.take(InboundText(sid=sid or f"SM{self._sids:032d}", sender=sender, body=body, **more))
        with self.db.read() as session:
            found = self.contacts.find_phone(session, sender)
        assert found is not None
        return found.id

    async def run(self, contact_id: str) -> None:
        """What the job does: answer, then send."""
        await self.drain.drain(contact_id)
        await self.sender.drain(contact_id)

    def states(self) -> list[str]:
        return [record.state for record in sorted(self.outbox.page(), key=lambda record: record.created_at)]


def workshop(folder: Path, *, url: str | None = None, owner_numbers: tuple[str, ...] = (), **drain_options: Any) -> Workshop:
    clock = ManualClock(START)
    if url:
        db = Database(url, threads=4)
        Base.metadata.create_all(db.engine)
    else:
        db = fresh_database(folder / "texts.db")
    vault = Vault([MasterKey.generate()], clock)
    contacts, consents, events = Contacts(vault, clock), ConsentLedger(vault, clock), Events()
    inbox, outbox, messages = Inbox(db, vault, contacts, clock), Outbox(db, vault, clock), Messages(db, vault, clock)
    host, provider = ScriptedHost(db, clock), MemoryProvider(clock)
    profile = BusinessProfile(name="Riverside Dental", timezone="America/New_York")
    gate = Gate(db, contacts, consents, clock, lambda: profile, lambda: (time(21), time(8)))
    drain = InboxDrain(
        db=db,
        inbox=inbox,
        outbox=outbox,
        contacts=contacts,
        consents=consents,
        host=host,
        clock=clock,
        events=events,
        owner_numbers=owner_numbers,
        **drain_options,
    )
    sender = OutboxSender(
        db=db,
        outbox=outbox,
        contacts=contacts,
        gate=gate,
        provider=provider,
        number=NUMBER,
        clock=clock,
        events=events,
        pace=Pace(clock),
        status_url=lambda outbox_id: f"https://phone.example.com/twilio/sms/status?o={outbox_id}",
    )
    return Workshop(db, clock, vault, contacts, consents, inbox, outbox, messages, host, provider, events, drain, sender, gate)

"""What parts need from each other, as Protocols; `main` hands over the real things."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from assistant.domain.business import BusinessProfile
from assistant.domain.conversation import Channel, ConversationRef, Party
from assistant.domain.effects import Effect, Outcome
from assistant.domain.events import Event, PictureRef
from assistant.domain.language import Understanding, UnderstandingContext

ProfileSource = Callable[[], BusinessProfile]
EffectSink = Callable[[Effect], None]


class Understander(Protocol):
    """The understanding engine: synchronous, fast, never raises."""

    def understand(self, text: str, *, now: datetime, timezone: str, context: UnderstandingContext | None = None) -> Understanding: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a free question; not `known` means that nothing true was found, `dropped` that nobody waits for the rest of it.

    `unknown` are the questions of the same breath that it does not answer (the text says so).
    """

    text: str
    known: bool
    sources: tuple[str, ...] = ()
    engine: str = "profile"
    dropped: bool = False
    unknown: tuple[str, ...] = ()


class Answerer(Protocol):
    async def answer(
        self,
        question: str,
        *,
        now: datetime,
        mode: Literal["fast", "balanced", "detailed"] = "balanced",
        history: Sequence[tuple[str, str]] = (),
        on_sentence: Callable[[str], None] | None = None,
        channel: Channel = "call",
        about: Sequence[str] = (),
    ) -> Answer:
        """`history` is (role, text); `on_sentence` hears each sentence of a known answer as soon as it stands (the answer repeats all).

        `channel` decides how times are put ("half past ten" or "10:30 am") and how long a model may think. `about` is what this
        person agreed to have remembered, from our side ("you prefer mornings"); whoever passes it has made sure that it is theirs to hear.
        """
        ...


class PictureReader(Protocol):
    async def describe(self, pictures: Sequence[PictureRef], question: str | None) -> PictureAnswer: ...


@dataclass(frozen=True, slots=True)
class PictureAnswer:
    """What is in a picture; `fields` of a letter, card or receipt (`kind`, `date`, `time`, `name`, `phone`, `total`, ...).

    A letter whose appointment is clear has `starts_at` too (ISO, with offset). Not `known`: the text says honestly that it cannot tell.
    """

    text: str
    fields: Mapping[str, str] | None = None
    engine: str = "ocr"
    known: bool = True


class Messenger(Protocol):
    """Texts that we send: stored first, sent by durable work, never twice for one `key`."""

    async def send(
        self,
        *,
        contact_id: str,
        body: str,
        purpose: Literal["reply", "confirmation", "reminder", "follow_up", "code"],
        key: str,
        appointment_id: str | None = None,
        conversation_id: str | None = None,
        not_before: datetime | None = None,
    ) -> str: ...

    async def tell_owner(self, body: str, *, key: str, urgent: bool = False) -> None: ...


class MessageBook(Protocol):
    """Messages that callers leave for the owner."""

    async def take(self, *, contact_id: str | None, conversation_id: str, name: str | None, body: str, urgent: bool) -> str: ...

    async def unread(self) -> Sequence[TakenMessage]: ...

    async def mark_read(self, message_ids: Sequence[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class TakenMessage:
    id: str
    body: str
    name: str | None
    phone: str | None
    urgent: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskItem:
    id: str
    title: str
    status: Literal["pending", "waiting", "done", "deleted"]
    due_at: datetime | None = None
    remind_at: datetime | None = None
    priority: Literal["H", "M", "L"] | None = None
    project: str | None = None
    tags: tuple[str, ...] = ()
    progress: int = 0
    version: int = 1
    recurrence: str | None = None


class TaskList(Protocol):
    """The owner's tasks and reminders."""

    async def add(self, title: str, *, due_at: datetime | None = None, remind_at: datetime | None = None, **more: Any) -> TaskItem: ...

    async def pending(self, *, start: datetime | None = None, end: datetime | None = None) -> Sequence[TaskItem]: ...

    async def match(self, words: str) -> Sequence[TaskItem]:
        """Pending tasks whose title fits what was said, best first."""
        ...

    async def complete(self, task_id: str) -> TaskItem: ...

    async def delete(self, task_id: str) -> None: ...


class OwnerGate(Protocol):
    """Checks the owner's PIN and callers' one-time codes, and locks after too many wrong ones."""

    async def check_pin(self, pin: str, *, subject: str) -> Literal["ok", "wrong", "locked", "unset"]: ...


class CodeGate(Protocol):
    """One-time codes, texted to a person's own number: what proves a caller, whose caller ID can be forged.

    `nonce` names one sending, so that a turn that is taken twice texts one code.
    """

    async def send(self, *, contact_id: str, conversation_id: str, nonce: str) -> Literal["sent", "locked", "unreachable"]: ...

    async def check(
        self, code: str, *, contact_id: str, conversation_id: str, nonce: str, sent_at: datetime
    ) -> Literal["ok", "wrong", "locked", "expired"]: ...


@dataclass(frozen=True, slots=True)
class RememberedFact:
    id: str
    text: str


class PersonalMemory(Protocol):
    """What people agreed to have remembered. Nothing is kept without the consent that comes with it."""

    async def remember(self, contact_id: str, text: str, *, asked: str, answered: str, source: str) -> RememberedFact:
        """Keep one fact, with what was asked and answered as its consent."""
        ...

    async def of(self, contact_id: str, *, proven: bool) -> Sequence[RememberedFact]:
        """Oldest first; only for a person who has proven who they are (`NotAllowed` otherwise)."""
        ...

    async def forget(self, contact_id: str, fact_id: str | None = None, *, source: str) -> int:
        """One fact, or all of them and the consent with them; how many are gone."""
        ...


class EventSink(Protocol):
    """Where live events go; never blocks, never fails the caller."""

    def publish(self, type: str, conversation: str | None, data: Mapping[str, Any]) -> None: ...


class ConversationHost(Protocol):
    """The orchestrator as a channel sees it."""

    async def open(self, channel: Channel, party: Party, *, key: str) -> ConversationRef:
        """The live conversation of this key (a session, a sender, a call), or a new one."""
        ...

    async def handle(self, event: Event, sink: EffectSink | None = None) -> Outcome:
        """One event, in order per conversation. Effects reach `sink` as they arise and are all in the outcome.

        A `Said` with a `message_id` that was handled before returns the stored outcome and changes nothing.
        """
        ...

    def hush(self, conversation: str) -> None:
        """The person has taken the floor: an answer that is still being thought out is dropped (`did` says "dropped").

        Its event is handled to the end all the same, with what was said so far, so nothing that was done is lost.
        """
        ...

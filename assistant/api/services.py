"""What the HTTP edge needs of the rest of the house. `main` fills one `Services`; a part that is None has no routes, never a pretence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant.api.live import LiveEvents
from assistant.domain.appointments import Actor, Appointment, AppointmentStatus, Slot
from assistant.domain.clock import Clock
from assistant.domain.events import PictureRef
from assistant.domain.ports import ConversationHost, ProfileSource, TaskItem
from assistant.storage.calls import Calls
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.messages import Messages
from assistant.storage.paging import Page
from assistant.storage.vault import Vault

if TYPE_CHECKING:
    from config import Settings


class Appointments(Protocol):
    """The owner's view of the calendar (`CalendarManager`): everybody's appointments, with versions."""

    async def list(
        self,
        *,
        from_: datetime | None = None,
        to: datetime | None = None,
        statuses: Sequence[AppointmentStatus] = (),
        limit: int = 50,
        cursor: str | None = None,
        contact_id: str | None = None,
    ) -> Page[Appointment]: ...

    async def get(self, appointment_id: str) -> Appointment: ...

    async def create(
        self,
        service: str,
        starts_at: datetime,
        *,
        contact_name: str | None = None,
        contact_phone: str | None = None,
        notes: str | None = None,
        idempotency_key: str | None = None,
    ) -> Appointment: ...

    async def patch(self, appointment_id: str, version: int, changes: Mapping[str, Any], *, actor: Actor = "api") -> Appointment: ...

    async def cancel(self, appointment_id: str, *, actor: Actor, version: int | None = None) -> Appointment: ...

    async def day_hours(self, day: date) -> tuple[tuple[datetime, datetime], ...]: ...

    async def day_closed(self, day: date) -> str | None: ...

    async def availability(
        self, service: str, *, from_: datetime | None = None, to: datetime | None = None, limit: int = 500, cursor: str | None = None
    ) -> Page[Slot]: ...


class Tasks(Protocol):
    """The owner's tasks (`TaskManager`)."""

    async def list(self, *, statuses: Sequence[str] = (), limit: int = 50, cursor: str | None = None) -> Page[TaskItem]: ...

    async def get(self, task_id: str) -> TaskItem: ...

    async def add(self, title: str, *, due_at: datetime | None = None, remind_at: datetime | None = None, **more: Any) -> TaskItem: ...

    async def patch(self, task_id: str, changes: Mapping[str, Any], *, version: int | None = None) -> TaskItem: ...

    async def delete(self, task_id: str) -> None: ...


class Reader(Protocol):
    """A list of things with a detail view; items are dataclasses or mappings, newest first."""

    async def list(self, *, limit: int = 50, cursor: str | None = None, **filters: Any) -> tuple[Sequence[Any], str | None]: ...

    async def get(self, id: str) -> Any: ...


class KnowledgeBase(Protocol):
    """Documents that answers are drawn from."""

    async def list(self, *, limit: int = 50, cursor: str | None = None) -> tuple[Sequence[Any], str | None]: ...

    async def add(self, title: str, data: bytes, mime: str) -> Any: ...

    async def delete(self, document_id: str) -> None: ...


class PrivacyDesk(Protocol):
    """Export and erasure of one person's data."""

    async def export(self, contact_id: str) -> Mapping[str, Any]: ...

    async def erase(self, contact_id: str, *, actor: str) -> bool: ...


class Speech(Protocol):
    """Whole questions instead of calls: for `POST /voice/query`."""

    async def transcribe(self, recording: bytes, *, max_seconds: float) -> str:
        """The words of a recording in any common format. Raises InvalidInput for anything else, or longer."""
        ...

    async def render_wav(self, text: str) -> bytes: ...


class Pictures(Protocol):
    """Takes in a picture: checked, stripped of metadata, stored encrypted. Raises InvalidInput for what is no picture."""

    async def take(self, data: bytes, *, contact_id: str | None) -> PictureRef: ...


#: {"status": "ok" | "degraded" | "failed", "engines": {...}, "dependencies": {...}, ...}; `failed` answers /ready with 503
HealthProvider = Callable[[], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts behind the API. Only the first block is required."""

    settings: Settings
    clock: Clock
    db: Database
    vault: Vault
    contacts: Contacts
    profile: ProfileSource
    events: LiveEvents

    health: HealthProvider | None = None
    conversation: ConversationHost | None = None
    appointments: Appointments | None = None
    tasks: Tasks | None = None
    calls: Calls | None = None
    conversations: Reader | None = None
    messages: Messages | None = None
    knowledge: KnowledgeBase | None = None
    privacy: PrivacyDesk | None = None
    speech: Speech | None = None
    pictures: Pictures | None = None
    metrics: Callable[[], bytes] | None = None
    #: the sealed file behind a recording or picture, by media id: (bytes, mime)
    media: Callable[[str], Awaitable[tuple[bytes, str]]] | None = None
    console_dir: Path | None = None
    version: str = "0.1.0"
